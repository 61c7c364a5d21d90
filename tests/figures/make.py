"""A small club as rows, counted by hand in the tests that use it. Its people are letters."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from community.billing.models import Attempt, Invoice
from community.events.models import Event, Opinion, Seat, Signup
from community.events.services import inviting
from community.figures import notifications
from community.figures.models import Asking
from community.kernel import audit
from community.kernel.days import ZONE, start_of
from community.members.models import Farewell, Person, Term, Tier
from community.members.services import applications
from community.posts.models import Post, Thanks
from tests import make
from tests.events import make as make_events

AT = make.NOON  # Saturday, 21 November 2026
DAY = timedelta(days=1)


def noon(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 12, tzinfo=ZONE)


def next_term(who: Person, starts_on: date) -> Term:
    return Term.objects.create(
        person=who, tier=Tier.objects.get(code="member"), starts_on=starts_on,
        ends_on=starts_on.replace(year=starts_on.year + 1), recorded_at=AT,
    )  # fmt: skip


def invoice(who: Person, paid_at: datetime | None, **fields: Any) -> Invoice:
    wanted: dict[str, Any] = {
        "purpose": "admission", "application": who.applications.first(), "tier": Tier.objects.get(code="member"),
        "amount": 380_000, "status": "paid" if paid_at else "open", "paid_at": paid_at, "issued_at": paid_at or AT,
    } | fields  # fmt: skip
    number = f"2026-{Invoice.objects.count() + 1:06d}"
    return Invoice.objects.create(
        number=number, person=who, currency="CNY", tier_name_zh="会员", tier_name_en="Member", **wanted
    )


def sit(event: Event, who: Person, status: str = "attended", *, is_host: bool = False) -> Signup:
    """As history: on the next free chair, for whom the status wants one."""
    before = event.starts_at - 3 * DAY
    chair = Seat.objects.filter(event=event, removed_at=None, signups=None).order_by("number").first()
    more: dict[str, Any] = {
        "attended": {"attended_at": event.starts_at, "checked_in_at": event.starts_at, "checked_in_by": who},
        "missed": {"missed_at": event.ends_at},
        "withdrawn": {"withdrawn_at": event.starts_at - timedelta(hours=3), "withdrawn_late": True},
    }[status]
    return Signup.objects.create(
        event=event, person=who, status=status, seat=None if status == "withdrawn" else chair, is_host=is_host,
        signed_up_at=before, confirmed_at=before, **more,
    )  # fmt: skip


def club() -> SimpleNamespace:
    """Eight joined on 1 October 2025, two on 1 March 2026, three are on the clock since 10 November, one has a draft."""
    early = {letter: make.member(letter, since=noon(10, 1, 2025)) for letter in "ABCDEFGH"}
    late = {letter: make.member(letter, since=noon(3, 1)) for letter in "IJ"}
    clock = {letter: make.approved(make.person(letter), at=noon(11, 10)).person for letter in "PQR"}
    applications.start(make.person("S"), at=noon(11, 12))
    who = early | late | clock
    first = {letter: Term.objects.get(person=person) for letter, person in early.items()}
    for letter in "ABCD":
        next_term(who[letter], date(2026, 10, 1))
    Term.objects.filter(pk=first["E"].pk).update(reminders_off_at=noon(9, 10))
    tried = invoice(who["F"], None, purpose="renewal", renews=first["F"], due_at=noon(10, 15), application=None)
    Attempt.objects.create(
        key="F", invoice=tried, status="closed", language="en", email="f@example.test", started_at=noon(10, 2),
        expires_at=noon(10, 3), look_at=noon(10, 3),
    )  # fmt: skip
    gone = date(2026, 6, 1)
    Term.objects.filter(pk=first["H"].pk).update(ends_on=gone, ends_early_on=gone, closed_at=start_of(gone))
    Farewell.objects.create(person=who["H"], left_at=start_of(gone) + timedelta(hours=9), why="outgrown")
    made = SimpleNamespace(who=who, first=first, **vars(_events(who)))
    _money(made)
    _posts(who)
    return made


def _events(who: dict[str, Person]) -> SimpleNamespace:
    """A class of four chairs on 1 November, a table of twelve on 14 November."""
    office = make_events.organizer()
    lesson = make_events.event(
        at=noon(10, 20), by=office, kind="class", seats_each=4, starts_at=noon(11, 1), ends_at=noon(11, 1) + DAY / 12
    )
    table = make_events.event(
        at=noon(10, 20), by=office, host=who["I"], starts_at=noon(11, 14), ends_at=noon(11, 14) + DAY / 8
    )
    Signup.objects.filter(event=table, person=who["I"]).update(
        status="attended", attended_at=table.starts_at, checked_in_at=table.starts_at, checked_in_by=who["I"]
    )
    sit(lesson, who["A"])
    here = {letter: sit(table, who[letter]) for letter in "ABCP"}
    sit(table, who["D"], "missed")
    sit(table, who["E"], "withdrawn")
    Event.objects.filter(pk__in=[lesson.pk, table.pk]).update(status="held", roster_closed_at=AT)
    for event, letter, worth in [
        (lesson, "A", "yes"), (table, "A", "yes"), (table, "B", "yes"), (table, "C", "partly"), (table, "P", "yes"),
        (table, "I", "no"),
    ]:  # fmt: skip
        Opinion.objects.create(event=event, person=who[letter], worth=worth, answered_at=AT)
    coming = make_events.event(at=noon(11, 16), by=office, host=who["I"], topic="下周的桌")
    inviting.invite(coming.pk, who["J"].pk, by=office, at=noon(11, 17))
    return SimpleNamespace(office=office, lesson=lesson, table=table, here=here)


def _money(made: SimpleNamespace) -> None:
    """Five first purchases on 1 December 2025; A's second after 151 days, B's after 212; one seat of ¥1,330."""
    who = made.who
    for letter in "ABCDE":
        invoice(who[letter], noon(12, 1, 2025))
    for letter, paid_at in (("A", noon(5, 1)), ("B", noon(7, 1))):
        invoice(who[letter], paid_at, purpose="renewal", renews=made.first[letter], due_at=paid_at, application=None)
    invoice(who["C"], noon(11, 10), purpose="seat", signup=made.here["C"], tier=None, application=None, amount=133_000,
            due_at=noon(11, 11))  # fmt: skip


def _posts(who: dict[str, Person]) -> None:
    """Six needs of A's: three answered within 72 hours, one after 73, one never, one a day old. Two are solved; four
    helpers confirmed ¥100 of business each."""
    hours = [1, 30, 72, 73, None, None]
    posts = []
    for number, after in enumerate(hours):
        opened = AT - DAY if number == 5 else noon(11, 1 + number)
        solved = number < 2
        posts.append(
            Post.objects.create(
                author=who["A"], kind="need", status="solved" if solved else "open", title=f"需求{number}", lack="money",
                topic="staff", created_at=opened, opened_at=opened, expires_at=AT + 30 * DAY,
                first_answered_at=opened + timedelta(hours=after) if after else None, ended_at=AT if solved else None,
            )
        )  # fmt: skip
    for letter in "BCDI":
        Thanks.objects.create(
            post=posts["BCDI".index(letter) % 2], helper=who[letter], business=True, amount=10_000, thanked_at=AT - DAY,
            confirmed_at=AT - DAY,
        )  # fmt: skip


def act(by: Person, subject: Any, at: datetime) -> None:
    audit.record("event.note", subject, by=by, at=at, person_id=None)


NOW = timezone.now


@contextmanager
def seen_at(at: datetime) -> Iterator[None]:
    """The pages' clock stands at `at` meanwhile."""
    with patch.object(timezone, "now", lambda: at):
        yield


def letters() -> Iterator[tuple[Any, tuple[Any, ...], dict[str, Any]]]:
    """One of every letter, as tests/architecture/letters.py wants them."""
    who = make.person("欧阳" * 29 + "·W")
    yield notifications.question, ([Asking(pk=1, person=who, quarter_on=date(2026, 10, 1))],), {"at": AT}
