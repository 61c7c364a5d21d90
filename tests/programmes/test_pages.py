"""What members, hosts and the office see of programmes, and that a refused form keeps what was typed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.kernel.days import day_of
from community.members.models import Application, Term
from community.programmes.models import CheckIn, Goal, Participation, Place, Programme
from community.programmes.services import challenging, ending, goals, telling
from tests.make import member, person
from tests.programmes import make
from tests.programmes.make import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def client(who) -> Client:
    made = Client(headers={"accept-language": "en"})
    made.force_login(who)
    return made


def coming(at, **changes) -> Programme:
    days = {"starts_on": day_of(at) + 9 * DAY, "last_on": day_of(at) + 50 * DAY}
    return make.programme(at=at, **days | changes)


def running(at, *, people: int = 2, **changes) -> tuple[Programme, list[Place]]:
    before = at - 10 * DAY
    days = {"starts_on": day_of(at) - 8 * DAY, "last_on": day_of(at) + 30 * DAY}
    made = make.programme(at=before, **days | changes)
    places = [make.placed(made, at=before) for _ in range(people)]
    ending.write_down(made.pk, at=at)
    made.refresh_from_db()
    return made, places


def ended(at) -> tuple[Programme, list[Place]]:
    made, places = running(at)
    Programme.objects.filter(pk=made.pk).update(last_on=day_of(at) - DAY)
    ending.write_down(made.pk, at=at)
    made.refresh_from_db()
    return made, places


def queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


class TestTheList:
    def test_as_many_queries_for_three_as_for_three_hundred(self, at):
        browser = client(make.founder(since=at - 60 * DAY))
        address = reverse("programmes")
        over = day_of(at) - 10 * DAY

        def more(count: int) -> None:
            for number in range(count):
                coming(at, name_zh=f"计划 {number}") if number % 3 == 0 else coming(at, stages=["preparing"])
            Programme.objects.bulk_create(
                Programme(
                    name_zh=f"旧计划 {n}", purpose="…", starts_on=over - 30 * DAY, last_on=over, status="ended",
                    created_at=at, opened_at=at,
                )
                for n in range(count * 50)
            )  # fmt: skip
            make.challenge(at=at)

        more(3)
        few = queries(browser, address)
        more(6)
        assert queries(browser, address) == few

    def test_what_is_for_me_and_what_for_others(self, at):
        coming(at, name_en="Mine", stages=["growing"])
        coming(at, name_en="Theirs", stages=["preparing"])
        page = client(make.founder(since=at - 60 * DAY)).get(reverse("programmes")).content.decode()
        mine, theirs, other = page.index("Mine"), page.index("Theirs"), page.index("For other stages")
        assert mine < other < theirs

    def test_nothing_runs_and_no_goal_is_said_kindly(self, at):
        page = client(make.founder(since=at - 60 * DAY)).get(reverse("programmes")).content.decode()
        assert "Nothing new at your stage" in page and "State a goal" in page

    def test_whoever_is_no_member_reads_why(self):
        answer = client(person()).get(reverse("programmes"))
        assert answer.status_code == 403 and "Programmes are for members" in answer.content.decode()


class TestTheProgramme:
    def test_a_cohort_of_thirty_costs_as_much_as_one_of_three(self, at):
        made, places = running(at, people=3)
        browsers = client(places[0].person), client(made.hosts.get().person)
        addresses = made.get_absolute_url(), reverse("programme_host", args=[made.public_id])

        def asked() -> list[int]:
            return [queries(browser, address) for browser, address in zip(browsers, addresses, strict=True)]

        for place in places:
            telling.check_in(made.pk, place.person, 2, "stuck", "卡住了。", at=at)
        few = asked()
        people = [member(since=at - 60 * DAY) for _ in range(27)]
        more = Place.objects.bulk_create(
            Place(programme=made, person=who, number=4 + n, joined_at=at) for n, who in enumerate(people)
        )
        CheckIn.objects.bulk_create(CheckIn(place=p, week=2, way="ask", text="怎么办？", written_at=at) for p in more)
        Goal.objects.bulk_create(
            Goal(person=p.person, text="十家客户", by_on=day_of(at) + DAY, stated_at=at) for p in more
        )
        assert asked() == few

    def test_others_see_the_purpose_and_a_number_and_no_name_and_no_word(self, at):
        made, places = running(at)
        telling.check_in(made.pk, places[0].person, 1, "stuck", "只给同期看的话。", at=at)
        page = client(make.founder(since=at - 60 * DAY)).get(made.get_absolute_url()).content.decode()
        assert made.purpose in page and "2 of 30 taken" in page
        assert places[0].person.name not in page and "只给同期看的话" not in page
        said = CheckIn.objects.get()
        address = reverse("check_in", args=[said.public_id])
        assert client(make.founder(since=at - 60 * DAY)).get(address).status_code == 404
        inside = client(places[1].person).get(f"{made.get_absolute_url()}?week=1").content.decode()
        assert "只给同期看的话" in inside and places[0].person.name in inside

    def test_joining_asking_and_leaving_by_buttons(self, at):
        made, who = coming(at, stages=["growing"]), make.founder(since=at - 60 * DAY)
        browser = client(who)
        assert "Take a place" in browser.get(made.get_absolute_url()).content.decode()
        browser.post(reverse("programme_join", args=[made.public_id]))
        assert Place.objects.get().person == who
        browser.post(reverse("programme_leave", args=[made.public_id]))
        assert Place.objects.get().status == "left"
        other = make.founder(since=at - 60 * DAY)
        Application.objects.filter(person=other).update(stage="preparing")
        guest = client(other)
        assert "Ask the hosts" in guest.get(made.get_absolute_url()).content.decode()
        guest.post(reverse("programme_ask", args=[made.public_id]), {"text": "两家试用客户"})
        host = client(made.hosts.get().person)
        page = host.get(reverse("programme_host", args=[made.public_id])).content.decode()
        assert "两家试用客户" in page
        asking = made.askings.get()
        host.post(reverse("programme_asking", args=[made.public_id, asking.public_id]), {"answer": "in"})
        guest.post(reverse("programme_join", args=[made.public_id]))
        assert Place.objects.filter(person=other, status="joined").exists()

    def test_a_week_is_told_and_a_refused_one_keeps_what_was_typed(self, at):
        made, places = running(at)
        browser, address = client(places[0].person), reverse("programme_checkin", args=[made.public_id])
        refused = browser.post(address, {"text": "只写了字，没选。"})
        assert refused.status_code == 422 and "只写了字，没选。" in refused.content.decode()
        browser.post(address, {"way": "stuck", "text": "没人接电话。"})
        said = CheckIn.objects.get()
        assert (said.week, said.late) == (made.week_at(at).number, False)
        late = f"{address}?week=1"
        assert "marked as late" in browser.get(late).content.decode()
        browser.post(late, {"way": "done", "text": "补上第一周。"})
        assert CheckIn.objects.get(week=1).late
        assert "stays as it is" in browser.get(late).content.decode()
        mate = client(places[1].person)
        thread = reverse("check_in", args=[said.public_id])
        assert mate.post(thread, {"text": " "}).status_code == 422
        mate.post(thread, {"text": "早上九点打。"})
        reply = said.replies.get()
        assert "早上九点打。" in browser.get(thread).content.decode()
        mate.post(reverse("check_in_reply_remove", args=[said.public_id, reply.public_id]))
        assert "早上九点打。" not in browser.get(thread).content.decode()

    def test_the_end_is_written_by_the_host_and_read_by_the_person(self, at):
        made, places = ended(at)
        host, address = (
            client(made.hosts.get().person),
            reverse("programme_place", args=[made.public_id, places[0].public_id]),
        )
        assert "wait for your sentence" in host.get(reverse("programme_host", args=[made.public_id])).content.decode()
        refused = host.post(address, {"decision": "move_up", "sentence": ""})
        assert refused.status_code == 422 and "checked" in refused.content.decode()
        host.post(address, {"decision": "move_up", "sentence": "九家客户，走得稳。"})
        read = client(places[0].person)
        assert "九家客户，走得稳。" in read.get(made.get_absolute_url()).content.decode()
        assert "九家客户，走得稳。" in read.get(reverse("programmes")).content.decode()

    def test_whose_membership_is_over_reads_what_was_theirs_and_nothing_of_the_others(self, at):
        made, places = running(at)
        who, mate = places[0].person, places[1].person
        game = make.challenge(made, at=at)
        for person_ in (who, mate):
            challenging.take_part(game.pk, person_, at=at)
        for place in places:
            CheckIn.objects.create(place=place, week=1, way="stuck", text=f"第 {place.number} 位的话", written_at=at)
        Term.objects.filter(person=who).update(ends_on=day_of(at) - 30 * DAY)
        page = client(who).get(made.get_absolute_url()).content.decode()
        assert "第 1 位的话" in page
        assert "第 2 位的话" not in page and mate.name not in page
        assert "第 2 位的话" in client(mate).get(made.get_absolute_url()).content.decode()
        days = client(who).get(game.get_absolute_url())
        assert days.status_code == 200 and mate.name not in days.content.decode()
        assert mate.name in client(mate).get(game.get_absolute_url()).content.decode()
        answers = [
            client(who).get(reverse("check_in", args=[said.public_id])).status_code
            for said in CheckIn.objects.order_by("place__number")
        ]
        assert answers == [200, 404]


class TestGoals:
    def test_stated_refused_changed_closed(self, at):
        who = make.founder(since=at - 60 * DAY)
        browser, address = client(who), reverse("programme_goal")
        refused = browser.post(address, {"text": "十家客户", "by_on": (day_of(at) - DAY).isoformat()})
        assert refused.status_code == 422 and "十家客户" in refused.content.decode()
        browser.post(address, {"text": "十家客户", "by_on": (day_of(at) + 30 * DAY).isoformat()})
        browser.post(address, {"text": "三家大客户", "by_on": (day_of(at) + 40 * DAY).isoformat(), "word": "方向变了"})
        assert [goal.status for goal in Goal.objects.order_by("pk")] == ["changed", "open"]
        assert "三家大客户" in browser.get(reverse("programmes")).content.decode()
        assert browser.post(reverse("programme_goal_close"), {"goal": "x"}).status_code == 422
        goal = Goal.objects.get(status="open")
        browser.post(reverse("programme_goal_close"), {"goal": goal.public_id, "how": "reached", "word": "做到了"})
        assert "做到了" in browser.get(address).content.decode()

    def test_on_the_card_for_whoever_may_read_it_and_never_with_contact_data(self, at):
        who, reader = make.founder(since=at - 60 * DAY), make.founder(since=at - 60 * DAY)
        goals.state(who, "十家客户", day_of(at) + 30 * DAY, at=at)
        address = reverse("member", args=[who.public_id])
        assert "十家客户" in client(reader).get(address).content.decode()
        goals.change(who, "加我 13800138000 聊", day_of(at) + 30 * DAY, at=at)
        assert "13800138000" not in client(reader).get(address).content.decode()


class TestChallenges:
    def test_a_crowd_costs_as_much_as_three(self, at):
        game, who = make.challenge(at=at), make.founder(since=at - 60 * DAY)
        challenging.take_part(game.pk, who, at=at)
        browser = client(who)

        def more(count: int) -> None:
            people = [member(since=at - 60 * DAY) for _ in range(3)] if count == 3 else []
            people += [person() for _ in range(count - len(people))]
            Participation.objects.bulk_create(Participation(challenge=game, person=p, joined_at=at) for p in people)

        more(3)
        few = queries(browser, game.get_absolute_url())
        more(297)
        assert queries(browser, game.get_absolute_url()) == few

    def test_ticked_with_a_note_and_taken_back(self, at):
        game, who = make.challenge(at=at), make.founder(since=at - 60 * DAY)
        browser, today = client(who), day_of(at).isoformat()
        browser.post(reverse("challenge_join", args=[game.public_id]))
        tick = reverse("challenge_tick", args=[game.public_id])
        browser.post(tick, {"on": today, "note": "打了两通"})
        assert "打了两通" in browser.get(game.get_absolute_url()).content.decode()
        browser.post(tick, {"on": today, "off": "1"})
        assert "打了两通" not in browser.get(game.get_absolute_url()).content.decode()
        browser.post(tick, {"on": "not a day"})

    def test_a_host_sets_one_and_a_refused_one_keeps_what_was_typed(self, at):
        made, _ = running(at)
        browser, address = client(made.hosts.get().person), reverse("programme_challenge", args=[made.public_id])
        typed = {
            "name": "每天一通电话",
            "text": "问一个问题",
            "days": "14",
            "starts_on": (day_of(at) + 25 * DAY).isoformat(),
        }
        refused = browser.post(address, typed)
        assert refused.status_code == 422 and "每天一通电话" in refused.content.decode()
        browser.post(address, typed | {"starts_on": day_of(at).isoformat()})
        assert made.challenges.get().days == 14


class TestTheDesk:
    def test_as_many_queries_for_three_as_for_three_hundred(self, at):
        browser, address = client(make.organizer()), reverse("desk_programmes")
        host = member(since=at - 60 * DAY)

        def more(count: int) -> None:
            made = Programme.objects.bulk_create(
                Programme(
                    name_zh=f"计划 {n}", purpose="…", starts_on=day_of(at) + 9 * DAY, last_on=day_of(at) + 50 * DAY,
                    created_at=at,
                )
                for n in range(count)
            )  # fmt: skip
            for one in made:
                one.hosts.create(person=host)

        more(3)
        few = queries(browser, address)
        more(297)
        assert queries(browser, address) == few

    def test_planned_opened_copied_called_off(self, at):
        browser = client(make.organizer())
        host = member(since=at - 60 * DAY)
        typed = {
            "name_zh": "新计划", "name_en": "", "purpose": "六周", "seats": "12", "hosts": "nobody@example.test",
            "starts_on": (day_of(at) + 9 * DAY).isoformat(), "last_on": (day_of(at) + 50 * DAY).isoformat(),
            "stages": ["growing"], "follows": "", "leads_to": "established",
        }  # fmt: skip
        refused = browser.post(reverse("desk_programme_new"), typed)
        assert refused.status_code == 422
        assert "Nobody has this address: nobody@example.test" in refused.content.decode()
        browser.post(reverse("desk_programme_new"), typed | {"hosts": f" {host.email} ，"})
        made = Programme.objects.get()
        address = reverse("desk_programme", args=[made.public_id])
        assert (made.status, made.seats, made.stages) == ("draft", 12, ["growing"])
        browser.post(reverse("desk_programme_open", args=[made.public_id]))
        changed = typed | {"hosts": host.email, "last_on": (day_of(at) + 10 * DAY).isoformat()}
        assert "from one week to 26 weeks" in browser.post(address, changed).content.decode()
        browser.post(reverse("desk_programme_copy", args=[made.public_id]))
        assert Programme.objects.filter(rung=made.rung).count() == 2
        assert browser.post(reverse("desk_programme_cancel", args=[made.public_id]), {"reason": ""}).status_code == 422
        browser.post(reverse("desk_programme_cancel", args=[made.public_id]), {"reason": "人太少。"})
        made.refresh_from_db()
        assert made.status == "cancelled" and "人太少。" in browser.get(address).content.decode()

    def test_a_challenge_for_a_stage(self, at):
        browser = client(make.organizer())
        typed = {
            "name": "晨写",
            "text": "三行",
            "days": "7",
            "starts_on": day_of(at).isoformat(),
            "stages": ["growing"],
        }
        answer = browser.post(reverse("desk_programmes_challenge"), typed)
        assert answer.status_code == 302
        assert "晨写" in browser.get(reverse("desk_programmes")).content.decode()
        cancel = answer.headers["Location"] + "cancel/"
        assert browser.post(cancel, {"reason": ""}).status_code == 422
        browser.post(cancel, {"reason": "选错了日子。"})
        assert "Cancelled" in browser.get(answer.headers["Location"]).content.decode()


def test_the_home_page_says_which_week_waits_and_what_a_host_decides(at):
    made, places = running(at)
    assert "how is week" in client(places[0].person).get(reverse("home")).content.decode()
    telling.check_in(made.pk, places[0].person, made.week_at(at).number, "done", "好。", at=at)
    assert "how is week" not in client(places[0].person).get(reverse("home")).content.decode()
    over, _ = ended(at)
    assert "your sentence is wanted" in client(over.hosts.get().person).get(reverse("home")).content.decode()
