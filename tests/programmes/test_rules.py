"""Weeks, days and streaks as pure functions, in community time wherever the server stands."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from community.kernel.days import ZONE, day_of, end_of, start_of
from community.members.rules import STAGES
from community.programmes import rules, states

DAY = timedelta(days=1)
days = st.dates(date(2023, 12, 1), date(2032, 12, 31))
lengths = st.integers(6, 181)
instants = st.integers(0, 29 * 24 * 60).map(lambda n: datetime(2024, 2, 20, tzinfo=UTC) + timedelta(minutes=n))


class TestWeeks:
    @given(days, lengths)
    def test_they_cover_every_day_of_the_programme_once_and_no_other(self, starts_on, length):
        last_on = starts_on + timedelta(days=length)
        covered = [
            week.first_on + timedelta(days=n)
            for week in rules.weeks(starts_on, last_on)
            for n in range((week.last_on - week.first_on).days + 1)
        ]
        assert covered == [starts_on + timedelta(days=n) for n in range(length + 1)]

    @given(days, lengths)
    def test_each_lies_in_one_calendar_week_and_they_are_numbered_from_one(self, starts_on, length):
        weeks = rules.weeks(starts_on, starts_on + timedelta(days=length))
        assert [week.number for week in weeks] == list(range(1, len(weeks) + 1))
        assert all(week.first_on.isocalendar()[:2] == week.last_on.isocalendar()[:2] for week in weeks)
        assert all(week.first_on.weekday() == 0 for week in weeks[1:])

    @given(days, lengths, instants)
    def test_the_week_of_an_instant_is_the_one_its_community_day_lies_in(self, starts_on, length, at):
        last_on = starts_on + timedelta(days=length)
        week = rules.week_at(starts_on, last_on, at)
        if starts_on <= day_of(at) <= last_on:
            assert week is not None and week.begins_at <= at < week.ends_at
        else:
            assert week is None

    def test_a_leap_day_is_a_day_like_the_others(self):
        monday = date(2028, 2, 28)
        weeks = rules.weeks(monday, date(2028, 3, 12))
        assert [(week.first_on, week.last_on) for week in weeks] == [
            (monday, date(2028, 3, 5)), (date(2028, 3, 6), date(2028, 3, 12)),
        ]  # fmt: skip
        assert rules.last_day(date(2028, 2, 22), 14) == date(2028, 3, 6)

    def test_sunday_night_in_utc_is_monday_here(self):
        monday = date(2026, 11, 30)
        at = datetime(2026, 12, 6, 16, 30, tzinfo=UTC)  # Monday 00:30 here
        week = rules.week_at(monday, monday + 41 * DAY, at)
        assert week is not None and week.number == 2

    def test_a_programme_lasts_a_week_at_least_and_half_a_year_at_most(self):
        monday = date(2026, 11, 30)
        fits = {length: rules.days_fit(monday, monday + timedelta(days=length - 1)) for length in (6, 7, 182, 183)}
        assert fits == {6: False, 7: True, 182: True, 183: False}


class TestCheckingIn:
    week = rules.Week(2, date(2026, 12, 7), date(2026, 12, 13))

    def test_from_its_first_minute_changed_until_its_last_and_told_late_once(self):
        begins, ends = self.week.begins_at, self.week.ends_at
        assert rules.may_check_in(self.week, None, begins - timedelta(seconds=1)) == "checkin.early"
        assert rules.may_check_in(self.week, None, begins) == ""
        assert rules.may_check_in(self.week, begins, ends - timedelta(seconds=1)) == ""
        assert rules.may_check_in(self.week, begins, ends) == "checkin.over"
        assert rules.may_check_in(self.week, None, ends) == ""
        assert not rules.is_late(self.week, ends - timedelta(seconds=1)) and rules.is_late(self.week, ends)

    @given(instants)
    def test_reminded_only_on_the_last_day_of_a_week_and_not_before_ten(self, at):
        starts_on, last_on = date(2024, 2, 21), date(2024, 3, 12)
        week = rules.week_to_remind(starts_on, last_on, at)
        here = at.astimezone(ZONE)
        due = starts_on <= here.date() <= last_on and here.hour >= 10
        assert (week is not None) == (due and (here.weekday() == 6 or here.date() == last_on))

    def test_the_list_of_a_week_is_news_for_seven_days(self):
        starts_on, last_on = date(2026, 11, 30), date(2026, 12, 13)
        over = end_of(date(2026, 12, 13))
        assert rules.week_to_report(starts_on, last_on, end_of(date(2026, 12, 6)) - timedelta(seconds=1)) is None
        assert rules.week_to_report(starts_on, last_on, end_of(date(2026, 12, 6))).number == 1
        assert rules.week_to_report(starts_on, last_on, over).number == 2
        assert rules.week_to_report(starts_on, last_on, over + 7 * DAY) is None


class TestStatus:
    @given(instants)
    def test_what_has_begun_runs_and_what_is_over_has_ended_swept_or_not(self, at):
        starts_on, last_on = date(2024, 2, 26), date(2024, 3, 10)
        seen = rules.programme_status(states.OPEN, starts_on, last_on, at)
        due = states.OPEN if day_of(at) < starts_on else states.RUNNING if day_of(at) <= last_on else states.ENDED
        assert seen == due
        assert rules.programme_status(states.RUNNING, starts_on, last_on, at) in (states.RUNNING, states.ENDED)
        for still in (states.DRAFT, states.CANCELLED, states.ENDED):
            assert rules.programme_status(still, starts_on, last_on, at) == still


class TestPlaces:
    @given(st.sets(st.integers(1, 30)), st.integers(1, 60))
    def test_the_lowest_free_number_and_never_a_thirty_first(self, taken, seats):
        number = rules.free_number(taken, seats)
        room = set(range(1, min(seats, 30) + 1)) - taken
        assert number == (min(room) if room else None)

    @given(st.sampled_from(["", *STAGES]), st.sampled_from(["", *STAGES]))
    def test_moving_up_never_lowers_a_stage(self, current, target):
        after = rules.stage_after(current, target, STAGES)
        order = ["", *STAGES]
        assert order.index(after) == max(order.index(current), order.index(target))

    def test_a_programme_without_stages_is_for_all(self):
        assert rules.stage_fits([], "") and rules.stage_fits(["growing"], "growing")
        assert not rules.stage_fits(["growing"], "") and not rules.stage_fits(["growing"], "preparing")


class TestDaysOfAChallenge:
    starts_on = date(2024, 2, 26)

    @given(instants, st.sampled_from(rules.LENGTHS))
    def test_today_and_until_noon_yesterday_and_nothing_else(self, at, length):
        here = at.astimezone(ZONE)
        allowed = {here.date()} | ({here.date() - DAY} if here.hour < 12 else set())
        whole = {self.starts_on + timedelta(days=n) for n in range(length)}
        assert set(rules.days_to_tick(self.starts_on, length, at)) == allowed & whole

    @given(instants, st.sampled_from(rules.LENGTHS))
    def test_it_is_over_when_its_last_day_can_no_longer_be_ticked(self, at, length):
        status = rules.challenge_status(states.OPEN, self.starts_on, length, at)
        begun = day_of(at) >= self.starts_on
        assert (status == states.ENDED) == (begun and not rules.days_to_tick(self.starts_on, length, at))

    @given(st.sets(st.dates(date(2024, 2, 20), date(2024, 3, 20))), instants)
    def test_a_streak_is_the_days_in_a_row_that_lead_to_now(self, ticked, at):
        ticked = {on for on in ticked if on <= day_of(at)}
        here = at.astimezone(ZONE)
        count = rules.streak(ticked, at)
        # The last day that counts is today, or the one before the days that can still be ticked.
        first_open = here.date() - DAY if here.hour < 12 else here.date()
        ends = [on for on in (here.date(), here.date() - DAY, here.date() - 2 * DAY) if on in ticked]
        alive = bool(ends) and ends[0] >= first_open - DAY
        if not alive:
            assert count == 0
        else:
            row = [ends[0] - timedelta(days=n) for n in range(count)]
            assert all(on in ticked for on in row) and ends[0] - timedelta(days=count) not in ticked
        assert count <= rules.longest(ticked)

    @given(st.sets(st.dates(date(2024, 2, 20), date(2024, 3, 20))))
    def test_the_longest_row_is_there_and_none_is_longer(self, ticked):
        best = rules.longest(ticked)
        rows = [on for on in ticked if all(on + timedelta(days=n) in ticked for n in range(best))]
        longer = [on for on in ticked if all(on + timedelta(days=n) in ticked for n in range(best + 1))]
        assert not longer and bool(rows) == bool(ticked)

    def test_an_evening_may_be_long(self):
        ticked = {date(2024, 2, 28)}
        eleven = datetime(2024, 3, 1, 11, tzinfo=ZONE)
        assert rules.days_to_tick(self.starts_on, 7, eleven) == [date(2024, 2, 29), date(2024, 3, 1)]
        assert rules.streak(ticked, eleven) == 1  # the 29th can still be ticked
        assert rules.streak(ticked, eleven + timedelta(hours=1)) == 0


def test_a_goal_has_a_day_from_tomorrow_on_within_a_year():
    at = start_of(date(2026, 11, 21))
    assert not rules.goal_may_end(date(2026, 11, 21), at)
    assert rules.goal_may_end(date(2026, 11, 22), at) and rules.goal_may_end(date(2027, 11, 22), at)
    assert not rules.goal_may_end(date(2027, 11, 23), at)
