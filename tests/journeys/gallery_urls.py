"""The club's addresses and the page of parts, which the demo alone mounts."""

from django.urls import path

from community.kernel.gallery import gallery
from community.urls import urlpatterns as ours

urlpatterns = [path("demo/components/", gallery), *ours]
