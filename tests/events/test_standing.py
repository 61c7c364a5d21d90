"""A seat on a day after the membership is kept until 24 hours before the start; then it goes to the next in line."""

from datetime import timedelta

import pytest
from django.test import Client

from community.events import policies, selectors
from community.events.models import Event, Signup
from community.events.services import booking, offering, standing
from community.kernel.days import day_of, months_later
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.models import Person, Term
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
LIMIT = SATURDAY - DAY


def ending() -> Person:
    """Whose grace ends the day before the Saturday."""
    who = member()
    ends_on = day_of(SATURDAY) - 14 * DAY
    Term.objects.filter(person=who).update(starts_on=months_later(ends_on, -12), ends_on=ends_on)
    return who


def renew(who: Person) -> None:
    last = Term.objects.get(person=who)
    Term.objects.create(
        person=who, tier=last.tier, starts_on=last.ends_on, ends_on=months_later(last.ends_on, 12), recorded_at=NOON
    )


def status(event: Event, who: Person) -> str:
    return Signup.objects.get(event=event, person=who).status


def test_who_may_still_renew_books_and_the_seat_goes_on_at_the_very_instant() -> None:
    event, who, next_one = make.event(seats_each=2), ending(), member()
    assert make.seat(event, who).status == "confirmed"
    make.seat(event, next_one)
    assert policies.footing(who, event, at=NOON).renew_by == LIMIT
    assert standing.give_back_unrenewed(at=LIMIT - TICK) == 0
    assert selectors.broken_invariants(LIMIT + timedelta(minutes=3))["seat_without_standing"]
    assert standing.give_back_unrenewed(at=LIMIT) == 1 and standing.give_back_unrenewed(at=LIMIT) == 0
    assert (status(event, who), status(event, next_one)) == ("withdrawn", "offered")
    signup = Signup.objects.get(event=event, person=who)
    assert not signup.withdrawn_late, "no late cancellation of theirs"
    assert Message.objects.get(kind="events/seat_not_renewed").person == who
    assert not selectors.broken_invariants(LIMIT + timedelta(minutes=3))["seat_without_standing"]


def test_paid_in_time_it_stays() -> None:
    event, who = make.event(seats_each=2), ending()
    make.seat(event, who)
    renew(who)
    assert standing.give_back_unrenewed(at=LIMIT) == 0
    assert status(event, who) == "confirmed" and policies.footing(who, event, at=NOON).renew_by is None


def test_after_that_there_is_no_signing_up_and_no_accepting() -> None:
    event, seated, who = make.event(seats_each=2), member(), ending()
    make.seat(event, seated)
    make.seat(event, who)
    booking.withdraw(event.pk, seated, by=seated, at=LIMIT - HOUR)
    assert status(event, who) == "offered"
    with pytest.raises(RuleBroken, match=r"booking\.standing"):
        booking.accept(event.pk, who, by=who, at=LIMIT)
    with pytest.raises(RuleBroken, match=r"booking\.standing"):
        make.seat(event, ending(), at=LIMIT)
    offering.sweep(at=LIMIT)
    assert standing.give_back_unrenewed(at=LIMIT) == 1, "an offer goes on too"


def test_applicants_hosts_and_people_with_a_company_to_mend_keep_theirs() -> None:
    event = make.event(host=member("陈明"))
    Term.objects.filter(person=event.host).update(
        ends_on=day_of(SATURDAY) - 30 * DAY, starts_on=day_of(SATURDAY) - 400 * DAY
    )
    applicant = approved(person()).person
    make.seat(event, applicant)
    make.seat(event)
    assert standing.give_back_unrenewed(at=LIMIT) == 0


def test_the_search_costs_the_same_for_3_and_300(django_assert_num_queries) -> None:
    event = make.event(kind="class", seats_each=40)
    for _ in range(3):
        make.seat(event)
    with django_assert_num_queries(2):
        assert selectors.unrenewed(LIMIT) == []
    for _ in range(12):
        make.seat(event)
    with django_assert_num_queries(2):
        assert selectors.unrenewed(LIMIT) == []


def test_the_page_says_until_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    event, who = make.event(), ending()
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(who)
    text = reader.get(event.get_absolute_url()).content.decode()
    assert "Renew before" in text and "27 Nov" in text and "You can sign up now" in text
    make.seat(event, who)
    assert "Your seat is kept until then" in reader.get(event.get_absolute_url()).content.decode()
