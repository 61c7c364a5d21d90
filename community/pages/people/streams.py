"""Where the moments of a person's page come from: the trail, the letters, the complaints; each in the words of its part."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from community.billing.selectors import person as money
from community.complaints import selectors as complaints
from community.events.selectors import person as seats
from community.kernel import audit, formats, resending
from community.members.selectors import chapters, people_by_id
from community.members.selectors import person as members
from community.pages import audit as words
from community.pages import jobs
from community.pages.people.moments import Cursor, Moment, Stream, older
from community.pages.people.parts import UNSPOKEN, Part, kinds_for
from community.posts.selectors import person as posts
from community.ties import selectors as ties

COMPLAINTS, LETTERS, TRAIL, TIES = 0, 1, 2, 3
CODE = re.compile(r"^(\[masked\]|[a-z0-9_.]*)$")  # a reason of the machine's, said in the entry's own words
BECAME = {
    "waiting": pgettext_lazy("letter", "waits"),
    "sending": pgettext_lazy("letter", "waits"),
    "sent": pgettext_lazy("letter", "sent"),
    "failed": pgettext_lazy("letter", "did not leave"),
    "refused": pgettext_lazy("letter", "refused by the mailbox"),
    "dropped": pgettext_lazy("letter", "not sent, its reason had gone"),
    "kept": pgettext_lazy("letter", "in the app alone"),
}
# What an import brings in stands in the trail at the thing alone.
IMPORTED = {
    "members.Person": "person",
    "members.Application": "application",
    "members.Stake": "stake",
    "members.Term": "term",
    "events.Signup": "signup",
}
NO_CITY = ("hold", "waiver")  # of which the trail does not say where
LOST = ("failed", "refused")


def of(reader: Any, who: Any, parts: Iterable[Part], readable: Iterable[Part], at: datetime) -> list[Stream]:
    """The sources of some parts, for one colleague; letters are of all parts that are `readable`."""
    parts = list(parts)
    names = {part.name for part in parts}
    subjects = {subject: part.name for part in parts for subject in part.subjects}
    found: list[Stream] = []
    if subjects:
        found.append(_trail(reader, who, subjects, at))
    if "letters" in names:
        found.append(_letters(who, {part.name for part in readable}))
    if "ties" in names:
        found.append(_ties(reader, who))
    if "complaints" in names:
        found.append(_complaints(reader, who))
    return found


def _trail(reader: Any, who: Any, subjects: dict[str, str], at: datetime) -> Stream:
    """An organizer of some cities reads of seats what took place there."""
    cities = chapters.cities_run_by(reader)
    theirs = seats.rows_of(who.pk, cities) if "signup" in subjects else {}
    own = members.rows_of(who.pk) | {"events.Signup": theirs.get("events.Signup", [])}
    also = {label: own[label] for label, subject in IMPORTED.items() if subject in subjects}
    only = theirs if cities is not None else {}
    never = {"posts.Post": posts.drafts(who.pk)} if "post" in subjects else {}
    shown = subjects if cities is None else {name: part for name, part in subjects.items() if name not in NO_CITY}

    def stream(most: int, cursor: Cursor | None) -> list[Moment]:
        rows = audit.concerning(who.pk, shown, also=also, only=only, never=never).exclude(action__in=UNSPOKEN)
        entries = older(rows, "at", TRAIL, cursor, most)
        about = _named(entries, at)
        return [_said(entry, shown, about.get((entry.subject_type, entry.subject_id), ("", ""))) for entry in entries]

    return stream


def _said(entry: Any, subjects: dict[str, str], about: tuple[str, str]) -> Moment:
    entry = words.say(entry)
    part = subjects[entry.action.partition(".")[0]]
    by = _("by rule") if entry.actor is None else "" if entry.actor_id == entry.person_id else entry.actor.name
    detail = "" if CODE.match(entry.reason) or part == "membership" else entry.reason
    title = f"{entry.subject} · {entry.happened}"
    return Moment(entry.at, TRAIL, entry.pk, part, title, about[0], detail, by, about[1])


def _named(entries: Iterable[Any], at: datetime) -> dict[tuple[str, int], tuple[str, str]]:
    """What the things of some entries are called, and where they are; one question for each sort of thing."""
    keys: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        keys[entry.subject_type].add(entry.subject_id)
    return {
        (label, key): said
        for label, name in NAMED.items()
        if label in keys
        for key, said in name(label, keys[label], at).items()
    }


def _seats(label: str, keys: set[int], at: datetime) -> dict[int, tuple[str, str]]:
    return {
        key: (
            f"{topic} · {formats.day(starts_at, at=at, language=_language())}",
            reverse("desk_event_roster", args=[public]),
        )
        for key, (topic, starts_at, public) in seats.named(label, keys).items()
    }


def _posts(label: str, keys: set[int], at: datetime) -> dict[int, tuple[str, str]]:
    return posts.named(label, keys)


def _members(label: str, keys: set[int], at: datetime) -> dict[int, tuple[str, str]]:
    return {key: (name, "") for key, name in members.named(label, keys).items()}


def _money(label: str, keys: set[int], at: datetime) -> dict[int, tuple[str, str]]:
    return {
        key: (" · ".join(filter(None, (number, formats.money(sum_.amount, sum_.currency, language=_language())))), "")
        for key, (number, sum_) in money.named(label, keys).items()
    }


NAMED = {
    "events.Signup": _seats,
    "events.Event": _seats,
    "posts.Post": _posts,
    "posts.Answer": _posts,
    "posts.Thanks": _posts,
    "posts.Introduction": _posts,
    "members.Application": _members,
    "members.Stake": _members,
    "members.CompanyChange": _members,
    "members.Term": _members,
    "billing.Invoice": _money,
    "billing.Payment": _money,
    "billing.Refund": _money,
}


def _language() -> str:
    return get_language() or "zh-hans"


def _letters(who: Any, names: set[str]) -> Stream:
    """Which letters there were and what became of them, never their words: of the parts that this colleague reads."""

    def stream(most: int, cursor: Cursor | None) -> list[Moment]:
        rows = older(resending.written_to(who.pk, kinds_for(names)), "created_at", LETTERS, cursor, most)
        return [
            Moment(row.created_at, LETTERS, row.pk, "letters", jobs.title_of(row.kind), state=BECAME[row.status],
                   tone="refused" if row.status in LOST else "")
            for row in rows
        ]  # fmt: skip

    return stream


def _ties(reader: Any, who: Any) -> Stream:
    """Whom they met, on the day of the first time (R35)."""
    linked = chapters.cities_run_by(reader) is None

    def stream(most: int, cursor: Cursor | None) -> list[Moment]:
        below = (cursor.at, cursor.stream, cursor.pk) if cursor else None
        keys = [(tie.first_at, TIES, other) for other, tie in ties.of(who.pk).items()]
        shown = sorted((key for key in keys if below is None or key < below), reverse=True)[:most]
        known = people_by_id([other for *_key, other in shown])
        return [
            Moment(first_at, TIES, other, "ties", _("Met for the first time"), about=known[other].name,
                   url=reverse("desk_person", args=[known[other].public_id]) if linked else "")
            for first_at, _stream, other in shown if other in known
        ]  # fmt: skip

    return stream


def _complaints(reader: Any, who: Any) -> Stream:
    def stream(most: int, cursor: Cursor | None) -> list[Moment]:
        rows = older(complaints.concerning(reader, who.pk), "filed_at", COMPLAINTS, cursor, most)
        return [
            Moment(row.filed_at, COMPLAINTS, row.pk, "complaints",
                   _("Filed a complaint") if row.filer_id == who.pk else _("Is named in a complaint"),
                   about=str(row.get_about_display()), url=reverse("desk_complaint", args=[row.public_id]),
                   state=row.get_status_display(), tone="done" if row.closed_at else "waiting")
            for row in rows
        ]  # fmt: skip

    return stream


def everything() -> str:
    return _("Everything")
