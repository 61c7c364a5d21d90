"""The product's side of the bench, run in a process of its own with the product's settings:
`python -m devtools.bench.club fill|remind ARGUMENTS`, arguments and answer in JSON.

People and attendance are written as rows, as if they had happened; events go through the services, chairs and all.
"""

import json
import os
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command, get_commands  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from community.events.models import Event, Seat, SeatHold, Signup  # noqa: E402
from community.events.services import publishing  # noqa: E402
from community.kernel import outbox  # noqa: E402
from community.kernel.days import day_of, end_of, months_later, start_of  # noqa: E402
from community.kernel.models import Message  # noqa: E402
from community.members.models import Application, City, Industry, Person, Term, Tier, sort_key  # noqa: E402
from community.members.services import clock  # noqa: E402

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEMBERS = 10_000


def make_people(count: int, prefix: str) -> list[Person]:
    """Accounts without a usable password."""
    names = [f"会员{prefix}{n:04}" for n in range(count)]
    return Person.objects.bulk_create(
        Person(email=f"{prefix}{n}@bench.test", full_name=name, name_key=sort_key(name), password=f"!{prefix}{n}")
        for n, name in enumerate(names)
    )


def _application(person: Person, industries: list[Industry], city: City, **fields: Any) -> Application:
    return Application(
        person=person,
        role="legal_representative",
        full_name=person.full_name,
        city=city,
        industry=industries[person.pk % len(industries)],
        approved_by=person,
        **fields,
    )


def make_members(people: list[Person], at: datetime) -> None:
    """Admitted two months ago, with a term of twelve months."""
    since, city, industries = at - 60 * DAY, City.objects.first(), list(Industry.objects.all())
    tier = Tier.objects.get(code="member")
    dates = ("started_at", "touched_at", "submitted_at", "approved_at", "attended_at", "paid_at", "admitted_at")
    applications = Application.objects.bulk_create(
        _application(
            person, industries, city, status="admitted", tier=tier, clock_ends_at=since + 22 * DAY,
            **dict.fromkeys(dates, since),
        )
        for person in people
    )  # fmt: skip
    starts_on = day_of(since)
    Term.objects.bulk_create(
        Term(
            person=application.person, tier=tier, application=application, starts_on=starts_on,
            ends_on=months_later(starts_on, 12), recorded_at=since,
        )
        for application in applications
    )  # fmt: skip


def make_applicants(people: list[Person], at: datetime, *, days_left: int) -> None:
    """Papers approved, three weeks running, nothing attended yet."""
    city, industries = City.objects.first(), list(Industry.objects.all())
    ends_at = end_of(day_of(at) + days_left * DAY)
    approved_at = ends_at - 22 * DAY
    dates = dict.fromkeys(("started_at", "touched_at", "submitted_at", "approved_at"), approved_at)
    Application.objects.bulk_create(
        _application(person, industries, city, status="approved", clock_ends_at=ends_at, **dates) for person in people
    )


def make_organizer() -> Person:
    """With a second factor, as everybody on the staff has outside the demo."""
    organizer = Person.objects.create_user("organizer@bench.test", full_name="何静")
    organizer.groups.set(Group.objects.filter(name="organizer"))
    Authenticator.objects.create(user=organizer, type=Authenticator.Type.TOTP, data={"secret": "only-for-the-bench"})
    return organizer


