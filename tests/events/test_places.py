"""A reader's place is counted by the database; the order itself is a rule. They never differ (R22)."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from community.events import selectors
from community.events.models import Signup
from tests.events import make
from tests.events.make import DAY, HOUR
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db


def random_line(dice: random.Random):
    """A full event, a visit now and then, with people of every past in its line."""
    roundtable = make.event(starts_at=NOON - 2 * DAY, at=NOON - 20 * DAY)
    pasts = [make.event(kind=kind, at=NOON - 300 * DAY, starts_at=NOON - days * DAY, seats_each=30)
             for kind, days in (("class", 20), ("class", 61), ("sport", 100), ("online", 5), ("class", 150))]  # fmt: skip
    follows = {"kind": "visit", "follows": [roundtable], "seats_each": 3} if dice.random() < 0.5 else {"kind": "class"}
    event = make.event(starts_at=NOON + 5 * DAY, **follows)
    rows = []
    for _ in range(12):
        who = approved(person()).person if dice.random() < 0.25 else member()
        if dice.random() < 0.3:
            Signup.objects.create(
                event=roundtable, person=who, status="attended", seat=roundtable.seats.filter(signups=None).first(),
                signed_up_at=NOON, confirmed_at=NOON,
                attended_at=roundtable.starts_at, checked_in_at=NOON, checked_in_by=who,
            )  # fmt: skip
        for past in pasts:
            fate = dice.choice(["", "", "missed", "late", "confirmed", "excused"])
            common = {"event": past, "person": who, "signed_up_at": NOON - 200 * DAY}
            if fate in ("missed", "excused"):
                excused = {"excused_at": NOON, "excused_by": who} if fate == "excused" else {}
                Signup.objects.create(**common, status="missed", missed_at=past.ends_at, **excused)
            elif fate == "late":
                Signup.objects.create(
                    **common, status="withdrawn", withdrawn_at=past.starts_at - HOUR, withdrawn_late=True
                )
            elif fate == "confirmed":
                Signup.objects.create(**common, status="confirmed", seat=past.seats.filter(signups=None).first())
        rows.append(
            Signup.objects.create(
                event=event, person=who, status="waiting", signed_up_at=NOON - dice.randrange(3) * HOUR,
                offered_at=dice.choice([None, None, NOON - DAY, NOON - HOUR]),
                moved_up_at=dice.choice([None] * 5 + [NOON - HOUR]),
            )
        )  # fmt: skip
    return event, rows


@pytest.mark.parametrize("seed", range(6))
def test_the_place_is_the_one_the_rule_gives(seed: int) -> None:
    event, rows = random_line(random.Random(seed))
    at = NOON + timedelta(minutes=1)
    line = selectors.line(event, at)
    assert len(line) == len(rows)
    for place in line:
        assert place.signup is not None
        found = selectors.place_in_line(event, place.signup.person, at, place.signup)
        assert found is not None
        assert (found.number, found.code) == (place.number, place.code)
    newcomer = selectors.place_in_line(event, member(), at, None)
    ahead = [place for place in line if place.code in ("moved", "table", "clock", "quiet")]
    asked_before = [place for place in ahead if place.code == "quiet" and place.signup.offered_at is not None]
    assert newcomer is not None and newcomer.code == "quiet"
    assert newcomer.number == len(ahead) - len(asked_before) + 1


def test_a_place_costs_the_same_for_3_and_300(django_assert_num_queries) -> None:
    event = make.event(kind="class", seats_each=1)
    make.seat(event)
    who = make.seat(event)
    make.queue_up(event, 300)
    with django_assert_num_queries(2):
        place = selectors.place_in_line(event, who.person, NOON, who)
    assert place is not None and place.number == 301


def test_what_a_press_costs(django_assert_num_queries) -> None:
    """Statements of a whole request, session and transaction counted: a crowd presses at once."""
    now = timezone.now()  # the page reads the clock itself
    host, *readers = [member(since=now - 60 * DAY) for _ in range(14)]
    event = make.event(at=now, starts_at=now + 7 * DAY, host=host)
    clients = []
    for who in readers:
        client = Client()
        client.force_login(who)
        clients.append(client)
    url = f"/events/{event.public_id}/signup/"
    for client in clients[:10]:
        assert client.post(url).status_code == 302
    with django_assert_num_queries(YES):
        clients[10].post(url)
    with django_assert_num_queries(NO):
        clients[11].post(url)
    assert [s.status for s in event.signups.order_by("pk")].count("waiting") == 1


YES, NO = 19, 14  # of them two are savepoints of the test
