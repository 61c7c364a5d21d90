"""Drafts, publishing, changing and moving (R22, R27)."""

from datetime import datetime

import pytest

from community.events.models import Event, Seat, Signup
from community.events.services import booking, cancelling, checking_in, publishing
from community.kernel.models import Message
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db


def edit(event: Event, *, at=NOON, **changes) -> Event:
    return publishing.edit(event.pk, by=make.organizer(), at=at, **changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"starts_at": NOON}, "event.past"),
        ({"place": ""}, "event.no_place"),
        ({"address": ""}, "event.no_address"),
        ({"host": None}, "event.no_host"),
    ],
)
def test_what_a_draft_lacks_keeps_it_a_draft(changes, code: str) -> None:
    draft = make.draft(host=member())
    with refused(code):
        publishing.publish(draft.pk, by=make.organizer(), at=NOON, **changes)
    draft.refresh_from_db()
    assert (draft.status, draft.place) == ("draft", "科兴科学园")
    assert not Seat.objects.filter(event=draft).exists()


def test_the_host_is_a_member_with_that_time_free() -> None:
    with refused("host.standing"):
        publishing.publish(make.draft(host=approved(person()).person).pk, by=make.organizer(), at=NOON)
    host = member()
    make.event(host=host)
    with refused("host.elsewhere"):
        publishing.publish(make.draft(host=host).pk, by=make.organizer(), at=NOON)


def test_publishing_takes_what_was_typed_last_and_happens_once() -> None:
    draft, host, staff = make.draft(), member(), make.organizer()
    for _ in range(2):
        publishing.publish(draft.pk, by=staff, at=NOON, topic="新的题目", host=host, table_count=2, seats_each=10)
    draft.refresh_from_db()
    assert (draft.status, draft.topic, draft.published_by_id) == ("open", "新的题目", staff.pk)
    assert Seat.objects.filter(event=draft).count() == 20
    assert Signup.objects.get(event=draft).person_id == host.pk
    cancelling.cancel(draft.pk, by=staff, at=NOON, reason="改期")
    with refused("event.stale"):
        publishing.publish(draft.pk, by=staff, at=NOON)


def test_a_form_never_sets_a_status() -> None:
    with pytest.raises(TypeError):
        edit(make.draft(), status="held")


def test_thirteen_at_a_table_are_refused_everywhere() -> None:
    from django.db import IntegrityError, transaction

    with refused("seats.per_table"):
        make.draft(seats_each=13)
    with refused("seats.per_table"):
        edit(make.event(), seats_each=13)
    event = make.event(starts_at=SATURDAY + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(event=event, table=event.tables.get(), number=13, made_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(seats_each=13)


def test_a_new_time_or_place_is_told_to_everybody_a_new_text_to_nobody() -> None:
    event = make.event()
    signup = make.seat(event)
    edit(event, about="换一种说法")
    assert not Message.objects.filter(kind="events/event_moved").exists()
    edit(event, starts_at=SATURDAY + HOUR)
    event.refresh_from_db()
    assert event.sequence == 1
    messages = Message.objects.filter(kind="events/event_moved")
    assert {message.person_id for message in messages} == {signup.person_id, event.host_id}
    facts = messages[0].context
    assert datetime.fromisoformat(facts["before"]["starts_at"]) == SATURDAY and facts["time_changed"]
    edit(event, place="图书馆")
    assert messages.all().count() == 4
    assert not messages.order_by("-pk")[0].context["time_changed"]


def test_moving_past_the_clocks_end_gives_time_as_a_cancellation_does() -> None:
    application = approved(person())
    event, end = make.event(), application.clock_ends_at
    make.seat(event, application.person)
    edit(event, starts_at=end - DAY, ends_at=end - DAY + HOUR)
    application.refresh_from_db()
    assert application.clock_ends_at == end
    edit(event, starts_at=end + DAY, ends_at=end + DAY + HOUR)
    application.refresh_from_db()
    assert application.clock_ends_at == end + 7 * DAY


def test_what_hangs_on_a_published_event_stays() -> None:
    event = make.event()
    with refused("event.fixed"):
        edit(event, kind="visit")
    with refused("event.fixed"):
        edit(event, host=member())
    with refused("event.no_address"):
        edit(event, address="")
    with refused("event.past"):
        edit(event, starts_at=NOON)
    signup = make.seat(event)
    checking_in.check_in(signup.public_id, by=make.organizer(), at=SATURDAY - HOUR)
    with refused("event.checked_in"):
        edit(event, at=SATURDAY - HOUR, starts_at=SATURDAY + HOUR)
    with refused("event.begun"):
        edit(event, at=SATURDAY, starts_at=SATURDAY + HOUR)
    assert edit(event, at=SATURDAY + HOUR, about="记录").about == "记录"


def test_a_room_grows_and_shrinks_down_to_who_is_in_it() -> None:
    event = make.event(kind="class", seats_each=5)
    people = [make.seat(event) for _ in range(5)]
    last = make.seat(event)
    assert last.status == "waiting"
    edit(event, seats_each=6)
    booking.accept(event.pk, last.person, by=last.person, at=NOON)
    booking.withdraw(event.pk, people[0].person, by=people[0].person, at=NOON)
    edit(event, seats_each=5)
    last.refresh_from_db()
    assert last.seat.number == 1
    with refused("seats.occupied"):
        edit(event, seats_each=4)
    edit(event, seats_each=6)
    assert make.seat(event).seat.number == 6
    assert Seat.objects.filter(event=event).count() == 6
