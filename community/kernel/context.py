"""What every page knows: the navigation for whoever reads it, and whether this is the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from community.kernel import access


def club(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    roles = access.roles_of(person) if person is not None else frozenset()
    return {
        "club_name": _("Tongzhuo"),
        "demo": settings.DEMO,
        "phone_sign_in": settings.PHONE_SIGN_IN,
        "icp_text": settings.ICP_TEXT,
        "base_url": settings.BASE_URL,
        "person_roles": roles,
        "nav": [
            {"label": label, "url": (url := reverse(name)), "current": request.path.startswith(url)}
            for label, name in _places(person, roles)
        ],
        "desk_nav": [
            {"label": label, "url": (url := reverse(name)), "current": request.path.startswith(url)}
            for label, name, wanted in _desk_places()
            if roles & set(wanted)
        ],
    }


def _places(person: Any, roles: frozenset[str]) -> list[tuple[str, str]]:
    if person is None or not person.is_authenticated:
        return [(_("Events"), "events"), (_("How to join"), "join"), (_("Fees"), "fees")]
    places = [
        (_("Home"), "home"),
        (_("Events"), "events"),
        *(
            [(_("Programmes"), "programmes"), (_("Needs and offers"), "posts"), (_("Members"), "members")]
            if getattr(person, "in_standing", False)
            else [(_("My application"), "application")]
        ),
        (_("Billing"), "billing"),
    ]
    return [*places, (_("Desk"), "desk")] if roles else places


def _desk_places() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (_("People"), "desk_people", access.ROLES),
        (_("Applications"), "desk_applications", (access.REVIEWER,)),
        (_("Companies"), "desk_companies", (access.REVIEWER,)),
        (_("Intake"), "desk_intake", (access.REVIEWER,)),
        (_("Events and rosters"), "desk_events", (access.ORGANIZER,)),
        (_("Programmes"), "desk_programmes", (access.ORGANIZER,)),
        (_("Needs and offers"), "desk_posts", (access.ORGANIZER,)),
        (_("Ties"), "desk_ties", (access.ORGANIZER,)),
        (_("Complaints"), "desk_complaints", (access.ORGANIZER, access.ADMINISTRATOR)),
        (_("Money"), "desk_billing", (access.TREASURER,)),
        (_("Codes"), "desk_coupons", (access.TREASURER,)),
        (_("Tiers and prices"), "desk_tiers", (access.ADMINISTRATOR,)),
        (_("Chapters"), "desk_chapters", (access.ADMINISTRATOR,)),
        (_("Import"), "desk_imports", (access.ADMINISTRATOR,)),
        (_("Export"), "desk_exports", (access.ADMINISTRATOR,)),
        (_("Jobs"), "desk_jobs", (access.ADMINISTRATOR,)),
        (_("Standing"), "desk_standing", (access.ADMINISTRATOR,)),
        (_("Roles"), "desk_roles", (access.ADMINISTRATOR,)),
        (_("Settings"), "desk_settings", (access.ADMINISTRATOR,)),
        (_("Audit trail"), "desk_audit", (access.ADMINISTRATOR,)),
        (_("Mailboxes"), "desk_mailboxes", (access.ORGANIZER,)),
        (_("Figures"), "desk_figures", (access.REVIEWER, access.ORGANIZER, access.TREASURER)),
    ]
