"""A programme from draft to its end: planned, joined, left, decided."""

import pytest
from django.db import IntegrityError, transaction

from community.kernel import audit
from community.kernel.days import end_of, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.models import Term
from community.members.services import leaving
from community.programmes import policies, selectors
from community.programmes.models import Asking, Challenge, CheckIn, Place, Programme
from community.programmes.services import challenging, ending, forgetting, joining, planning, reminding, telling
from tests.make import NOON, member, person
from tests.programmes import make
from tests.programmes.make import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db
FIRST = start_of(MONDAY) + 20 * HOUR
OVER = end_of(MONDAY + 41 * DAY)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=f"programmes/{kind}").order_by("pk"))


class TestPlanning:
    def test_a_draft_is_opened_once_and_read_by_nobody_before(self):
        draft, reader = make.draft(), make.founder()
        assert not policies.may_see(reader, draft, at=NOON)
        assert policies.may_see(draft.hosts.get().person, draft, at=NOON)
        by = make.organizer()
        for _ in range(2):
            opened = planning.open_up(draft.pk, by=by, at=NOON)
        assert opened.status == "open" and policies.may_see(reader, opened, at=NOON)
        assert [entry.action for entry in audit.trail(draft)] == ["programme.create", "programme.open"]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"last_on": MONDAY + 5 * DAY}, "programme.days"),
            ({"last_on": MONDAY + 182 * DAY}, "programme.days"),
            ({"starts_on": MONDAY - 9 * DAY}, "programme.past"),
        ],
    )
    def test_days_that_do_not_fit(self, changes, code):
        with refused(code):
            make.draft(**changes)

    def test_hosts_are_one_to_four_members_without_a_place(self):
        for hosts in ([person()], [member() for _ in range(5)]):
            with refused("programme.hosts"):
                make.draft(hosts=hosts)
        made = make.programme()
        place = make.placed(made)
        with refused("programme.hosts_place"):
            planning.edit(made.pk, hosts=[place.person], by=make.organizer(), at=NOON, **make.details())

    def test_fewer_seats_than_people_never_and_those_above_close_ranks(self):
        made = make.programme(seats=4)
        places = [make.placed(made) for _ in range(3)]
        joining.leave(made.pk, places[0].person, at=NOON)
        hosts = [host.person for host in made.hosts.all()]
        planning.edit(made.pk, hosts=hosts, by=make.organizer(), at=NOON, **make.details(seats=2))
        assert sorted(selectors.places(made).values_list("number", flat=True)) == [1, 2]
        with refused("programme.seats"):
            planning.edit(made.pk, hosts=hosts, by=make.organizer(), at=NOON, **make.details(seats=1))

    def test_what_has_begun_keeps_its_first_day_and_what_is_over_everything(self):
        made, _ = make.running()
        hosts = [host.person for host in made.hosts.all()]
        change = {"hosts": hosts, "by": make.organizer()}
        with refused("programme.begun"):
            planning.edit(made.pk, at=FIRST, **change, **make.details(starts_on=MONDAY + DAY))
        longer = planning.edit(made.pk, at=FIRST, **change, **make.details(last_on=MONDAY + 48 * DAY))
        assert longer.last_on == MONDAY + 48 * DAY
        with refused("programme.over"):
            planning.edit(made.pk, at=end_of(longer.last_on), **change, **make.details())

    def test_the_ladder_has_no_circles(self):
        basics = make.programme()
        advanced = make.programme(follows=basics)
        hosts = [host.person for host in basics.hosts.all()]
        with refused("programme.ladder"):
            planning.edit(basics.pk, hosts=hosts, by=make.organizer(), at=NOON, **make.details(follows=advanced))

    def test_the_next_run_is_the_same_rung_as_a_draft_with_a_monday(self):
        made = make.programme(last_on=MONDAY + 20 * DAY)
        again = planning.copy(made.pk, by=make.organizer(), at=NOON)
        assert (again.status, again.rung, again.starts_on.weekday()) == ("draft", made.rung, 0)
        assert again.starts_on > made.last_on and again.last_on - again.starts_on == 20 * DAY
        assert [host.person_id for host in again.hosts.all()] == [host.person_id for host in made.hosts.all()]

    def test_called_off_everybody_is_told_once_and_gets_the_place_back(self):
        made, places = make.running(people=3)
        game = make.challenge(made, at=FIRST)
        with refused("programme.reason"):
            planning.cancel(made.pk, reason=" ", by=make.organizer(), at=FIRST)
        for _ in range(2):
            planning.cancel(made.pk, reason="主持人生病了。", by=make.organizer(), at=FIRST)
        assert {place.status for place in Place.objects.filter(programme=made)} == {"left"}
        assert {letter.person_id for letter in letters("cancelled")} == {place.person_id for place in places}
        assert len(letters("cancelled")) == 3
        assert Challenge.objects.get(pk=game.pk).status == "cancelled"
        with refused("programme.not_open"):
            make.placed(made, at=FIRST)

    def test_what_has_ended_is_not_called_off(self):
        made, _ = make.ended()
        with refused("programme.over"):
            planning.cancel(made.pk, reason="太晚了。", by=make.organizer(), at=OVER)


