from django.conf import settings
from django.contrib import admin
from django.contrib.admin import sites
from django.urls import include, path, register_converter

from community.kernel.ids import PublicIdConverter

register_converter(PublicIdConverter, "pid")

from allauth.account.decorators import secure_admin_login  # noqa: E402

admin.autodiscover()
sites.site.login = secure_admin_login(sites.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("community.pages.urls")),
    path("", include("community.members.urls")),
    path("", include("community.events.urls")),
    path("", include("community.billing.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("community.pages.demo_urls")))
