"""Seats that cost something (R28): offered, paid, confirmed; given up, refunded; whatever comes in between."""

from datetime import timedelta

import pytest

from community.billing.models import Attempt, Invoice, Payment, Refund
from community.billing.services import refunds, seats, transfers
from community.events import selectors as event_selectors
from community.events.models import EventPrice
from community.events.services import (
    booking,
    cancelling,
    offering,
    pricing,
    publishing,
)
from community.kernel.days import day_of
from community.kernel.models import Message
from community.kernel.money import Money
from tests.billing import make as billing
from tests.billing.make import DAY, HOUR, MINUTE
from tests.billing.trips import PRICE, had, kept, member, now, press, trip
from tests.events import make as events
from tests.events.test_booking import refused

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class TestPaying:
    def test_the_way_of_a_seat(self, at, double) -> None:
        event = trip(at)
        signup = kept(event, at)
        with refused("seat.to_pay"):
            booking.accept(event.pk, signup.person, by=signup.person, at=at)
        bill = press(signup, at)
        assert (bill.purpose, bill.amount, bill.tier, bill.due_at) == ("seat", PRICE, None, signup.offer_ends_at)
        assert press(signup, at) == bill, "pressed twice it is the same invoice and page"
        double.pay(billing.session_of(bill))
        billing.deliver(double, at)
        now(signup, "confirmed")
        bill.refresh_from_db()
        assert bill.status == "paid"
        told = set(Message.objects.filter(person=signup.person).values_list("kind", flat=True))
        assert {"events/seat_offered", "events/seat_confirmed", "billing/receipt"} <= told
        offered = Message.objects.get(person=signup.person, kind="events/seat_offered")
        assert offered.context["amount"] == PRICE
        billing.assert_whole(at, double)

    def test_two_trips_at_once_are_two_invoices(self, at, double) -> None:
        who = member(at)
        one, other = (kept(trip(at, ahead=ahead), at, who) for ahead in (10 * DAY, 20 * DAY))
        assert press(one, at) != press(other, at)

    def test_from_the_waitlist(self, at, double) -> None:
        event = trip(at, seats_each=1)
        first = had(event, at, double)
        second = events.seat(event, member(at), at=at)
        assert second.status == "waiting"
        booking.withdraw(event.pk, first.person, by=first.person, at=at + HOUR)
        second = now(second, "offered")
        double.pay(billing.session_of(press(second, at + HOUR)))
        billing.deliver(double, at + HOUR)
        now(second, "confirmed")
        billing.assert_whole(at + HOUR, double)

    def test_the_price_on_the_page_is_the_price(self, at, double) -> None:
        event = trip(at)
        signup = kept(event, at)
        for shown in (None, PRICE - 1):
            with refused("seat.price_changed"):
                seats.bill(event, signup.person, shown=shown, at=at)
        bill = press(signup, at)
        pricing.set_price(event.pk, Money(PRICE + 1), valid_from_on=day_of(at), by=events.organizer(), at=at)
        assert press(signup, at) == bill, "R13: an issued invoice keeps its price"
        with refused("seat.price_changed"):
            seats.bill(event, kept(event, at).person, shown=PRICE, at=at)

    def test_a_seat_that_costs_nothing_yet_is_taken_at_once(self, at, double) -> None:
        event = trip(at)
        EventPrice.objects.all().delete()
        pricing.set_price(event.pk, Money(PRICE), valid_from_on=day_of(at) + DAY, by=events.organizer(), at=at)
        assert events.seat(event, member(at), at=at).status == "confirmed"
        assert kept(event, at + DAY).status == "offered"

    def test_paying_begins_thirty_minutes_before_the_offer_ends(self, at, double) -> None:
        event = trip(at)
        one, other = kept(event, at), kept(event, at)
        last = one.offer_ends_at - 30 * MINUTE
        press(one, last)
        with refused("seat.pay_late"):
            press(other, last + SECOND)

    def test_nobody_is_asked_when_there_is_no_time_left_to_pay(self, at, double) -> None:
        event = trip(at, seats_each=1)
        who, late = had(event, at, double), event.starts_at - 3 * HOUR - 29 * MINUTE
        waiting = events.seat(event, member(at), at=at)
        booking.withdraw(event.pk, who.person, by=who.person, at=late)
        now(waiting, "waiting")
        offering.sweep(at=event.starts_at - HOUR)
        assert not Message.objects.filter(kind="events/seat_free").exists(), "no first tap where it must be paid first"
        with refused("seat.pay_closed"):
            events.seat(event, member(at), at=late)
        assert not any(event_selectors.broken_invariants(late + 10 * MINUTE).values())

    def test_no_transfer_for_a_seat(self, at, double) -> None:
        billing.entity()
        signup = kept(trip(at), at)
        with refused("transfer.seat"):
            transfers.begin(press(signup, at), person=signup.person, at=at)


