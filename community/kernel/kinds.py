"""What kinds of message there are, as data (R51): every app declares its own in `kinds.KINDS`, beside its notifications.

What a kind says of itself is said here alone: whoever posts a message names its kind and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from community.kernel.models import Message

INBOX, EMAIL, SMS, ROBOT = "inbox", "email", "sms", "robot"
CHANNELS = (INBOX, EMAIL, SMS, ROBOT)

# Whom a kind is written to.
APPLICANT, MEMBER, GUEST, STAFF = "applicant", "member", "guest", "staff"
AUDIENCES = (APPLICANT, MEMBER, GUEST, STAFF)  # a guest has a seat, or waits for one


@dataclass(frozen=True)
class Group:
    """What a person recognises and decides about: kinds that belong together."""

    name: str
    title: Any
    about: Any


APPLICATION, SEATS, NEEDS, MEMBERSHIP, CLUB, DESK = "application", "seats", "needs", "membership", "club", "desk"
PROGRAMMES = "programmes"
GROUPS = {
    group.name: group
    for group in (
        Group(APPLICATION, _("My application"), _("Decisions, questions, and the days that are left.")),
        Group(SEATS, _("My seats"), _("Seats, offers, changes, and what is asked after an event.")),
        Group(NEEDS, _("Needs and introductions"), _("Needs that fit you, your own posts, people who want to meet.")),
        Group(PROGRAMMES, _("Programmes and challenges"), _("Your cohort, its weeks, and how they end.")),
        Group(MEMBERSHIP, _("Membership and fees"), _("Receipts, refunds, fapiao, renewals, your company.")),
        Group(CLUB, pgettext_lazy("messages", "Club news"), _("What the week brings, and what is new.")),
        Group(DESK, _("Work at the desk"), _("What waits for whoever works for the club.")),
    )
}


@dataclass(frozen=True)
class Kind:
    """One kind of message. `name` names its templates: "<app>/<name>" is `<app>/mail/<name>.txt`.

    `transactional` (decisions, offers, receipts, changes of a booked event): sent at once, also by night, at least
    once. Everything else is sent at most once, by day, one letter a day to anybody; `in_digest`: it waits for the
    letter of the next morning in any case. `channels` are those it may take: the inbox and e-mail always, text
    messages where a person chose them, robots for the groups of the staff. `stands`: of its letters that have waited,
    the keys of those whose reason is still there, in one or two queries for all of them; what has none is always so.
    """

    name: str
    title: Any
    group: str
    audience: str
    transactional: bool = True
    in_digest: bool = False
    channels: tuple[str, ...] = (INBOX, EMAIL)
    stands: "Callable[[Sequence[Message], datetime], set[int]] | None" = None


class UnknownKind(LookupError):
    """A message of a kind that no app declares."""


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind of the house by its name."""
    found: dict[str, Kind] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("community.") and find_spec(f"{config.name}.kinds") and config.label != "kernel":
            found |= {kind.name: kind for kind in import_module(f"{config.name}.kinds").KINDS}
    return found


def kind_of(name: str) -> Kind:
    """Raises UnknownKind."""
    try:
        return all_kinds()[name]
    except KeyError:
        raise UnknownKind(f"{name}: declare it in community/{name.partition('/')[0]}/kinds.py") from None
