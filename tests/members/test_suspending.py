"""product.md §5, People: suspension. Rights rest until a day, the term runs on, and everything follows from the row."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.events import policies as event_policies
from community.events.models import Signup
from community.events.services import booking
from community.kernel.days import day_of, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.matching.selectors import lists as matching
from community.matching.services import pairing
from community.members import policies, selectors
from community.members.models import Person, Suspension, Term
from community.members.services import renewing, suspending
from community.posts.models import Post
from community.posts.services import introducing
from tests import make
from tests.events import make as events
from tests.make import NOON
from tests.matching import make as documents
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TODAY = day_of(NOON)


def suspend(who: Person, *, days: int = 7, by: Person | None = None, at=NOON) -> Suspension:
    by = by or make.person("许岚", roles=("administrator",))
    ends_on = day_of(at) + days * DAY
    return suspending.suspend(who.pk, ends_on=ends_on, reason="在群里辱骂别人。", note="第二次", by=by, at=at)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


class TestStanding:
    def test_from_this_day_to_the_very_instant_it_ends_by_itself(self):
        who = make.member()
        row = suspend(who)
        for on, standing in ((TODAY, "suspended"), (row.ends_on - DAY, "suspended"), (row.ends_on, "active")):
            assert policies.standing_of(who, on) == standing
            assert selectors.standing_by(selectors.term_of(who, on), on) == standing
            assert selectors.members_in_good_standing(on).filter(pk=who.pk).exists() == (standing == "active")
            assert selectors.all_members(on).filter(pk=who.pk).exists()
        event = events.event(starts_at=row.ends_at + 5 * DAY, ends_at=row.ends_at + 5.2 * DAY)
        assert not event_policies.may_sign_up(who, event, at=row.ends_at - SECOND)
        assert event_policies.may_sign_up(who, event, at=row.ends_at)

    def test_the_term_runs_on_and_may_be_renewed_and_left(self):
        who = make.member(since=NOON - 350 * DAY)
        term = Term.objects.get(person=who)
        suspend(who)
        assert Term.objects.get(person=who).ends_on == term.ends_on
        assert policies.may_renew(who, at=NOON) and policies.may_leave(who, at=NOON)
        assert policies.may_apply(who, at=NOON).code == "application.member_already"
        assert renewing.expire_all_due(at=NOON + 2 * DAY) == 0

    def test_over_while_suspended_it_is_over_and_applying_waits_for_the_end(self):
        who = make.member(since=NOON - 375 * DAY)
        row = suspend(who, days=60)
        later = NOON + 30 * DAY
        assert policies.standing_of(who, day_of(later)) == "expired"
        assert policies.may_apply(who, at=later).code == "application.suspended"
        assert policies.may_apply(who, at=start_of(row.ends_on))


class TestGivenBack:
    def test_seats_places_and_posts_in_the_same_act_and_introductions_stay(self):
        who, other, next_one = make.member(), make.member(), make.member()
        table = events.event(table_count=1, seats_each=3)
        events.seat(table, who)
        events.seat(table)
        waiting = events.seat(table, next_one)
        assert waiting.status == "waiting"
        post, theirs = posts.post(who), posts.post(other)
        asked = introducing.ask(who, other.pk, note="", at=NOON)
        suspend(who)
        asked.refresh_from_db()
        assert asked.status == "asked", "an introduction under way stays"
        assert Signup.objects.get(event=table, person=who).status == "withdrawn"
        waiting.refresh_from_db()
        assert waiting.status == "offered", "the freed chair goes to the next in line (R24)"
        assert Post.objects.get(pk=post.pk).status == "closed" and Post.objects.get(pk=theirs.pk).status == "open"
        with refused("booking.suspended"):
            booking.sign_up(table.pk, who, by=who, at=NOON + DAY)

    def test_a_host_gives_the_chair_back_and_is_not_named_again(self):
        who = make.member()
        table = events.event(host=who)
        suspend(who, days=2)
        assert not Signup.objects.filter(event=table, person=who, status="confirmed").exists()
        assert event_policies.may_host(who, table, at=NOON + DAY).code == "host.standing", "though the day is after it"
        assert event_policies.may_host(who, table, at=NOON + 2 * DAY)


class TestRefusals:
    def test_each_says_why(self):
        boss, who = make.person(roles=("administrator",)), make.member()
        with refused("suspension.own"):
            suspend(who, by=who)
        with refused("suspension.no_member"):
            suspend(make.person(), by=boss)
        for days in (0, -1, 367):
            with refused("suspension.end"):
                suspend(who, days=days, by=boss)
        with refused("suspension.reason"):
            suspending.suspend(who.pk, ends_on=TODAY + DAY, reason=" ", note="", by=boss, at=NOON)
        suspend(who, by=boss)
        with refused("suspension.running"):
            suspend(who, by=boss)

    def test_what_is_over_is_neither_moved_nor_lifted(self):
        boss, who = make.person(roles=("administrator",)), make.member()
        row = suspend(who, by=boss)
        for act in (
            lambda at: suspending.lift(row.pk, reason="-", by=boss, at=at),
            lambda at: suspending.move_end(row.pk, ends_on=day_of(at) + DAY, reason="-", by=boss, at=at),
            lambda at: suspending.appeal(row.pk, words="-", by=who, at=at),
        ):
            with refused("suspension.over"):
                act(row.ends_at)


class TestChanging:
    def test_lifted_today_is_a_day_with_rights_and_another_one_may_begin(self):
        who, boss = make.member(), make.person(roles=("administrator",))
        row = suspend(who, by=boss)
        suspending.lift(row.pk, reason="误会说清了。", by=boss, at=NOON + DAY)
        assert policies.in_good_standing(who, TODAY + DAY) and not policies.in_good_standing(who, TODAY)
        assert suspend(who, by=boss, at=NOON + DAY).begins_on == TODAY + DAY
        letters = Message.objects.filter(person=who).values_list("kind", flat=True)
        assert {"members/suspended", "members/suspension_lifted"} <= set(letters)

    def test_another_last_day_both_ways_each_told_and_on_record(self):
        who, boss = make.member(), make.person(roles=("administrator",))
        row = suspend(who, by=boss)
        for days in (30, 3):
            suspending.move_end(row.pk, ends_on=TODAY + days * DAY, reason="补充调查", by=boss, at=NOON)
            assert policies.suspension_of(who, TODAY + (days - 1) * DAY)
            assert not policies.suspension_of(who, TODAY + days * DAY)
        assert Message.objects.filter(person=who, kind="members/suspension_moved").count() == 2
        entries = AuditEntry.objects.filter(person=who, action="suspension.move")
        assert [entry.reason for entry in entries] == ["补充调查"] * 2


class TestAppeal:
    def test_once_and_answered_by_another_administrator_with_a_letter(self):
        one, two = (make.person(roles=("administrator",)) for _ in range(2))
        who = make.member()
        row = suspend(who, by=one)
        suspending.appeal(row.pk, words="那句话不是我说的。", by=who, at=NOON + DAY)
        asked = Message.objects.filter(kind="members/appeal_waiting")
        assert [message.person for message in asked] == [two], "not who suspended, while there is another"
        with refused("appeal.once"):
            suspending.appeal(row.pk, words="再说一次", by=who, at=NOON + DAY)
        with refused("appeal.another"):
            suspending.answer(row.pk, words="不", lifts=False, by=one, at=NOON + DAY)
        suspending.answer(row.pk, words="查过了，确实不是你。", lifts=True, by=two, at=NOON + DAY)
        assert policies.in_good_standing(who, TODAY + DAY)
        letter = Message.objects.get(kind="members/appeal_answered", person=who)
        assert letter.context["lifted"] and letter.context["reason"] == "查过了，确实不是你。"
        with refused("appeal.stale"):
            suspending.answer(row.pk, words="不", lifts=False, by=two, at=NOON + DAY)

    def test_the_only_administrator_answers_themself_and_nobody_their_own(self):
        one = make.person(roles=("administrator",))
        who = make.member(roles=("administrator",))
        row = suspend(who, by=one)
        suspending.appeal(row.pk, words="请再看一遍。", by=who, at=NOON)
        with refused("suspension.own"):
            suspending.answer(row.pk, words="好", lifts=True, by=who, at=NOON)
        suspending.answer(row.pk, words="维持。", lifts=False, by=one, at=NOON)
        assert not policies.in_good_standing(who, TODAY)

    def test_only_the_person_appeals(self):
        row = suspend(make.member())
        with refused("appeal.once"):
            suspending.appeal(row.pk, words="我替他说", by=make.member(), at=NOON)
        with refused("appeal.empty"):
            suspending.appeal(row.pk, words="  ", by=row.person, at=NOON)


class TestNobodySuspended(TestCase):
    """Whatever the days: the list of all, the answer for one and what the navigation asks say the same."""

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=3), st.integers(0, 60))
    def test_for_one_and_for_all_the_same(self, rows, later):
        who, boss, on = make.member(), make.person(), TODAY + later * DAY
        begins = TODAY
        for gap, days in rows:
            begins += gap * DAY
            Suspension.objects.create(
                person=who, begins_on=begins, ends_on=begins + days * DAY, reason="-", set_at=NOON, set_by=boss
            )
            begins += days * DAY
        alone = policies.in_good_standing(who, on)
        assert alone == selectors.members_in_good_standing(on).filter(pk=who.pk).exists()
        assert alone == (selectors.standing_by(selectors.term_of(who, on), on) in policies.STANDS)
        event = events.event(at=NOON, starts_at=start_of(on) + 90 * DAY, ends_at=start_of(on) + 90.1 * DAY)
        assert alone == bool(event_policies.may_sign_up(who, event, at=start_of(on) + DAY / 2))


class TestMatching(TestCase):
    @settings(max_examples=15)
    @given(st.sets(st.integers(0, 3)), st.integers(0, 9))
    def test_never_surfaces_somebody_suspended_found_before_or_after(self, numbers, days):
        author, people = make.member(), [make.member() for _ in range(4)]
        for who in people:
            documents.offer("直播主播", who)
        early = documents.need("找直播主播", author)
        pairing.pair(early.key, at=NOON)
        apart = {people[number] for number in numbers}
        for who in apart:
            suspend(who, days=5)
        on = NOON + days * DAY
        late = documents.need("找直播主播", make.member())
        pairing.pair(late.key, at=on)
        for need in (early, late):
            found = {match.person for match in matching.matches(need.key, at=on)}
            assert found == (set(people) - apart if days < 5 else set(people))
