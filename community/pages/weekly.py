"""The letter of the week: my seats, seats open to me and why, needs I can answer, people to meet again, what waits.

Written for many people at once: a fixed number of queries for each batch, and never more than a batch in memory.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from community.events.selectors import weekly as events
from community.kernel.days import day_of, start_of
from community.matching.selectors import lists as matching
from community.members import selectors as members
from community.members.selectors import chapters
from community.pages import notifications, rules
from community.posts.selectors import introductions as asked
from community.posts.selectors import lists as care

BATCH = 500


@dataclass
class Week:
    """One person's week as plain facts; what has nothing to say is empty."""

    seats: list[dict[str, Any]] = field(default_factory=list)
    open: list[dict[str, Any]] = field(default_factory=list)
    needs: list[dict[str, Any]] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)
    waits: list[dict[str, Any]] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        return bool(self.seats or self.open or self.needs or self.again or self.waits)

    @property
    def facts(self) -> dict[str, Any]:
        return {"seats": self.seats, "open": self.open, "needs": self.needs, "again": self.again, "waits": self.waits}


def write_all_due(*, at: datetime) -> int:
    """On Sunday evening every member in good standing who has something to read gets one letter; how many are new."""
    sunday = rules.letter_due(at)
    if sunday is None:
        return 0
    ahead = events.open_between(at, at + rules.AHEAD)
    people = members.members_in_good_standing(day_of(at)).order_by("pk")
    new = last = 0
    while ids := list(people.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        new += _write(ids, sunday, ahead, at)
    return new


def _write(ids: list[int], sunday: date, ahead: list[Any], at: datetime) -> int:
    left = notifications.without_letter(ids, sunday)
    weeks = weeks_of(left, ahead, at=at) if left else {}
    return notifications.week({pk: week.facts for pk, week in weeks.items() if week.says_something}, sunday, at=at)


def week_of(person: Any, *, at: datetime) -> Week:
    """What the letter would say to somebody now."""
    return weeks_of([person.pk], events.open_between(at, at + rules.AHEAD), at=at)[person.pk]


def weeks_of(ids: Collection[int], ahead: Collection[Any], *, at: datetime) -> dict[int, Week]:
    until = start_of(day_of(at) + timedelta(days=8))  # to the end of the day a week from now
    seats = events.seats_between(ids, at, until)
    open_ = events.chances(ids, chapters.homes_of(ids), ahead, at, each=rules.SHOWN)
    needs, apart = matching.needs_of_many(ids, at=at), care.pairs_kept_apart(ids)
    again, waits = events.to_meet_again(ids), _waits(ids, at)
    return {
        pk: Week(
            [_seat(seat) for seat in seats.get(pk, ())],
            [_open(chance) for chance in open_.get(pk, ())],
            [_need(one) for one in needs.get(pk, ()) if (pk, one.need.person_id) not in apart][: rules.SHOWN],
            [_again(who, event) for who, event in again.get(pk, ()) if (pk, who.pk) not in apart][: rules.SHOWN],
            waits.get(pk, [])[: rules.SHOWN],
        )
        for pk in ids
    }


def _seat(seat: Any) -> dict[str, Any]:
    path = f"{seat.event.get_absolute_url()}host/" if seat.is_host else seat.event.get_absolute_url()
    return {
        "topic": seat.event.topic, "starts_at": seat.event.starts_at.isoformat(), "is_host": seat.is_host, "path": path,
    }  # fmt: skip


def _open(chance: Any) -> dict[str, Any]:
    event = chance.event
    return {
        "topic": event.topic, "starts_at": event.starts_at.isoformat(), "path": event.get_absolute_url(),
        "seats_left": 0 if event.collecting else event.seats_left, "code": chance.code,
    }  # fmt: skip


def _need(match: Any) -> dict[str, Any]:
    return {
        "title": match.need.title, "author": match.need.person.name, "path": match.need.path,
        "reasons": match.reasons[:1],
    }  # fmt: skip


def _again(who: Any, event: Any) -> dict[str, Any]:
    return {"name": who.name, "topic": event.topic, "path": f"{event.get_absolute_url()}after/"}


def _waits(ids: Collection[int], at: datetime) -> dict[int, list[dict[str, Any]]]:
    """Introductions to answer, thanks to confirm, two questions about an event."""
    found: dict[int, list[dict[str, Any]]] = {}
    for pk, rows in asked.waiting_for_many(ids, at).items():
        found.setdefault(pk, []).extend(
            {
                "what": "introduction",
                "name": one.asker.name,
                "title": one.post.title if one.post else "",
                "path": one.get_absolute_url(),
            }
            for one in rows
        )
    for pk, rows in asked.thanks_for_many(ids).items():
        found.setdefault(pk, []).extend(
            {"what": "thanks", "name": one.post.author.name, "title": one.post.title, "path": reverse("introductions")}
            for one in rows
        )
    for pk, event in events.unanswered(ids, at).items():
        path = f"{event.get_absolute_url()}after/"
        found.setdefault(pk, []).append({"what": "questions", "name": "", "title": event.topic, "path": path})
    return found