class TestTheHold:
    def test_the_seat_is_held_while_the_page_is_open_and_no_longer(self, at, double) -> None:
        event = trip(at, seats_each=1)
        signup = kept(event, at)
        behind = events.seat(event, member(at), at=at)
        start = signup.offer_ends_at - 30 * MINUTE
        double.advance((start - at).total_seconds())
        bill = press(signup, start)
        over = signup.offer_ends_at + SECOND
        offering.sweep(at=over)
        now(signup, "offered")
        assert not any(event_selectors.broken_invariants(over + 5 * MINUTE).values())
        double.advance(40 * 60)
        later = start + 40 * MINUTE
        billing.sweep(later)
        assert Attempt.objects.get(invoice=bill).status == "closed"
        offering.sweep(at=later)
        now(signup, "waiting")
        now(behind, "offered")
        bill.refresh_from_db()
        assert bill.status == "void"
        billing.assert_whole(later, double)

    def test_paid_in_the_last_minute_of_the_page_it_is_theirs(self, at, double) -> None:
        signup = kept(trip(at), at)
        start = signup.offer_ends_at - 30 * MINUTE
        double.advance((start - at).total_seconds())
        bill = press(signup, start)
        double.advance(30 * 60 + 30)
        double.pay(billing.session_of(bill))
        paid = start + 30 * MINUTE + 30 * SECOND
        offering.sweep(at=paid)
        billing.sweep(paid)
        now(signup, "confirmed")
        billing.assert_whole(paid, double)

    def test_an_unreachable_provider_holds_it(self, at, double) -> None:
        event = trip(at)
        signup = kept(event, at)
        press(signup, at)
        double.fault("reset", times=50)
        billing.sweep(at + DAY)
        offering.sweep(at=at + DAY)
        now(signup, "offered")

    def test_an_earlier_start_takes_no_seat_from_under_an_open_page(self, at, double) -> None:
        event = trip(at)
        paying_one, other = kept(event, at), kept(event, at)
        press(paying_one, at)
        soon = at + 2 * HOUR
        publishing.edit(event.pk, by=events.organizer(), at=at, starts_at=soon, ends_at=soon + DAY)
        now(paying_one, "offered")
        now(other, "waiting")