class TestJoining:
    def test_the_lowest_free_number_once_and_a_letter(self):
        made, who = make.programme(), make.founder()
        first = make.placed(made)
        for _ in range(2):
            place = joining.join(made.pk, who, at=NOON)
        joining.leave(made.pk, first.person, at=NOON)
        assert (place.number, make.placed(made).number) == (2, 1)
        assert len([letter for letter in letters("joined") if letter.person_id == who.pk]) == 1

    def test_given_back_once_the_words_stay_and_one_can_come_again(self):
        made, places = make.running()
        who = places[0].person
        telling.check_in(made.pk, who, 1, "done", "谈了三家。", at=FIRST)
        for _ in range(2):
            left = joining.leave(made.pk, who, at=FIRST)
        assert (left.status, left.number, CheckIn.objects.count()) == ("left", None, 1)
        made_later = make.programme()
        place = make.placed(made_later, who)
        joining.leave(made_later.pk, who, at=NOON)
        again = joining.join(made_later.pk, who, at=NOON + HOUR)
        assert (again.pk, again.status, again.number, again.left_at) == (place.pk, "joined", 1, None)

    def test_who_may_not_reads_why(self):
        made = make.programme(stages=["growing"])
        for who, code in [
            (person(), "programme.standing"),
            (member(since=NOON - 500 * DAY), "programme.standing"),
            (make.founder(stage="preparing"), "programme.stage"),
            (member(), "programme.stage"),  # never said where the company stands
            (made.hosts.get().person, "programme.host"),
        ]:
            with refused(code):
                joining.join(made.pk, who, at=NOON)
        with refused("programme.not_open"):
            make.placed(make.draft())
        with refused("programme.not_open"):
            make.placed(made, at=FIRST)  # it has begun, written down or not

    def test_a_full_cohort_and_a_smaller_one_is_as_full(self):
        made = make.programme(seats=2)
        make.placed(made), make.placed(made)
        with refused("programme.full"):
            make.placed(made)

    def test_the_database_knows_no_number_beyond_the_seats(self):
        made = make.programme(seats=2)
        who = make.founder()
        for number in (3, 31):
            with pytest.raises(IntegrityError), transaction.atomic():
                Place.objects.create(programme=made, person=who, number=number, joined_at=NOON)

    def test_the_rung_below_must_be_climbed_in_any_of_its_runs(self):
        basics, places = make.ended()
        advanced = make.programme(at=OVER, starts_on=MONDAY + 70 * DAY, last_on=MONDAY + 100 * DAY, follows=basics)
        who = places[0].person
        with refused("programme.prerequisite"):
            joining.join(advanced.pk, who, at=OVER)
        ending.decide(places[0].public_id, "move_up", "做得好。", by=basics.hosts.get().person, at=OVER)
        assert joining.join(advanced.pk, who, at=OVER).number == 1
        ending.decide(places[1].public_id, "repeat", "再来一次。", by=basics.hosts.get().person, at=OVER)
        with refused("programme.prerequisite"):
            joining.join(advanced.pk, places[1].person, at=OVER)
        other_run = planning.copy(basics.pk, by=make.organizer(), at=OVER)
        Programme.objects.filter(pk=advanced.pk).update(follows=other_run)
        assert policies.has_climbed(who, Programme.objects.get(pk=advanced.pk))

    def test_another_stage_asks_once_and_a_host_lets_in(self):
        made, who = make.programme(stages=["growing"]), make.founder(stage="preparing")
        asking = joining.ask_in(made.pk, who, text="已有两家试用客户。", at=NOON)
        with refused("asking.once"):
            joining.ask_in(made.pk, who, at=NOON)
        assert [letter.person_id for letter in letters("asked")] == [made.hosts.get().person_id]
        host = made.hosts.get().person
        for _ in range(2):
            joining.answer_asking(asking.public_id, let_in=True, by=host, at=NOON)
        with refused("asking.stale"):
            joining.answer_asking(asking.public_id, let_in=False, by=host, at=NOON)
        assert joining.join(made.pk, who, at=NOON).number == 1
        with refused("asking.needless"):
            joining.ask_in(made.pk, make.founder(), at=NOON)

    def test_only_those_who_lead_answer_and_nobody_is_let_in_to_what_has_begun(self):
        made, who = make.programme(stages=["growing"]), make.founder(stage="preparing")
        asking, host = joining.ask_in(made.pk, who, at=NOON), made.hosts.get().person
        with refused("place.own"):
            joining.answer_asking(asking.public_id, let_in=True, by=make.founder(), at=NOON)
        with refused("programme.not_open"):
            joining.answer_asking(asking.public_id, let_in=True, by=host, at=FIRST)
        assert not letters("answered")
        assert not joining.answer_asking(asking.public_id, let_in=False, by=host, at=FIRST).let_in

    def test_not_this_time_leaves_the_door_shut(self):
        made, who = make.programme(stages=["growing"]), make.founder(stage="preparing")
        asking = joining.ask_in(made.pk, who, at=NOON)
        joining.answer_asking(asking.public_id, let_in=False, by=made.hosts.get().person, at=NOON)
        with refused("programme.stage"):
            joining.join(made.pk, who, at=NOON)


