"""R6: which seats somebody could really have taken, the weeks a clock gets by itself, and the one of two reviewers."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.events.models import Event, SeatHold
from community.events.rules import Chair, free_periods
from community.events.services import booking, cancelling, checking_in
from community.kernel import audit
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members import policies, rules
from community.members.models import Application, ClockExtension, ExtensionRequest
from community.members.services import admission, clock, extending
from tests import make
from tests.events import make as events

AT = make.NOON
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
ZERO = datetime(2026, 11, 1, tzinfo=ZONE)
SPAN = 60  # hours looked at one by one


def hour(n: int) -> datetime:
    return ZERO + n * HOUR


HOURS = st.integers(0, SPAN)


@st.composite
def chairs(draw) -> list[tuple[int, int | None, list[tuple[int, int | None]]]]:
    """Chairs in whole hours, each held by one person at a time."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        made, removed = draw(HOURS), draw(st.none() | HOURS)
        times = sorted(draw(st.lists(HOURS, max_size=6)))
        holds = [(a, b) for a, b in zip(times[::2], times[1::2], strict=False)]
        if len(times) % 2:
            holds.append((times[-1], None))
        found.append((made, removed, holds))
    return found


class TestFreePeriods:
    @given(chairs(), HOURS, HOURS)
    def test_hour_by_hour(self, room, opens, closes) -> None:
        """The same answer as somebody who looks into the room every hour."""
        free = [
            opens <= h < closes
            and any(
                made <= h and (removed is None or h < removed)
                and not any(taken <= h and (freed is None or h < freed) for taken, freed in holds)
                for made, removed, holds in room
            )
            for h in range(SPAN + 1)
        ]  # fmt: skip
        found = free_periods(
            [
                Chair(hour(made), None if removed is None else hour(removed),
                      tuple((hour(a), None if b is None else hour(b)) for a, b in holds))
                for made, removed, holds in room
            ],
            hour(opens), hour(closes),
        )  # fmt: skip
        assert free == [any(begins <= hour(h) < ends for begins, ends in found) for h in range(SPAN + 1)]
        assert all(begins < ends for begins, ends in found)
        assert all(a[1] < b[0] for a, b in zip(found, found[1:], strict=False))

    def test_a_chair_freed_the_instant_another_is_taken_is_one_time(self) -> None:
        room = [Chair(hour(0), None, ((hour(10), None),)), Chair(hour(0), None, ((hour(0), hour(10)),))]
        assert free_periods(room, hour(0), hour(30)) == [(hour(0), hour(30))]


class TestCouldHaveTaken:
    @pytest.mark.parametrize(
        ("free", "held", "answer"),
        [
            ([(0, 24)], False, True),
            ([(0, 23)], False, False),
            ([(0, 20), (21, 44)], False, False),  # never 24 hours together
            ([(-12, 12)], False, False),  # half of it before the approval
            ([(40, 70)], False, False),  # half of it after the end
            ([], True, True),
            ([], False, False),
        ],
    )
    def test_by_example(self, free, held, answer) -> None:
        chance = rules.Chance(held, tuple((hour(a), hour(b)) for a, b in free))
        assert rules.could_have_taken([chance], hour(0), hour(60)) is answer

    def test_two_events_do_not_add_up(self) -> None:
        two = [rules.Chance(False, ((hour(0), hour(12)),)), rules.Chance(False, ((hour(12), hour(24)),))]
        assert not rules.could_have_taken(two, hour(0), hour(60))

    @given(st.integers(0, 3), st.integers(0, 6), st.integers(0, 60))
    def test_a_clock_gets_at_most_what_is_left_and_never_ahead_of_time(self, left, closed_until, days) -> None:
        end = rules.clock_end(AT)
        at = end + timedelta(days=days)
        ends = rules.fair_ends(end, left, lambda until: until > end + timedelta(days=7 * closed_until), at)
        assert len(ends) <= left and len(ends) <= closed_until + 1
        assert [(b - a).days for a, b in zip([end, *ends], ends, strict=False)] == [7] * len(ends)
        assert all(at >= before for before in [end, *ends][: len(ends)])


