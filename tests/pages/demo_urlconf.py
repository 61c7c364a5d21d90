"""The addresses of the house as the demo mounts them."""

from django.urls import include, path

from community.urls import urlpatterns as house

urlpatterns = [*house, path("demo/", include("community.pages.demo_urls"))]