class TestLosingStanding:
    def test_whoever_leaves_the_club_gives_back_every_place_that_is_not_over(self):
        over, places = make.ended()
        who = places[0].person
        made = make.programme(at=OVER, starts_on=MONDAY + 70 * DAY, last_on=MONDAY + 90 * DAY, stages=["preparing"])
        soon = make.programme(at=OVER, starts_on=MONDAY + 70 * DAY, last_on=MONDAY + 90 * DAY)
        make.placed(soon, who, at=OVER)
        joining.ask_in(made.pk, who, at=OVER)
        game = make.challenge(at=OVER)
        challenging.take_part(game.pk, who, at=OVER)
        leaving.leave(who.pk, by=who, at=OVER, reason="搬家")
        assert {p.programme_id: p.status for p in Place.objects.filter(person=who)} == {
            over.pk: "joined", soon.pk: "left",
        }  # fmt: skip
        assert not Asking.objects.exists() and not selectors.taking_part(game).exists()

    def test_a_membership_that_just_ran_out_is_swept(self):
        made, places = make.running()
        Term.objects.filter(person=places[0].person).update(ends_on=MONDAY - 30 * DAY)
        assert ending.sweep(at=FIRST) == 1
        assert ending.sweep(at=FIRST) == 0
        assert [place.person_id for place in selectors.places(made)] == [places[1].person_id]
        assert not any(selectors.broken_invariants(FIRST).values())

    def test_a_host_without_standing_leads_no_more_and_is_told_nothing_of_the_cohort(self):
        made, places = make.running()
        lost, kept = made.hosts.get().person, member("另一位", since=NOON - 60 * DAY)
        made.hosts.create(person=kept)
        Term.objects.filter(person=lost).update(ends_on=MONDAY - 30 * DAY)
        assert [policies.leads(who, made, at=FIRST) for who in (lost, kept)] == [False, True]
        assert not policies.may_meet(lost, made, at=FIRST)
        said = telling.check_in(made.pk, places[0].person, 1, "stuck", "卡住了。", at=FIRST)
        with refused("place.stale"):
            telling.reply(said, "打电话。", by=lost, at=FIRST)
        reminding.tell_hosts_all_due(at=start_of(MONDAY + 7 * DAY) + HOUR)
        ending.sweep(at=OVER)
        with refused("place.own"):
            ending.decide(places[0].public_id, "move_up", "好。", by=lost, at=OVER)
        for kind in ("week_over", "to_decide"):
            assert {letter.person_id for letter in letters(kind)} == {kept.pk}

    def test_after_the_membership_the_cohort_is_not_read_any_more_but_ones_own_is(self):
        made, places = make.running()
        who, mate = places[0].person, places[1].person
        own = telling.check_in(made.pk, who, 1, "done", "谈了三家。", at=FIRST)
        theirs = telling.check_in(made.pk, mate, 1, "stuck", "谈不下来。", at=FIRST)
        ending.write_down(made.pk, at=OVER)
        Term.objects.filter(person=who).update(ends_on=MONDAY - 30 * DAY)
        assert policies.may_see(who, made, at=OVER)
        assert not policies.may_meet(who, made, at=OVER)
        assert [policies.may_read_line(who, said, at=OVER) for said in (own, theirs)] == [True, False]
        assert policies.may_read_line(mate, own, at=OVER)

    def test_the_words_of_somebody_erased_go_and_the_counts_stay(self):
        made, places = make.running()
        who, mate = places[0].person, places[1].person
        told = telling.check_in(made.pk, who, 1, "ask", "怎么定价？", at=FIRST)
        theirs = telling.check_in(made.pk, mate, 1, "stuck", "谈不下来。", at=FIRST)
        telling.reply(theirs, "先报价再砍功能。", by=who, at=FIRST)
        assert forgetting.forget_words(who.pk) >= 2
        told.refresh_from_db()
        assert (told.text, told.way) == ("", "ask")
        assert [reply.text for reply in theirs.replies.all()] == [""]
        assert CheckIn.objects.get(pk=theirs.pk).text == "谈不下来。"