@pytest.mark.django_db
class TestChances:
    """What events answers: the qualifying events of the window as one person met them."""

    def could(self, application: Application, until: datetime | None = None) -> bool:
        from community.members import ports

        since, until = application.approved_at, until or application.clock_ends_at
        return rules.could_have_taken(ports.seat_chances(application.person_id, since, until), since, until)

    def test_a_free_chair_counts(self) -> None:
        application = make.approved()
        assert not self.could(application)
        events.chance(application)
        assert self.could(application)

    @pytest.mark.parametrize("changes", [{"kind": "online"}, {"starts_at": AT + 40 * DAY}])
    def test_online_and_after_the_end_do_not(self, changes) -> None:
        application = make.approved()
        events.event(**{"kind": "class", "starts_at": AT + 3 * DAY} | changes)
        assert not self.could(application)

    def test_published_less_than_a_day_before(self) -> None:
        application = make.approved()
        starts_at = AT + 10 * DAY
        events.event(kind="class", at=starts_at - 24 * HOUR + SECOND, starts_at=starts_at)
        assert not self.could(application)
        events.event(kind="class", at=starts_at - 24 * HOUR, starts_at=starts_at)
        assert self.could(application)

    def test_drafts_and_cancelled_ones_do_not(self) -> None:
        application = make.approved()
        events.draft(kind="class", starts_at=AT + 3 * DAY)
        event = events.chance(application)
        cancelling.cancel(event.pk, by=events.organizer(), at=AT + DAY, reason="停电")
        assert not self.could(application)

    def test_cancelled_at_the_very_end_is_too_late_to_matter(self) -> None:
        """Over means over at the very instant: what was shown as lapsed is never extended by what happens then."""
        application = make.approved()
        end = application.clock_ends_at
        event = events.event(kind="class", starts_at=end + 5 * DAY)  # put an hour before the end below
        Event.objects.filter(pk=event.pk).update(starts_at=end - HOUR)
        cancelling.cancel(event.pk, by=events.organizer(), at=end, reason="停电")
        assert self.could(application)
        Event.objects.filter(pk=event.pk).update(cancelled_at=end - timedelta(microseconds=1))
        assert not self.could(application)

    def test_a_full_table_counts_only_from_the_freed_chair(self) -> None:
        application = make.approved()
        event = events.event(kind="class", seats_each=1, starts_at=AT + 5 * DAY)
        other = events.seat(event, at=AT).person
        assert not self.could(application)
        booking.withdraw(event.pk, other, by=other, at=AT + 4 * DAY + SECOND)
        assert not self.could(application)
        SeatHold.objects.update(freed_at=AT + 4 * DAY)
        assert self.could(application)

    def test_who_had_the_chair_and_gave_it_back_had_one(self) -> None:
        application = make.approved()
        event = events.event(kind="class", seats_each=1, at=AT + 4 * DAY + 20 * HOUR, starts_at=AT + 5 * DAY)
        booking.sign_up(event.pk, application.person, by=application.person, at=AT + 4 * DAY + 21 * HOUR)
        booking.withdraw(event.pk, application.person, by=application.person, at=AT + 4 * DAY + 22 * HOUR)
        assert self.could(application)

    def test_what_happens_after_the_end_changes_nothing(self) -> None:
        application = make.approved()
        end = application.clock_ends_at
        event = events.chance(application, after=(end - AT) - 2 * HOUR)
        assert self.could(application)
        cancelling.cancel(event.pk, by=events.organizer(), at=end + HOUR, reason="没人来")
        assert self.could(application) and not self.could(application, end + 7 * DAY)

    def test_the_same_queries_for_few_and_many(self, django_assert_num_queries) -> None:
        application = make.approved()
        for number in range(4):
            events.chance(application, after=(number + 2) * DAY)
            with django_assert_num_queries(3):
                assert self.could(application)


@pytest.mark.django_db
class TestByItself:
    def reload(self, application: Application) -> Application:
        return Application.objects.get(pk=application.pk)

    def test_no_seat_to_be_had_gives_a_week_three_times_at_most(self) -> None:
        application = make.approved()
        ends = [application.clock_ends_at]
        for _ in range(3):
            assert policies.status_at(application, ends[-1]) == "approved"
            assert clock.lapse_all_due(at=ends[-1]) == 0
            application = self.reload(application)
            ends.append(application.clock_ends_at)
        assert [(b - a).days for a, b in zip(ends, ends[1:], strict=False)] == [7, 7, 7]
        assert policies.status_at(application, ends[-1]) == "lapsed"
        assert clock.lapse_all_due(at=ends[-1]) == 1
        told = audit.trail(application).filter(action="application.extend")
        assert [entry.data["why"] for entry in told] == ["no_seat"] * 3
        assert Message.objects.filter(kind="members/clock_extended").count() == 3

    def test_a_worker_that_was_late_writes_the_weeks_and_one_letter(self) -> None:
        application = make.approved()
        end = application.clock_ends_at
        late = end + 15 * DAY
        assert policies.clock_end_at(application, late) == end + 21 * DAY
        assert clock.lapse_all_due(at=late) == 0
        assert self.reload(application).clock_ends_at == end + 21 * DAY
        assert Message.objects.filter(kind="members/clock_extended").count() == 1

    def test_a_worker_that_was_later_still_finds_it_lapsed_and_writes_no_letter_of_hope(self) -> None:
        application = make.approved()
        assert clock.lapse_all_due(at=application.clock_ends_at + 21 * DAY) == 1
        assert self.reload(application).extensions.count() == 3
        assert not Message.objects.filter(kind="members/clock_extended").exists()

    def test_cancelled_events_count_together_with_it(self) -> None:
        application = make.approved()
        for number in range(2):
            clock.extend_for_cancelled_event(
                application.person_id, topic=f"圆桌 {number}", starts_at=AT + DAY, by=None, at=AT + DAY
            )
        end = self.reload(application).clock_ends_at
        assert clock.lapse_all_due(at=end) == 0
        assert clock.lapse_all_due(at=end + 7 * DAY) == 1

    def test_a_seat_in_the_added_week_ends_it(self) -> None:
        application = make.approved()
        end = application.clock_ends_at
        events.event(kind="class", at=end - HOUR, starts_at=end + 3 * DAY)
        assert clock.lapse_all_due(at=end) == 0
        assert clock.lapse_all_due(at=end + 7 * DAY) == 1

    def test_booking_and_attending_before_the_worker_came(self) -> None:
        """The week counts from the instant it begins, written down or not."""
        application = make.approved()
        end = application.clock_ends_at
        event = events.event(kind="class", at=end - HOUR, starts_at=end + 2 * DAY)
        assert policies.may_book(application.person, starts_at=event.starts_at, qualifying=True, at=end + HOUR)
        signup = events.seat(event, application.person, at=end + HOUR)
        checking_in.check_in(signup.public_id, by=events.organizer(), at=event.starts_at)
        application = self.reload(application)
        assert application.attended_at == event.starts_at and application.extensions.get().why == "no_seat"

    def test_a_cancellation_after_the_end_adds_to_the_week_that_was_due(self) -> None:
        application = make.approved()
        end = application.clock_ends_at
        clock.extend_for_cancelled_event(application.person_id, topic="x", starts_at=end + DAY, by=None, at=end + HOUR)
        assert [e.why for e in self.reload(application).extensions.all()] == ["no_seat", "cancelled"]

    def test_shown_as_lapsed_is_never_extended(self) -> None:
        application = make.approved()
        events.chance(application)
        end = application.clock_ends_at
        assert policies.status_at(application, end) == "lapsed"
        reviewer = make.reviewer()
        assert not clock.extend_for_cancelled_event(
            application.person_id, topic="x", starts_at=end - DAY, by=None, at=end
        )
        with pytest.raises(RuleBroken, match=r"extension\.over"):
            extending.ask(application.pk, reason="病了", by=reviewer, at=end)
        assert clock.lapse_all_due(at=end + 20 * DAY) == 1