class TestGivenUp:
    def test_in_time_everything_goes_back(self, at, double) -> None:
        event = trip(at)
        signup = had(event, at, double)
        in_time = event.starts_at - 24 * HOUR
        booking.withdraw(event.pk, signup.person, by=signup.person, at=in_time)
        billing.work(in_time)
        refund = Refund.objects.get()
        assert (refund.origin, refund.status, refund.amount) == ("seat", "succeeded", PRICE)
        assert Invoice.objects.get().status == "refunded"
        billing.assert_whole(in_time, double)

    def test_too_late_it_stays_and_counts_when_they_come_after_all(self, at, double) -> None:
        event = trip(at)
        signup = had(event, at, double)
        late = event.starts_at - 24 * HOUR + SECOND
        booking.withdraw(event.pk, signup.person, by=signup.person, at=late)
        assert not Refund.objects.exists()
        billing.assert_whole(late, double)
        again = kept(event, late + HOUR, signup.person)
        billing.assert_whole(late + HOUR, double)
        with refused("seat.paid"):
            press(again, late + HOUR)
        booking.withdraw(event.pk, signup.person, by=signup.person, at=late + HOUR)
        assert not Refund.objects.exists(), "a seat offered anew and let go doesn't bring late money back"
        billing.assert_whole(late + HOUR, double)
        again = kept(event, late + 2 * HOUR, signup.person)
        booking.accept(event.pk, signup.person, by=signup.person, at=late + 2 * HOUR)
        now(again, "confirmed")
        assert Invoice.objects.count() == 1
        billing.assert_whole(late + 2 * HOUR, double)

    def test_signing_up_again_after_a_refund_is_paid_anew(self, at, double) -> None:
        event = trip(at)
        signup = had(event, at, double)
        booking.withdraw(event.pk, signup.person, by=signup.person, at=at + HOUR)
        again = kept(event, at + HOUR, signup.person)  # the refund is requested and not sent yet
        double.pay(billing.session_of(press(again, at + HOUR)))
        billing.deliver(double, at + HOUR)
        now(again, "confirmed")
        assert sorted(Invoice.objects.values_list("status", flat=True)) == ["paid", "refunded"]
        billing.assert_whole(at + HOUR, double)

    def test_the_club_cancels_and_everything_goes_back(self, at, double) -> None:
        event = trip(at, seats_each=3)
        paid, open_page, offered = had(event, at, double), kept(event, at), kept(event, at)
        bill = press(open_page, at)
        late = event.starts_at - HOUR
        cancelling.cancel(event.pk, by=events.organizer(), at=late, reason="台风")
        billing.sweep(late)
        for signup in (paid, open_page, offered):
            now(signup, "withdrawn")
        assert Refund.objects.get().status == "succeeded"
        assert double.get(billing.session_of(bill))["status"] == "expired"
        letters = Message.objects.filter(kind="events/event_cancelled")
        assert {m.person_id: m.context["costs"] for m in letters}[paid.person_id] is True
        billing.assert_whole(late, double)

    @pytest.mark.parametrize("how", ["withdraw", "cancel"])
    def test_money_that_comes_after_goes_back_by_itself(self, how, at, double) -> None:
        event = trip(at)
        signup = kept(event, at)
        session = billing.session_of(press(signup, at))
        double.pay(session)
        if how == "withdraw":
            booking.withdraw(event.pk, signup.person, by=signup.person, at=at)
        else:
            cancelling.cancel(event.pk, by=events.organizer(), at=at, reason="台风")
        billing.deliver(double, at)
        payment = Payment.objects.get()
        assert (payment.status, payment.case) == ("refunded", "seat_gone")
        letter = Message.objects.get(kind="billing/refund")
        assert letter.context["origin"] == "seat"
        billing.assert_whole(at, double)

    def test_an_overlapping_seat_taken_meanwhile_wins(self, at, double) -> None:
        event = trip(at)
        signup = kept(event, at)
        double.pay(billing.session_of(press(signup, at)))
        other = events.event(at=at, kind="class", starts_at=event.starts_at, ends_at=event.starts_at + HOUR)
        events.seat(other, signup.person, at=at)
        billing.deliver(double, at)
        assert Payment.objects.get().status == "refunded"
        now(signup, "offered")
        billing.assert_whole(at, double)

    def test_refunded_in_full_by_the_treasurer_the_seat_goes_on(self, at, double) -> None:
        event = trip(at, seats_each=1)
        signup = had(event, at, double)
        behind = events.seat(event, member(at), at=at)
        payment = Payment.objects.get()
        refunds.refund_payment(payment, by=billing.treasurer(), reason="生病", at=at, amount=PRICE // 2)
        billing.work(at)
        now(signup, "confirmed")
        refunds.refund_payment(payment, by=billing.treasurer(), reason="生病", at=at)
        billing.work(at)
        now(signup, "withdrawn")
        now(behind, "offered")
        assert Message.objects.filter(kind="events/seat_unpaid", person=signup.person).exists()
        billing.assert_whole(at, double)

    def test_a_lost_dispute_takes_the_seat_and_after_the_start_nothing(self, at, double) -> None:
        event = trip(at)
        lost, there = had(event, at, double), None
        charge = double.store.all("charge")[-1]["id"]
        double.close_dispute(double.dispute(charge)["id"], won=False)
        billing.deliver(double, at)
        now(lost, "withdrawn")
        there = had(event, at, double)
        payment = Payment.objects.filter(status="applied").get()
        refunds.refund_payment(payment, by=billing.treasurer(), reason="天气", at=event.starts_at)
        billing.work(event.starts_at)
        now(there, "confirmed")

    def test_who_loses_standing_gets_it_back(self, at, double) -> None:
        from community.events.services import giving_back

        signup = had(trip(at), at, double)
        giving_back.give_back_seats(signup.person_id, by=None, at=at, reason="suspended")
        billing.work(at)
        assert Refund.objects.get().status == "succeeded"
        billing.assert_whole(at, double)