def make_sessions(people: list[Person]) -> list[str]:
    """Everybody signed in, without a password hash: rows in the session table. Returns the cookies' values."""
    store, until = SessionStore(), timezone.now() + DAY
    rows = [
        Session(
            session_key=store._get_new_session_key(),
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for person in people
    ]
    return [row.session_key for row in Session.objects.bulk_create(rows)]


class Calendar:
    """Makes published events, one a day so that nobody is at two at once."""

    def __init__(self, organizer: Person, host: Person, at: datetime) -> None:
        self.organizer, self.host, self.at = organizer, host, at
        self.days = 1

    def event(self, seats: int = 12, *, starts_at: datetime | None = None) -> Event:
        """A roundtable with its host on the first chair, or a class when more than a table's worth come."""
        self.days += 1
        starts_at = starts_at or start_of(day_of(self.at) + self.days * DAY) + 14 * HOUR
        roundtable = seats <= 12
        draft = publishing.create(
            by=self.organizer, at=self.at, kind="roundtable" if roundtable else "class", topic=f"出海的坑 {self.days}",
            about="三位做跨境的会员，各讲一次踩过的坑。" * 3, agenda="", city=City.objects.first(), district="南山区",
            place="科兴科学园", address="科苑路 15 号", directions="地铁 1 号线高新园站 C 口", starts_at=starts_at,
            ends_at=starts_at + 3 * HOUR, host=self.host if roundtable else None, table_count=1, seats_each=seats,
        )  # fmt: skip
        return publishing.publish(draft.pk, by=self.organizer, at=self.at)

    def seat(self, event: Event, people: list[Person]) -> Event:
        """Confirmed signups for these people, in the free chairs."""
        chairs = list(Seat.objects.filter(event=event, removed_at=None, signups=None)[: len(people)])
        signups = Signup.objects.bulk_create(
            Signup(
                event=event, person=person, seat=chair, status="confirmed", signed_up_at=self.at, confirmed_at=self.at
            )
            for person, chair in zip(people, chairs, strict=True)
        )
        SeatHold.objects.bulk_create(SeatHold(seat=s.seat, signup=s, taken_at=self.at) for s in signups)
        return event


def office_pages() -> dict[str, str]:
    """What organizers look at besides: the week, and members."""
    people = reverse("desk_people")
    search = f"{people}?{urlencode({'q': '会员coming77'})}"
    return {"office_week": reverse("desk_events"), "member_list": people, "member_search": search}


def fill(members: int, people: int, rushes: int, rosters: list[int], tapped: int) -> dict[str, Any]:
    """A club, its crowd before the rush (every second an applicant), events and rosters; what the bench must know."""
    if "seed" in get_commands():
        call_command("seed", members=members, verbosity=0)
    at = timezone.now()
    Tier.objects.update(roundtables_a_month=1000)  # the same crowd comes to every rush
    crowd = make_people(people, "rush")
    make_members(crowd[::2], at)
    make_applicants(crowd[1::2], at, days_left=20)
    others = make_people(max(*rosters, tapped, MEMBERS), "coming")
    make_members(others, at)
    organizer, host = make_organizer(), others[-1]
    calendar = Calendar(organizer, host, at)
    rush = [calendar.event() for _ in range(rushes)]
    shown = calendar.seat(calendar.event(), others[:5])
    # The host of a roundtable has a chair already.
    lists = {n: calendar.seat(calendar.event(n), others[: n - (n <= 12)]) for n in rosters}
    taps = calendar.seat(calendar.event(tapped, starts_at=at + HOUR / 2), others[:tapped])
    for _ in range(40):
        calendar.seat(calendar.event(), others[:7])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    keys = make_sessions([organizer, *crowd])
    return {
        "organizer": keys[0],
        "people": keys[1:],
        "rush": [{"id": event.pk, "page": event.get_absolute_url()} for event in rush],
        "page": shown.get_absolute_url(),
        "list": f"{reverse('desk_events')}?list=upcoming",
        "office": office_pages(),
        "rosters": {n: reverse("desk_event_roster", args=[event.public_id]) for n, event in lists.items()},
        "checkin": {
            "id": taps.pk,
            "path": reverse("desk_event_checkin", args=[taps.public_id]),
            "roster": reverse("desk_event_roster", args=[taps.public_id]),
            "signups": list(Signup.objects.filter(event=taps).order_by("pk").values_list("public_id", flat=True)),
        },
    }


class Counting:
    """Statements of this process, by their beginning, without those that only hold transactions."""

    def __init__(self) -> None:
        self.statements: Counter[str] = Counter()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not str(sql).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.statements[str(sql)[:90]] += 1
        return execute(sql, params, many, context)


def remind(count: int, recorded: int, at_once: int = 200) -> dict[str, Any]:
    """R7 for `recorded` applicants whose clocks end in seven days: choose and record, then deliver `count` over SMTP.

    At ten in the morning: by night reminders wait (R51).
    """
    at = start_of(day_of(timezone.now())) + 10 * HOUR
    reverse("events")  # a worker that has been running for a while has read the addresses
    Message.objects.filter(status=Message.Status.WAITING).update(status=Message.Status.DROPPED)
    Application.objects.filter(status="approved").update(clock_ends_at=at - DAY)
    make_applicants(make_people(recorded, "remind"), at, days_left=7)
    recording, sending = Counting(), Counting()
    with connection.execute_wrapper(recording):
        started, busy = time.perf_counter(), time.process_time()
        if clock.remind_all_due(at=at) != recorded:
            raise RuntimeError("not everybody whose clock ends was reminded")
        record_s, record_cpu = time.perf_counter() - started, time.process_time() - busy
    sent = 0
    with connection.execute_wrapper(sending):
        started, busy = time.perf_counter(), time.process_time()
        while sent < count and (some := outbox.deliver_due(at=at, limit=min(at_once, count - sent))):
            sent += some
        send_s, send_cpu = time.perf_counter() - started, time.process_time() - busy
    return {
        "count": count,
        "sent": sent,
        "record_s": record_s,
        "record_cpu": record_cpu,
        "record_sql": recording.statements.total() / max(recorded, 1),
        "send_s": send_s,
        "send_cpu": send_cpu,
        "send_sql": sending.statements.total() / max(sent, 1),
        "statements": {"record": recording.statements.most_common(12), "send": sending.statements.most_common(12)},
    }


if __name__ == "__main__":
    print(json.dumps({"fill": fill, "remind": remind}[sys.argv[1]](**json.loads(sys.argv[2]))))
