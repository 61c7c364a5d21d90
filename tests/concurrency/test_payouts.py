"""R20: a payout arrives once and a row is one payout, whoever presses in the same second."""

from functools import partial

import pytest

from community.billing.models import Arrival, Line
from community.billing.services import importing, payouts
from tests.billing import make as billing
from tests.billing.payouts import arrived, booked, books, hand_in, statement
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BANK, TRANSIT = Line.Account.BANK, Line.Account.TRANSIT


def match(payout, row, by, at):
    return partial(payouts.match, payout, row, by=by, reason="fee", at=at)


def test_two_treasurers_name_two_rows_for_one_payout(at, rounds) -> None:
    one, other = billing.treasurer(), billing.treasurer()
    for number in range(1, rounds(12) + 1):
        payout = booked(at, 1_000)
        first, second = statement(at, "9.90", "9.80")
        answers = together(match(payout, first, one, at), match(payout, second, other, at))
        assert sorted(answers) == ["ok", "payout.stale"]
        assert Arrival.objects.filter(payout=payout).count() == 1 and books(TRANSIT) == 0
        assert Arrival.objects.count() == number
    billing.assert_whole(at)


def test_two_treasurers_name_two_payouts_for_one_row(at, rounds) -> None:
    one, other = billing.treasurer(), billing.treasurer()
    for number in range(1, rounds(12) + 1):
        here, there = booked(at, 1_000), booked(at, 1_100)
        [row] = statement(at, "9.90")
        answers = together(match(here, row, one, at), match(there, row, other, at))
        assert sorted(answers) == ["ok", "statement_row.stale"]
        assert Arrival.objects.filter(row=row).count() == 1 and books(BANK) == 990 * number
    billing.assert_whole(at)


def test_the_same_days_are_taken_twice_while_the_comparison_runs(at, rounds) -> None:
    for number in range(1, rounds(12) + 1):
        booked(at, 1_000 + number)
        files = [hand_in(at, f"10.{number:02d}", serials=(f"SAME-{number}",)) for _ in range(2)]
        answers = together(
            *(partial(importing.take, one, by=billing.treasurer(), at=at) for one in files),
            partial(payouts.look, at=at),
        )
        assert answers == ["ok"] * 3
        payouts.look(at=at)
        assert Arrival.objects.count() == number and books(TRANSIT) == 0
    billing.assert_whole(at)


def test_taken_back_twice_it_is_booked_back_once(at, rounds) -> None:
    one, other = billing.treasurer(), billing.treasurer()
    for _ in range(rounds(12)):
        arrival = arrived(at, 1_000)
        before = books(BANK)
        answers = together(
            *(partial(payouts.take_back, arrival, by=by, reason="another", at=at) for by in (one, other))
        )
        assert sorted(answers) == ["arrival.stale", "ok"] and books(BANK) == before - 1_000
        Arrival.objects.get(pk=arrival.pk)
        payouts.match(arrival.payout, arrival.row, by=one, at=at)
    billing.assert_whole(at)


def test_a_row_arrives_against_the_same_serial_typed_as_a_transfer(at, rounds) -> None:
    one, other = billing.treasurer(), billing.treasurer()
    for number in range(rounds(12)):
        payout = booked(at, 1_000)
        [row] = statement(at, "9.90", serials=(f"TYPED-{number}",))
        answers = together(
            match(payout, row, one, at),
            partial(billing.recorded, at, amount=990, currency="HKD", by=other, serial=row.serial),
        )
        assert answers in (["ok", "transfer.serial_known"], ["statement_row.stale", "ok"])
    billing.assert_whole(at)
