"""What stands above the timeline: who it is, and of each part its few facts with the way to where it is worked on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from community.billing.selectors import person as money
from community.complaints import selectors as complaints
from community.events.selectors import person as seats
from community.kernel import formats
from community.kernel.days import day_of
from community.members import policies
from community.members import selectors as members
from community.members.forms import ROLE_NAMES
from community.members.selectors import chapters
from community.members.selectors import person as people
from community.pages.people.parts import Part
from community.posts.selectors import person as posts
from community.ties import selectors as ties

A_DAY = timedelta(days=1)
UP_TO_COLON = re.compile("[:\uff1a]")  # a role's name, without what it is for


@dataclass
class Box:
    """One part's facts, and the page where it is worked on."""

    title: Any
    facts: list[tuple[str, Any]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Subject:
    """Somebody, as the head of their page knows them."""

    person: Any
    application: Any
    term: Any
    standing: str
    at: datetime


def subject(person: Any, at: datetime) -> Subject:
    term, on = members.term_of(person, day_of(at)), day_of(at)
    return Subject(person, people.latest_application(person.pk), term, members.standing_by(term, on), at)


def boxes(reader: Any, who: Subject, parts: Iterable[Part]) -> list[Box]:
    return [BOXES[part.name](reader, who, part) for part in parts if part.name in BOXES]


def _membership(reader: Any, who: Subject, part: Part) -> Box:
    box, term = Box(part.title), who.term
    if term is None:
        box.facts.append((_("Member"), _("not yet")))
    else:
        since = members.member_since(who.person)
        box.facts += [
            (_("Tier"), term.tier.name),
            (_("Member since"), _day(since or term.starts_on, who.at)),
            (_("Runs until"), _day((term.ends_early_on or term.ends_on) - A_DAY, who.at)),  # half-open (R14)
        ]
    if who.application is not None and who.application.city:
        box.facts.append((_("City"), who.application.city.name))
    return box


def _application(reader: Any, who: Subject, part: Part) -> Box:
    box, found = Box(part.title), who.application
    if found is None:
        box.facts.append((_("Application"), _("none yet")))
    else:
        box.facts.append((_("Application"), found.get_status_display()))
        if found.sponsor_id:
            box.facts.append((_("Trainee"), _("with a sponsor")))
        if members.is_for_review(found):
            box.links.append((_("Open the application"), reverse("desk_application", args=[found.public_id])))
    for stake in people.companies_of(who.person.pk):
        checked = _day(stake.verified_on, who.at) if stake.verified_on else _("not checked yet")
        box.facts.append((stake.company.legal_name, f"{stake.get_role_display()} · {checked}"))
        box.links.append((stake.company.legal_name, reverse("desk_company", args=[stake.company.public_id])))
    return box


def _seats(reader: Any, who: Subject, part: Part) -> Box:
    found = seats.figures(who.person.pk, chapters.cities_run_by(reader), who.at)
    box = Box(
        part.title,
        [
            (_("Seats taken"), found["attended"]),
            (_("To come"), found["ahead"]),
            (_("Missed in half a year"), found["missed"]),
        ],
    )
    if who.standing in policies.STANDS:
        box.links.append((_("Invite to a seat"), reverse("desk_person_invite", args=[who.person.public_id])))
    return box


def _ties(reader: Any, who: Subject, part: Part) -> Box:
    found = ties.of(who.person.pk).values()
    return Box(
        part.title,
        [
            (_("People met"), len(found)),
            (_("Met more than once"), sum(tie.again for tie in found)),
            (_("One-to-ones"), sum(tie.one_to_ones for tie in found)),
            (_("Joint projects"), sum(tie.projects for tie in found)),
        ],
    )


def _needs(reader: Any, who: Subject, part: Part) -> Box:
    found = posts.figures(who.person.pk)
    box = Box(
        part.title,
        [
            (_("Open posts"), found["open"]),
            (_("Answers given"), found["answers"]),
            (_("Introductions"), found["introduced"]),
            (_("Needs solved with them"), found["helped"]),
        ],
    )
    if who.standing in policies.STANDS:
        box.links.append((_("Their card"), reverse("member", args=[who.person.public_id])))
    return box


def _money(reader: Any, who: Subject, part: Part) -> Box:
    found = money.figures(who.person.pk)
    return Box(
        part.title,
        [(_("Paid in all"), _amount(found["paid"])), (_("Went back"), _amount(found["back"])), (_("Open invoices"), found["open"])],
        [(_("Invoices and payments"), reverse("desk_money_person", args=[who.person.public_id]))],
    )  # fmt: skip


def _standing(reader: Any, who: Subject, part: Part) -> Box:
    """Where an administrator suspends, and reads why; the facts are the chip above."""
    return Box(part.title, [], [(_("Suspend or expel"), reverse("desk_standing_of", args=[who.person.public_id]))])


def _complaints(reader: Any, who: Subject, part: Part) -> Box:
    count = complaints.concerning(reader, who.person.pk).count()
    return Box(
        part.title, [(_("Filed by them or about them"), count)], [(_("All complaints"), reverse("desk_complaints"))]
    )


def _account(reader: Any, who: Subject, part: Part) -> Box:
    held = [UP_TO_COLON.split(str(ROLE_NAMES[role]))[0] for role in people.roles_of(who.person.pk)]
    facts = [
        (_("Roles"), " · ".join(held) or pgettext("roles", "none")),
        (_("Account since"), _day(day_of(who.person.joined_at), who.at)),
        (_("Language"), who.person.get_language_display()),
    ]
    if not who.person.is_active:
        facts.append((_("Sign-in"), _("shut")))
    return Box(
        part.title,
        facts,
        [(_("Audit trail"), f"{reverse('desk_audit')}?{urlencode({'who': who.person.email})}"), (_("Roles"), reverse("desk_roles"))],
    )  # fmt: skip


def _day(on: Any, at: datetime) -> str:
    return formats.day(on, at=at, language=get_language() or "zh-hans")


def _amount(amount: Any) -> str:
    return formats.money(amount.amount, amount.currency, language=get_language() or "zh-hans")


BOXES = {
    "membership": _membership,
    "application": _application,
    "seats": _seats,
    "ties": _ties,
    "needs": _needs,
    "money": _money,
    "complaints": _complaints,
    "standing": _standing,
    "account": _account,
}
