"""A seat here for the one at the same time elsewhere: both in one act, or neither (product.md §5)."""

from datetime import timedelta

import pytest
from django.test import Client

from community.events import selectors
from community.events.models import Event, Guest, Signup
from community.events.services import booking, changing_over, guests
from community.events.services.guests import NewGuest
from community.kernel.errors import RuleBroken
from community.members.models import Person, Tier
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, member

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def a_class(seats: int = 2, **changes) -> Event:
    return make.event(kind="class", seats_each=seats, **changes)


def over(event: Event, who: Person, *, at=NOON) -> Signup:
    return changing_over.change_over(event.pk, who, by=who, at=at)


def code(act) -> str:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


def status(event: Event, who: Person) -> str:
    return Signup.objects.get(event=event, person=who).status


def test_the_other_seat_goes_to_the_next_in_line_and_this_one_is_taken() -> None:
    who, other, wanted = member(), a_class(1), a_class(starts_at=SATURDAY + HOUR)
    make.seat(other, who)
    waits = make.seat(other)
    assert code(lambda: make.seat(wanted, who)) == "signup.overlap"
    for _ in range(2):
        assert over(wanted, who).status == "confirmed"
    given_up = Signup.objects.get(event=other, person=who)
    assert (given_up.status, given_up.withdrawn_late) == ("withdrawn", False)
    assert status(other, waits.person) == "offered"
    assert not any(selectors.broken_invariants(NOON).values())


def test_without_a_seat_here_nothing_is_given_up() -> None:
    who, other, wanted = member(), a_class(), a_class(1)
    make.seat(other, who)
    make.seat(wanted)
    assert code(lambda: over(wanted, who)) == "change_over.full"
    assert status(other, who) == "confirmed" and not Signup.objects.filter(event=wanted, person=who).exists()
    assert make.seat(wanted, who).status == "waiting", "waiting beside a seat is allowed"
    assert code(lambda: over(wanted, who)) == "change_over.full"
    assert (status(other, who), status(wanted, who)) == ("confirmed", "waiting")


def test_an_offer_and_the_first_tap_of_the_last_hours() -> None:
    who, other, wanted = member(), a_class(), a_class(1)
    seated = make.seat(wanted)
    make.seat(wanted, who)
    make.seat(other, who)
    booking.withdraw(wanted.pk, seated.person, by=seated.person, at=NOON + HOUR)
    assert status(wanted, who) == "offered"
    assert over(wanted, who, at=NOON + 2 * HOUR).status == "confirmed"
    tapping, full = member(), a_class(1)
    seated = make.seat(full)
    make.seat(full, tapping)
    make.seat(other, tapping)
    at = SATURDAY - HOUR
    assert code(lambda: over(full, tapping, at=at)) == "change_over.full" and status(other, tapping) == "confirmed"
    booking.withdraw(full.pk, seated.person, by=seated.person, at=at)
    assert over(full, tapping, at=at).status == "confirmed"


@pytest.mark.parametrize(("before", "late"), [(DAY + SECOND, False), (DAY, False), (DAY - SECOND, True)])
def test_giving_it_up_late_is_recorded_as_ever(before: timedelta, late: bool) -> None:
    who, other, wanted = member(), a_class(), a_class()
    make.seat(other, who)
    over(wanted, who, at=SATURDAY - before)
    assert Signup.objects.get(event=other, person=who).withdrawn_late is late


def test_what_the_tier_includes_is_counted_after_the_exchange() -> None:
    Tier.objects.filter(code="member").update(roundtables_a_month=1)
    who, first, second = member(), make.event(), make.event(starts_at=SATURDAY + HOUR)
    make.seat(first, who)
    assert over(second, who).status == "confirmed"


def test_a_host_and_what_has_begun_stay() -> None:
    host, wanted = member("陈明"), a_class(starts_at=SATURDAY + HOUR)
    make.event(host=host)
    assert code(lambda: over(wanted, host)) == "change_over.host"
    who, begun = member(), a_class(ends_at=SATURDAY + 5 * HOUR)
    make.seat(begun, who)
    assert code(lambda: over(wanted, who, at=SATURDAY + HOUR / 2)) == "change_over.begun"
    assert status(begun, who) == "confirmed"


def test_the_guest_of_the_other_seat_goes_too() -> None:
    who, other, wanted = member(), a_class(3), a_class()
    booking.sign_up(other.pk, who, by=who, at=NOON, guest=NewGuest("安娜", "1"))
    over(wanted, who)
    assert not Guest.objects.exists() and selectors.free_chairs(other) == 3
    assert guests.drop(wanted.pk, who, by=who, at=NOON).status == "confirmed"


def test_the_page_says_what_it_costs_before_anybody_presses(monkeypatch: pytest.MonkeyPatch) -> None:
    who, other, wanted = member(), a_class(topic="怎么定价"), a_class(topic="怎么招人")
    make.seat(other, who)
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(who)
    url = f"{wanted.get_absolute_url()}instead/"

    def text(answer) -> str:
        return " ".join(answer.content.decode().split())

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    assert reader.post(f"{wanted.get_absolute_url()}signup/").url == url
    page = text(reader.get(url))
    assert "怎么定价" in page and "Give that seat up and take this one" in page and "late cancellation" not in page
    monkeypatch.setattr("django.utils.timezone.now", lambda: SATURDAY - HOUR)
    assert "counts as a late cancellation" in text(reader.get(url))
    assert status(other, who) == "confirmed", "reading it gives nothing up"
    assert reader.post(url).url == wanted.get_absolute_url()
    assert (status(other, who), status(wanted, who)) == ("withdrawn", "confirmed")
    assert reader.get(url).url == wanted.get_absolute_url(), "nothing to give up any more"
