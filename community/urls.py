from allauth.account import views as account_views
from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from community.kernel.access import may_support

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)
admin.site.has_permission = may_support

# allauth shows these two only to clubs that ask for a phone at signing up.
phone_urls = [
    path("accounts/phone/verify/", account_views.verify_phone, name="account_verify_phone"),
    path("accounts/phone/change/", account_views.change_phone, name="account_change_phone"),
]
urlpatterns = [
    path("", include("community.pages.urls")),
    path("", include("community.members.urls")),
    path("", include("community.events.urls")),
    path("", include("community.ties.urls")),
    path("", include("community.billing.urls")),
    path("", include("community.programmes.urls")),
    path("", include("community.complaints.urls")),
    path("", include("community.posts.urls")),
    path("", include("community.figures.urls")),
    path("", include("community.moving.urls")),
    *(phone_urls if settings.PHONE_SIGN_IN else []),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("community.pages.demo_urls")))
