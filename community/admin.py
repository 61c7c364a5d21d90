"""What libraries bring to the support pages, cut to what support needs. The last admin module that is read."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone

from community.kernel import audit
from community.kernel.admin import ReadOnly

# Roles are named in the code; sessions have a page of their own for each person.
admin.site.unregister([Group, UserSession, Authenticator])


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly):
    """Support takes away a second factor that was lost; nobody reads its secret."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    exclude = ["data"]
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        audit.record(
            "person.second_factor_removed", obj.user, by=request.user, at=timezone.now(), data={"type": obj.type}
        )
        super().delete_model(request, obj)