@pytest.mark.django_db
class TestByReviewers:
    def test_asked_and_consented(self) -> None:
        application, first, second = make.approved(), make.reviewer(), make.reviewer()
        end = application.clock_ends_at
        request = extending.ask(application.pk, reason="住院一周", by=first, at=AT + DAY)
        with pytest.raises(RuleBroken, match=r"extension\.asked"):
            extending.ask(application.pk, reason="住院一周", by=second, at=AT + DAY)
        with pytest.raises(RuleBroken, match=r"extension\.same_person"):
            extending.consent(request.pk, by=first, at=AT + DAY)
        extending.consent(request.pk, by=second, at=AT + 2 * DAY)
        application.refresh_from_db()
        assert application.clock_ends_at == end + 7 * DAY
        extension = application.extensions.get()
        assert (extension.why, extension.reason) == ("reviewer", "住院一周")
        with pytest.raises(RuleBroken, match=r"extension\.stale"):
            extending.consent(request.pk, by=second, at=AT + 2 * DAY)
        with pytest.raises(RuleBroken, match=r"extension\.once"):
            extending.ask(application.pk, reason="再一周", by=second, at=AT + 2 * DAY)

    def test_it_leaves_the_automatic_ones_alone(self) -> None:
        application, first, second = make.approved(), make.reviewer(), make.reviewer()
        request = extending.ask(application.pk, reason="住院一周", by=first, at=AT)
        extending.consent(request.pk, by=second, at=AT)
        end = Application.objects.get(pk=application.pk).clock_ends_at
        assert clock.lapse_all_due(at=end + 20 * DAY) == 0
        assert ClockExtension.objects.exclude(why="reviewer").count() == 3

    def test_refused_with_a_reason_and_asked_again(self) -> None:
        application, first, second = make.approved(), make.reviewer(), make.reviewer()
        request = extending.ask(application.pk, reason="出差", by=first, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.reason"):
            extending.refuse(request.pk, by=second, at=AT, reason=" ")
        extending.refuse(request.pk, by=second, at=AT, reason="出差不算。")
        assert not application.extensions.exists()
        assert extending.ask(application.pk, reason="住院", by=second, at=AT).status == "asked"
        assert ExtensionRequest.objects.count() == 2

    def test_never_on_ones_own_or_without_words_or_when_it_no_longer_runs(self) -> None:
        first, second = make.reviewer(), make.reviewer()
        own = make.approved(second, by=first)
        with pytest.raises(RuleBroken, match=r"review\.own"):
            extending.ask(own.pk, reason="x", by=second, at=AT)
        request = extending.ask(own.pk, reason="x", by=first, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.own"):
            extending.consent(request.pk, by=second, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.reason"):
            extending.ask(own.pk, reason="  ", by=first, at=AT)
        admission.record_attendance(own.person_id, began_at=AT + HOUR, by=None, at=AT + HOUR)
        with pytest.raises(RuleBroken, match=r"extension\.over"):
            extending.consent(request.pk, by=make.reviewer(), at=AT + 2 * HOUR)
