"""What the landing page and the joining page say, and where their one button leads."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.events import selectors as events
from community.kernel import posters
from community.members import policies, selectors

STEPS = (
    {
        "title": gettext_lazy("Hand in your papers"),
        "detail": gettext_lazy("About ten minutes on the phone. What you type is kept; you can stop and go on later."),
    },
    {
        "title": gettext_lazy("A reviewer checks them"),
        "detail": gettext_lazy("Within 72 hours, against the public register. If something is missing we say what."),
    },
    {
        "title": gettext_lazy("Come to an event within three weeks"),
        "detail": gettext_lazy("Choose a table or a visit that suits you, and check in there."),
    },
    {
        "title": gettext_lazy("Pay the fee"),
        "detail": gettext_lazy(
            "Online, before the first event or after it. You choose the tier and see the price first."
        ),
    },
)
FEE_LATER = gettext_lazy("Online, after your first event. You choose the tier and see the price first.")


def landing(person: Any, *, at: datetime) -> dict[str, Any]:
    return {"events": events.next_with_seats(at, limit=2), "call": call(person, at=at), "preview": preview(), "at": at}


def how_to_join(person: Any, *, at: datetime) -> dict[str, Any]:
    fee_later = policies.club_settings().fee_opens == "attendance"
    pay = {**STEPS[-1], "detail": FEE_LATER} if fee_later else STEPS[-1]
    return {"steps": [*STEPS[:-1], pay], "call": call(person, at=at), "intake": selectors.intake(at)}


def call(person: Any, *, at: datetime) -> dict[str, str]:
    """The one action: sign up, start, or go home where one's own next step stands."""
    if isinstance(person, AnonymousUser):
        return {"note": _("Free to apply. An answer within 72 hours."), "label": _("Apply to join"),
                "url": reverse("account_signup")}  # fmt: skip
    if selectors.live_application(person) is None and policies.may_apply(person, at=at):
        return {"note": _("Free to apply. An answer within 72 hours."), "label": _("Start the application"),
                "url": reverse("application_edit")}  # fmt: skip
    return {"note": _("Your own next step is on your home page."), "label": _("Go to my home page"),
            "url": reverse("home")}  # fmt: skip


def poster() -> posters.Poster:
    """The club in one picture, in the active language."""
    return posters.Poster(
        _("Twelve founders, one table, every Saturday"),
        f"{settings.BASE_URL}{reverse('join')}",
        facts=(_("For people who own and run small companies"),),
        foot=(_("Who may join, and how"),),
        size=posters.WIDE,
    )


def preview() -> str:
    """The address of that picture; "" where none can be drawn."""
    query = urlencode({"in": get_language() or "zh-hans", "v": poster().version})
    return f"{reverse('club_poster')}?{query}" if posters.font() else ""
