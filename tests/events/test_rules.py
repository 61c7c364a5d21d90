"""R5, R22, R25, R26 as pure functions: edges by hand, properties by hypothesis."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.events import rules
from community.kernel.days import ZONE

START = datetime(2026, 11, 28, 14, tzinfo=ZONE)
END = datetime(2026, 11, 28, 17, tzinfo=ZONE)
TICK = timedelta(microseconds=1)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001  # hypothesis adds the zone
LENGTHS = st.timedeltas(timedelta(minutes=1), timedelta(days=3))


def test_only_offline_kinds_complete_the_attendance() -> None:
    assert set(rules.QUALIFYING) == {"roundtable", "visit", "class", "sport", "trip"}
    assert not rules.KINDS["online"].qualifying


def test_a_roundtable_never_has_a_thirteenth_chair() -> None:
    assert rules.seat_plan("roundtable", 1, 12) == [(1, number) for number in range(1, 13)]
    with pytest.raises(ValueError, match=r"seats\.per_table"):
        rules.seat_plan("roundtable", 1, 13)
    with pytest.raises(ValueError, match=r"seats\.tables"):
        rules.seat_plan("roundtable", 0, 12)


@given(st.sampled_from(sorted(rules.KINDS)), st.integers(-2, 30), st.integers(-2, 6000))
def test_chairs_are_numbered_once_and_at_tables_by_twelve(kind: str, tables: int, each: int) -> None:
    try:
        plan = rules.seat_plan(kind, tables, each)
    except ValueError as error:
        assert str(error) in {"seats.per_table", "seats.tables", "seats.most"}
        return
    assert len(plan) == len(set(plan)) == each * (tables if rules.KINDS[kind].at_tables else 1)
    for table, number in plan:
        assert number >= 1 and (table is None) != rules.KINDS[kind].at_tables
        assert table is None or number <= 12


@given(INSTANTS, LENGTHS, INSTANTS, LENGTHS)
def test_overlap_is_symmetric_and_means_a_shared_instant(a: datetime, x: timedelta, b: datetime, y: timedelta) -> None:
    one, two = (a, a + x), (b, b + y)
    assert rules.overlap(one, two) == rules.overlap(two, one) == (max(a, b) < min(a + x, b + y))


def test_back_to_back_is_no_overlap() -> None:
    assert not rules.overlap((START, END), (END, END + timedelta(hours=1)))


def test_late_begins_one_tick_after_24_hours_before() -> None:
    assert not rules.is_late(START, START - timedelta(hours=24))
    assert rules.is_late(START, START - timedelta(hours=24) + TICK)


@pytest.mark.parametrize(
    ("at", "reason", "code"),
    [
        (START - timedelta(minutes=60) - TICK, "", "check_in.early"),
        (START - timedelta(minutes=60), "", ""),
        (END + timedelta(hours=24) - TICK, "", ""),
        (END + timedelta(hours=24), "", "check_in.reason"),
        (END + timedelta(hours=24), "  ", "check_in.reason"),
        (END + timedelta(hours=24), "typed on Monday", ""),
        (END + timedelta(days=7) - TICK, "typed late", ""),
        (END + timedelta(days=7), "typed too late", "check_in.over"),
    ],
)
def test_the_window_of_check_in(at: datetime, reason: str, code: str) -> None:
    assert rules.check_in_refusal(START, END, at, reason=reason) == code


@given(INSTANTS, LENGTHS, st.timedeltas(timedelta(days=-2), timedelta(days=12)))
def test_a_reason_only_ever_helps(start: datetime, length: timedelta, apart: timedelta) -> None:
    bare = rules.check_in_refusal(start, start + length, start + apart, reason="")
    told = rules.check_in_refusal(start, start + length, start + apart, reason="because")
    assert told == bare or (bare == "check_in.reason" and told == "")


@given(INSTANTS, INSTANTS)
def test_a_copy_keeps_weekday_and_hour_and_lies_ahead(starts_at: datetime, at: datetime) -> None:
    copied = rules.next_week_after(starts_at, at)
    assert copied > at and copied > starts_at
    assert (copied - starts_at) % timedelta(weeks=1) == timedelta(0)
    assert copied - timedelta(weeks=1) <= max(at, starts_at)


def test_what_a_draft_lacks_is_named_in_order() -> None:
    draft = rules.Draft("roundtable", START, "", "", has_host=False)
    assert rules.missing_for_publishing(draft, START) == [
        "event.past",
        "event.no_place",
        "event.no_address",
        "event.no_host",
    ]
    ready = rules.Draft("class", START, "Room", "Street 1", has_host=False)
    assert rules.missing_for_publishing(ready, START - TICK) == []
