"""Roles and the door of the desk. Deny by default: LoginRequiredMiddleware shuts every page not marked public."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

ORGANIZER, REVIEWER, TREASURER, ADMINISTRATOR = "organizer", "reviewer", "treasurer", "administrator"
ROLES = (ORGANIZER, REVIEWER, TREASURER, ADMINISTRATOR)


def roles_of(person: Any) -> frozenset[str]:
    """The staff roles a person holds, asked once per request; an administrator holds them all."""
    if not person.is_authenticated:
        return frozenset()
    if not hasattr(person, "_roles"):
        found = person.group_names if hasattr(person, "group_names") else person.groups.values_list("name", flat=True)
        names = set(found) & set(ROLES)
        person._roles = frozenset(ROLES) if ADMINISTRATOR in names else frozenset(names)
    return person._roles


def has_role(person: Any, *roles: str) -> bool:
    return bool(roles_of(person) & set(roles))


def has_second_factor(person: Any) -> bool:
    """Whether the second factor the desk asks for is there; the demo club asks for none."""
    if not settings.STAFF_SECOND_FACTOR:
        return True
    return person.second_factor if hasattr(person, "second_factor") else is_mfa_enabled(person)


def with_access(people: QuerySet[Any]) -> QuerySet[Any]:
    """Read with each person what every page and the desk's door ask for: `group_names` and `second_factor`."""
    groups = Group.objects.filter(user=OuterRef("pk")).values("name")
    keys = Authenticator.objects.filter(user_id=OuterRef("pk"))
    return people.annotate(group_names=ArraySubquery(groups), second_factor=Exists(keys))


def may_support(request: HttpRequest) -> bool:
    """Who may open Django's admin: administrators marked as staff, with their second factor."""
    person = request.user
    return person.is_active and person.is_staff and has_role(person, ADMINISTRATOR) and has_second_factor(person)


def desk(*roles: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a desk view to these roles only; outside the demo a second factor is asked for first (product.md §1)."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_role(request.user, *roles):
                raise PermissionDenied(_("This part of the desk belongs to another role. Ask an administrator."))
            if not has_second_factor(request.user):
                return redirect("mfa_index")
            return view(request, *args, **kwargs)

        guarded.desk_roles = roles  # type: ignore[attr-defined]  # the access table test reads it
        return guarded

    return decorate


def fresh(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask to sign in again where the session is old, and then go on with what was pressed (product.md §5: roles,
    refunds, exports, erasure). Stands below `desk`; the demo club asks as little as for a second factor. A page may be
    read as before: what asks is a POST, and a list as a sheet (`format`)."""
    return _again(view, lambda request: request.method == "POST" or "format" in request.GET)


def fresh_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for an address that is nothing but a file."""
    return _again(view, lambda request: True)


def _again(view: Callable[..., HttpResponse], asks: Callable[[HttpRequest], bool]) -> Callable[..., HttpResponse]:
    asked = reauthentication_required(enabled=lambda request: settings.STAFF_SECOND_FACTOR and asks(request))
    guarded: Callable[..., HttpResponse] = asked(view)
    return guarded
