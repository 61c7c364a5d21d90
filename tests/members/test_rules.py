"""R2, R5–R9, R14 as pure functions: edges by hand, properties by hypothesis."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.days import ZONE, day_of, end_of, months_later, start_of
from community.members import rules
from tests.make import ALPHABET, credit_code

REAL = ["91440300708461136T", "91110000802100433B", "914403001922038216"]
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001  hypothesis takes naive bounds


@pytest.mark.parametrize("code", REAL)
def test_real_codes_pass_however_they_are_typed(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    assert rules.credit_code(code) == rules.credit_code(f" {code.lower()} ") == rules.credit_code(wide) == code


@pytest.mark.parametrize("code", REAL)
def test_every_single_error_and_swap_is_caught(code: str) -> None:
    wrong = {code[:i] + c + code[i + 1 :] for i in range(18) for c in ALPHABET if c != code[i]}
    wrong |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(17) if code[i] != code[i + 1]}
    for typed in wrong:
        with pytest.raises(ValueError, match="credit_code"):
            rules.credit_code(typed)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("0" * 18, "credit_code.check"),
        ("", "credit_code.length"),
        ("9144030070846113", "credit_code.length"),
        ("9144030070846113OT"[:17] + "I", "credit_code.characters"),
        ("91440300708461136X", "credit_code.check"),
        ("\u0000" * 18, "credit_code.characters"),
    ],
)
def test_refusals_say_why(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rules.credit_code(typed)


@given(st.integers(0, 999_999_999))
def test_invented_codes_are_right(number: int) -> None:
    assert rules.credit_code(credit_code(number))


def test_the_clock_ends_at_midnight_after_day_21_in_shanghai() -> None:
    for hour in (0, 12, 23):
        approved = datetime(2026, 11, 21, hour, 59, tzinfo=ZONE)
        assert rules.clock_end(approved) == datetime(2026, 12, 13, 0, 0, tzinfo=ZONE)
    # 16:30 UTC is already the next day in Shanghai.
    assert rules.clock_end(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)) == datetime(2026, 12, 14, tzinfo=ZONE)


def test_last_second_counts_and_the_end_does_not() -> None:
    approved = datetime(2026, 11, 21, 12, tzinfo=ZONE)
    end = rules.clock_end(approved)
    facts = rules.Facts(end, None, None)
    assert rules.lapse_reason(facts, end - timedelta(microseconds=1)) == ""
    assert rules.lapse_reason(facts, end) == "not_attended"
    assert rules.inside_clock(end - timedelta(seconds=1), approved, end)
    assert not rules.inside_clock(end, approved, end)
    assert rules.inside_clock(start_of(day_of(approved)), approved, end)
    assert not rules.inside_clock(start_of(day_of(approved)) - timedelta(seconds=1), approved, end)


def test_an_open_roster_holds_the_lapse_back() -> None:
    end = datetime(2026, 12, 13, tzinfo=ZONE)
    assert rules.lapse_reason(rules.Facts(end, None, None, roster_open=True), end + timedelta(days=5)) == ""


@given(INSTANTS, st.integers(0, 30))
def test_the_fee_is_due_by_the_later_day(approved: datetime, after: int) -> None:
    end = rules.clock_end(approved)
    attended = min(approved + timedelta(days=after), end - timedelta(seconds=1))
    due = rules.fee_due_at(end, attended)
    assert due >= end and due >= attended + timedelta(days=14)
    facts = rules.Facts(end, attended, None)
    assert rules.lapse_reason(facts, due - timedelta(seconds=1)) == ""
    assert rules.lapse_reason(facts, due) == "unpaid"
    assert rules.lapse_reason(rules.Facts(end, attended, due), due + timedelta(days=99)) == ""


@given(INSTANTS)
def test_an_extension_is_seven_community_days(approved: datetime) -> None:
    end = rules.clock_end(approved)
    longer = rules.extended(end)
    assert day_of(longer) - day_of(end) == timedelta(days=7)
    assert longer.astimezone(ZONE).timetz().replace(tzinfo=None).isoformat() == "00:00:00"


@given(INSTANTS, st.integers(0, 30 * 24))
def test_each_instant_has_at_most_one_reminder_and_it_is_the_current_one(approved: datetime, hours: int) -> None:
    end = rules.clock_end(approved)
    at = approved + timedelta(hours=hours)
    step, left = rules.reminder_due(end, at), rules.days_left(end, at)
    if step is None:
        assert left > 14 or at >= end
    else:
        assert left <= step and not any(left <= other < step for other in rules.REMIND_DAYS)
        assert at < rules.reminder_valid_until(end, step)
        after = rules.reminder_valid_until(end, step)
        assert rules.reminder_due(end, after) != step


def test_all_eight_ways_of_the_three_conditions() -> None:
    for approved in (True, False):
        for attended in (True, False):
            for paid in (True, False):
                whole = rules.complete(approved=approved, attended=attended, paid=paid)
                assert whole == (approved and attended and paid)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 11, 21), date(2027, 11, 21)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_twelve_months(start: date, end: date) -> None:
    assert months_later(start, 12) == end
    assert rules.term_of_admission(start_of(start)) == (start, end)


def test_six_months_end_on_the_months_last_day() -> None:
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.integers(-30, 500))
def test_standing_is_computed_from_terms_and_the_day(starts: date, offset: int) -> None:
    ends, on = months_later(starts, 12), starts + timedelta(days=offset)
    expected = (
        "none" if on < starts else "active" if on < ends else "grace" if on < ends + timedelta(days=14) else "expired"
    )
    assert rules.standing([(starts, ends)], on) == expected


def test_waiting_times_before_applying_again() -> None:
    ended = date(2026, 11, 21)
    days = {s: (rules.may_apply_again_on(s, ended) - ended).days for s in ("lapsed", "rejected", "withdrawn")}
    assert days == {"lapsed": 30, "rejected": 90, "withdrawn": 0}


@given(INSTANTS)
def test_days_left_counts_down_to_zero_on_the_last_day(approved: datetime) -> None:
    end = rules.clock_end(approved)
    assert rules.days_left(end, approved) == 21
    assert rules.days_left(end, end - timedelta(seconds=1)) == 0
    assert rules.days_left(end, end) == -1
    assert end_of(day_of(end - timedelta(seconds=1))) == end
