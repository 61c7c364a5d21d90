"""R8, R13, R18, R19 as pure functions: prices by the day, sessions' ends, what becomes of money, what may go back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.billing import rules, states
from community.kernel.money import Money

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
FEE = Money(380_000)
amounts = st.integers(min_value=1, max_value=10**9)
instants = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
statuses = st.sampled_from([states.OPEN, states.PAID, states.REFUNDED, states.VOID])
refund_rows = st.lists(
    st.tuples(
        st.sampled_from(["requested", "sending", "pending", "succeeded", "failed", "dropped"]),
        st.integers(min_value=1, max_value=1000),
    ),
    max_size=8,
)


class TestPriceOfTheDay:
    PRICES = [
        rules.Offered(date(2026, 1, 1), Money(1)),
        rules.Offered(date(2026, 12, 1), Money(3)),
        rules.Offered(date(2026, 6, 1), Money(2)),
    ]

    @pytest.mark.parametrize(
        ("on", "fen"),
        [
            (date(2026, 1, 1), 1),
            (date(2026, 5, 31), 1),
            (date(2026, 6, 1), 2),
            (date(2026, 11, 30), 2),
            (date(2026, 12, 1), 3),
            (date(2030, 1, 1), 3),
        ],
    )
    def test_a_price_counts_from_its_day(self, on: date, fen: int) -> None:
        assert rules.price_of_day(self.PRICES, on) == Money(fen)

    def test_before_the_first_there_is_none(self) -> None:
        assert rules.price_of_day(self.PRICES, date(2025, 12, 31)) is None
        assert rules.price_of_day([], date(2026, 1, 1)) is None


class TestSessionExpiry:
    @given(at=instants, ahead=st.one_of(st.none(), st.integers(min_value=-(10**6), max_value=10**7)))
    def test_always_within_what_the_provider_takes(self, at: datetime, ahead: int | None) -> None:
        due = None if ahead is None else at + timedelta(seconds=ahead)
        end = rules.session_expiry(at, due)
        assert timedelta(minutes=30) < end - at <= timedelta(hours=24)
        if due is not None and due - at >= timedelta(hours=1):
            assert end <= due

    def test_usually_two_hours(self) -> None:
        assert rules.session_expiry(NOW, None) == NOW + timedelta(hours=2)


def decide(**changes: object) -> rules.Decision:
    facts = {
        "received": FEE, "asked": FEE, "invoice_status": states.OPEN, "received_at": NOW, "due_at": None,
    } | changes  # fmt: skip
    return rules.decide(**facts)  # type: ignore[arg-type]


class TestDecide:
    @pytest.mark.parametrize(
        ("changes", "status", "case"),
        [
            ({}, "applied", ""),
            ({"received": Money(379_999)}, "held", "amount_differs"),
            ({"received": Money(380_001)}, "held", "amount_differs"),
            ({"received": Money(380_000, "HKD")}, "held", "currency_differs"),
            ({"invoice_status": "paid"}, "surplus", "already_paid"),
            ({"invoice_status": "refunded"}, "surplus", "already_paid"),
            ({"invoice_status": "void"}, "held", "invoice_void"),
            ({"due_at": NOW + timedelta(microseconds=1)}, "applied", ""),
            ({"due_at": NOW}, "held", "too_late"),
            ({"payable": False}, "held", "not_payable"),
            ({"ours": False}, "held", "mismatch"),
            ({"invoice_status": "paid", "received": Money(1)}, "held", "amount_differs"),
        ],
    )
    def test_cases(self, changes: dict[str, object], status: str, case: str) -> None:
        assert decide(**changes) == rules.Decision(status, case)

    @given(
        received=amounts, asked=amounts, status=statuses, currency=st.sampled_from(["CNY", "HKD"]),
        late=st.integers(min_value=-2, max_value=2), ours=st.booleans(), payable=st.booleans(),
    )  # fmt: skip
    def test_applied_only_when_everything_fits(self, received, asked, status, currency, late, ours, payable) -> None:
        due = NOW - timedelta(seconds=late)
        made = decide(
            received=Money(received, currency), asked=Money(asked), invoice_status=status, due_at=due, ours=ours,
            payable=payable,
        )  # fmt: skip
        fits = (received, currency, status, ours, payable) == (asked, "CNY", "open", True, True) and due > NOW
        assert (made.status == states.APPLIED) == fits
        assert made.status in (states.APPLIED, states.HELD, states.SURPLUS)
        assert bool(made.case) == (not fits)  # what fits nothing has a name
        if made.status == states.SURPLUS:
            assert received == asked and status in ("paid", "refunded")


class TestRefundable:
    @given(paid=amounts, rows=refund_rows)
    def test_failed_and_dropped_tries_count_for_nothing(self, paid: int, rows: list[tuple[str, int]]) -> None:
        gone = [row for row in rows if row[0] not in ("failed", "dropped")]
        assert rules.refundable(paid, rows) == rules.refundable(paid, gone) == paid - sum(a for _, a in gone)

    @given(rows=refund_rows)
    def test_full_means_arrived(self, rows: list[tuple[str, int]]) -> None:
        arrived = sum(a for s, a in rows if s == "succeeded")
        assert rules.fully_refunded(500, rows) == (arrived >= 500)

    def test_never_asked_beyond_what_was_paid(self) -> None:
        assert rules.refundable(100, [("succeeded", 60), ("requested", 40)]) == 0


@pytest.mark.parametrize(
    ("seconds", "inside"),
    [(-301, False), (-300, True), (-299, True), (0, True), (299, True), (300, True), (301, False)],
)
def test_signatures_live_five_minutes_both_ways(seconds: int, inside: bool) -> None:
    assert rules.inside_signature_window(NOW + timedelta(seconds=seconds), NOW) is inside


@given(tries=st.integers(min_value=0, max_value=32_000))
def test_pauses_grow_to_an_hour(tries: int) -> None:
    assert timedelta(minutes=1) <= rules.pause(tries) <= rules.pause(tries + 1) <= timedelta(hours=1)
