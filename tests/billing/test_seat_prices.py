"""What a seat costs: its dated prices, its pages, its money in the books (R12, R13, R20, R28)."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.billing import selectors
from community.billing.models import Invoice, Line
from community.billing.selectors import report, year
from community.billing.selectors import seats as purses
from community.billing.services import invoicing, releasing
from community.events import ports
from community.events import selectors as event_selectors
from community.events.models import EventPrice, Signup
from community.events.services import (
    booking,
    cancelling,
    guests,
    pricing,
    publishing,
    walking_in,
)
from community.kernel.days import day_of, months_later
from community.kernel.errors import RuleBroken
from community.kernel.money import Money
from community.members.models import Person
from tests.billing import make as billing
from tests.billing.make import DAY, HOUR
from tests.billing.trips import PRICE, had, kept, member, press, trip
from tests.events import make as events
from tests.events.test_booking import refused

pytestmark = pytest.mark.django_db


class TestBooks:
    def test_income_falls_on_the_days_of_the_event(self, at, double) -> None:
        event = trip(at)
        had(event, at, double)
        assert releasing.period_of(Invoice.objects.get()) == (
            day_of(event.starts_at), day_of(event.ends_at) + DAY,
        )  # fmt: skip
        month = day_of(event.ends_at).replace(day=1)
        for first in (months_later(month, -1), month, months_later(month, 1)):
            releasing.release(first, at=event.ends_at + 40 * DAY)
        assert -billing.books(Line.Account.INCOME) == PRICE
        assert billing.books(Line.Account.DEFERRED_INCOME) == 0
        billing.assert_whole(at, double)

    def test_cancelled_it_is_never_income(self, at, double) -> None:
        event = trip(at)
        had(event, at, double)
        cancelling.cancel(event.pk, by=events.organizer(), at=at, reason="台风")
        billing.work(at)
        releasing.release(day_of(event.starts_at).replace(day=1), at=event.ends_at + 40 * DAY)
        assert billing.books(Line.Account.INCOME) == 0

    def test_verify_finds_a_paid_seat_that_is_gone(self, at, double) -> None:
        signup = had(trip(at), at, double)
        assert selectors.broken_invariants(at)["seat_paid_without_seat"] == []
        Signup.objects.filter(pk=signup.pk).update(status="withdrawn", seat=None, withdrawn_at=at)
        assert selectors.broken_invariants(at)["seat_paid_without_seat"] == [Invoice.objects.get().number]

    def test_the_month_and_the_year_know_it(self, at, double) -> None:
        signup = had(trip(at), at, double)
        month = report.month(day_of(at).replace(day=1))
        assert [(n, money) for _, n, money in month.purposes] == [(1, Money(PRICE))]
        told = year.year_of(signup.person, at)
        assert told is not None and told.on_top == Money(PRICE)

    def test_the_open_fee_is_not_confused_with_a_seat(self, at, double) -> None:
        fee = billing.invoice(at)
        signup = kept(trip(at), at, fee.person)
        press(signup, at)
        assert selectors.open_invoice(fee.person) == fee
        assert invoicing.choose_tier(fee.person, "member", at=at) == fee


class TestPrices:
    def test_what_a_tier_includes_has_no_price(self, at) -> None:
        for kind in ("roundtable", "visit", "class", "sport", "programme", "online"):
            event = events.event(at=at, kind=kind, starts_at=at + 10 * DAY, host=member(at))
            with refused("price.included"):
                pricing.set_price(event.pk, Money(1), valid_from_on=day_of(at), by=events.organizer(), at=at)
        with pytest.raises(IntegrityError, match="included"):
            EventPrice.objects.create(
                event=event, amount=1, valid_from_on=day_of(at), set_at=at, set_by=events.organizer()
            )

    def test_a_draft_with_a_price_stays_a_trip(self, at) -> None:
        by = events.organizer()
        event = events.draft(at=at, kind="trip", starts_at=at + 10 * DAY)
        pricing.set_price(event.pk, Money(PRICE), valid_from_on=day_of(at), by=by, at=at)
        with refused("price.kind"):
            publishing.edit(event.pk, by=by, at=at, kind="class")
        with refused("price.allotment"):
            publishing.edit(event.pk, by=by, at=at, allots_at=at + 5 * DAY)
        pricing.take_back(event.pk, valid_from_on=day_of(at), by=by, at=at)
        publishing.edit(event.pk, by=by, at=at, kind="class")

    def test_prices_begin_on_their_day_and_then_stay(self, at) -> None:
        by, event, today = events.organizer(), trip(at), day_of(at)
        with refused("price.past"):
            pricing.set_price(event.pk, Money(1), valid_from_on=today - DAY, by=by, at=at)
        pricing.set_price(event.pk, Money(2), valid_from_on=today + DAY, by=by, at=at)
        pricing.set_price(event.pk, Money(3), valid_from_on=today + DAY, by=by, at=at)
        price_on = event_selectors.prices.price_of
        assert (price_on(event, at), price_on(event, at + DAY)) == (Money(PRICE), Money(3))
        with refused("price.begun"):
            pricing.take_back(event.pk, valid_from_on=today, by=by, at=at)
        pricing.take_back(event.pk, valid_from_on=today + DAY, by=by, at=at)
        assert price_on(event, at + DAY) == Money(PRICE)
        with refused("price.over"):
            pricing.set_price(event.pk, Money(1), valid_from_on=day_of(event.starts_at), by=by, at=event.starts_at)

    def test_a_price_is_for_one_seat(self, at) -> None:
        guest, by = guests.NewGuest("安娜", "13800138000"), events.organizer()
        event, who = trip(at), member(at)
        with refused("guest.price"):
            booking.sign_up(event.pk, who, by=who, at=at, guest=guest)
        free = events.event(at=at, kind="trip", starts_at=at + 20 * DAY, ends_at=at + 21 * DAY)
        booking.sign_up(free.pk, who, by=who, at=at, guest=guest)
        with refused("price.guests"):
            pricing.set_price(free.pk, Money(PRICE), valid_from_on=day_of(at), by=by, at=at)

    def test_a_copy_costs_the_same(self, at) -> None:
        event = trip(at)
        wanted = events.details(kind="trip", starts_at=at + 40 * DAY)
        copied = publishing.create(by=events.organizer(), at=at, copied=event, **wanted)
        assert event_selectors.prices.price_of(copied, at) == Money(PRICE)

    def test_at_the_door_without_paying_only_with_a_reason(self, at, double) -> None:
        event, by = trip(at, seats_each=3), events.organizer()
        with refused("walk_in.unpaid"):
            walking_in.seat(event.pk, member(at).pk, by=by, at=event.starts_at)
        guest = walking_in.seat(event.pk, member(at).pk, by=by, at=event.starts_at, reason="摄影师")
        assert guest.status == "attended"


def staff(who: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


class TestPages:
    @pytest.fixture(autouse=True)
    def _no_second_factor(self, settings) -> None:
        settings.STAFF_SECOND_FACTOR = False

    def test_the_price_stands_there_before_anything_is_pressed(self, at, double) -> None:
        event = trip(at)
        who = member(at)
        for language, words in (("en", "¥1,280 a seat"), ("zh-hans", "¥1,280")):
            page = Client(headers={"accept-language": language}).get(event.get_absolute_url()).content.decode()
            assert words in page
        assert "¥1,280" in Client().get(reverse("events")).content.decode()
        client = staff(who)
        client.post(reverse("event_signup", args=[event.public_id]))
        page = client.get(event.get_absolute_url()).content.decode()
        assert "Pay ¥1,280" in page
        answer = client.post(reverse("event_pay", args=[event.public_id]), {"shown": PRICE})
        assert answer.status_code == 303
        double.pay(billing.session_of(Invoice.objects.get()))
        back = client.get(reverse("invoice_return", args=[Invoice.objects.get().number])).content.decode()
        assert "The seat is yours" in back
        assert "¥1,280 paid" in client.get(event.get_absolute_url()).content.decode()
        assert client.get(reverse("event_pay", args=[event.public_id])).status_code == 302

    def test_a_price_that_changed_while_somebody_looked(self, at, double) -> None:
        signup = kept(trip(at), at)
        answer = staff(signup.person).post(
            reverse("event_pay", args=[signup.event.public_id]), {"shown": 1}, follow=True
        )
        assert "The price has changed" in answer.content.decode()
        assert not Invoice.objects.exists()

    def test_the_office_sets_a_price_and_sees_who_paid(self, at, double) -> None:
        event = trip(at, seats_each=4)
        paid, open_page, back = had(event, at, double), kept(event, at), had(event, at, double)
        press(open_page, at)
        booking.withdraw(event.pk, back.person, by=back.person, at=at)
        found = {guest.signup.pk: guest.money for guest in purses.purse_of(event).guests}
        assert found == {paid.pk: "paid", open_page.pk: "paying", back.pk: "back"}
        assert purses.purse_of(event).total == Money(PRICE)
        client = staff(events.organizer())
        page = client.get(reverse("desk_event_money", args=[event.public_id])).content.decode()
        assert paid.person.name in page and "Payment page open" in page
        address = reverse("desk_event_price", args=[event.public_id])
        assert client.post(address, {"amount": "-1", "valid_from_on": day_of(at)}).status_code == 422
        tomorrow = day_of(at) + DAY
        assert client.post(address, {"amount": "1,500.50", "valid_from_on": tomorrow}).status_code == 302
        assert EventPrice.objects.get(valid_from_on=tomorrow).amount == 150_050
        taken = client.post(reverse("desk_event_price_take_back", args=[event.public_id]), {"valid_from_on": tomorrow})
        assert taken.status_code == 302 and not EventPrice.objects.filter(valid_from_on=tomorrow).exists()
        roundtable = events.event(at=at, starts_at=at + 5 * DAY, host=member(at))
        assert client.get(reverse("desk_event_money", args=[roundtable.public_id])).status_code == 404

    def test_as_many_queries_for_3_guests_as_for_300(self, at, double) -> None:
        counts = []
        client = staff(events.organizer())
        for rows in (3, 190):
            event = trip(at, seats_each=200)
            events.fill(event, rows, at=at)
            people = list(Signup.objects.filter(event=event))
            _bills(people, at)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse("desk_event_money", args=[event.public_id])).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


def _bills(signups: list[Signup], at: datetime) -> None:
    numbers = invoicing.next_numbers(len(signups), at=at)
    made: list[Any] = [
        Invoice(
            number=number, person_id=signup.person_id, purpose="seat", signup=signup, tier_name_zh="x",
            tier_name_en="x", amount=PRICE, currency="CNY", issued_at=at, due_at=at + HOUR,
        )
        for number, signup in zip(numbers, signups, strict=True)
    ]  # fmt: skip
    Invoice.objects.bulk_create(made)


def test_the_ports_answer(at, double) -> None:
    signup = kept(trip(at), at)
    assert ports.seat_bill(signup.pk) is None and ports.payment_open([signup.pk]) == set()
    bill = press(signup, at)
    assert ports.seat_bill(signup.pk) == ports.Bill(bill.number, Money(PRICE), paid=False, paying=True)
    assert ports.payment_open([signup.pk]) == {signup.pk}
    with pytest.raises(RuleBroken):
        booking.accept(signup.event_id, signup.person, by=signup.person, at=at)
