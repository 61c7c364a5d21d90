"""Fair allotment (R22, R23, R26): the pure function, the run with its stored inputs, and what people read of it."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from community.events import selectors
from community.events.models import AllotmentRun, Event, Signup
from community.events.rules import allotment
from community.events.rules.allotment import Candidate, Inputs, allot
from community.events.services import allotting, booking, offering, publishing, walking_in
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Person
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person, stake

RUN = datetime(2026, 11, 26, 20, tzinfo=ZONE)  # Thursday evening, two days before Saturday
MINUTE = timedelta(minutes=1)
CODES = ("moved", "table", "clock", "quiet", "standing", "missed")
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        key=st.text("abcdefgh", min_size=3, max_size=6),
        code=st.sampled_from(CODES),
        since=st.integers(0, 5).map(lambda days: (NOON - days * DAY).isoformat()),
        company=st.sampled_from(["", "", "one", "two"]),
        barred=st.sampled_from(["", "", "", "booking.standing"]),
    ),
    max_size=25,
    unique_by=lambda one: one.key,
)


class TestTheFunction:
    @given(people=CANDIDATES, seats=st.integers(0, 14), reserve=st.integers(0, 4), seed=st.text("xyz", max_size=3))
    def test_what_always_holds(self, people: list[Candidate], seats: int, reserve: int, seed: str) -> None:
        inputs = Inputs(tuple(people), seats, seed, first="table", reserve=reserve, taken=("two",))
        outcomes = allot(inputs)
        by_key = {one.key: one for one in people}
        seated = [by_key[outcome.key] for outcome in outcomes if outcome.seated]
        able = [by_key[outcome.key] for outcome in outcomes if outcome.seated or outcome.reason == "line"]
        assert sorted(outcome.key for outcome in outcomes) == sorted(by_key)
        assert [outcome.place for outcome in outcomes] == list(range(1, len(people) + 1))
        assert len(seated) == min(seats, len(able)), "never over, never under"
        companies = [one.company for one in seated if one.company]
        assert len(companies) == len(set(companies)) and "two" not in companies
        assert not any(one.barred for one in seated)
        others = [one for one in able if one.code != "table"]
        assert len([one for one in seated if one.code != "table"]) >= min(reserve, seats, len(others))
        assert allot(Inputs(tuple(reversed(people)), seats, seed, "table", reserve, ("two",))) == outcomes, (
            "who signed up first changes nothing"
        )
        assert allot(Inputs.from_plain(json.loads(json.dumps(inputs.plain())))) == outcomes
        if not reserve:
            order = [(CODES.index(one.code), one.since) for one in able]
            assert order == sorted(order)

    def test_a_no_show_that_is_not_forgiven_adds_four_weeks(self) -> None:
        since = NOON - 100 * DAY
        assert allotment.waits_since(since, NOON, []) == since
        assert allotment.waits_since(None, since, [NOON - 10 * DAY]) == since, "the first is forgiven"
        assert allotment.waits_since(since, NOON, [NOON - 30 * DAY, NOON - 10 * DAY]) == since + timedelta(weeks=4)

    def test_when_seats_are_given(self) -> None:
        assert allotment.allot_at(SATURDAY, None) == RUN
        assert allotment.allot_at(SATURDAY, NOON) == NOON, "a visit's release and its allotment are one run"
        early = datetime(2026, 11, 28, 9, tzinfo=ZONE)
        assert allotment.allot_at(early, None) <= early - DAY

    def test_another_seed_is_another_order_among_equals(self) -> None:
        people = tuple(Candidate(f"k{n}", "quiet", NOON.isoformat()) for n in range(30))
        orders = {tuple(one.key for one in allot(Inputs(people, 12, seed))) for seed in "abc"}
        assert len(orders) == 3


def event(**changes) -> Event:
    return make.event(**({"seats_each": 3, "allots_at": RUN} | changes))


def joined(days_ago: int) -> Person:
    who = member()
    Person.objects.filter(pk=who.pk).update(joined_at=NOON - days_ago * DAY)
    return who


def status(of: Event, who: Person) -> str:
    return Signup.objects.get(event=of, person=who).status


@pytest.mark.django_db
class TestTheRun:
    def test_signups_collect_and_then_go_to_whoever_waited_longest(self) -> None:
        table = event()
        young, old, middle = joined(10), joined(300), joined(100)
        for minute, who in enumerate((young, middle, old)):
            assert make.seat(table, who, at=NOON + minute * MINUTE).status == "waiting"
        assert offering.sweep(at=NOON + HOUR) == 0, "nothing is offered while signups collect"
        assert not allotting.run_all_due(at=RUN - MINUTE)
        assert allotting.run_all_due(at=RUN) == 1 and allotting.run_all_due(at=RUN + MINUTE) == 0
        assert [status(table, who) for who in (old, middle, young)] == ["confirmed", "confirmed", "waiting"]
        table.refresh_from_db()
        assert table.allotted_at == RUN
        assert Message.objects.filter(kind="events/seat_confirmed", person=old).count() == 1
        [letter] = Message.objects.filter(kind="events/not_allotted")
        assert letter.person == young and letter.context["place"] == 3
        booking.withdraw(table.pk, old, by=old, at=RUN + HOUR)
        assert status(table, young) == "offered", "a freed seat takes the one path"

    def test_a_running_clock_comes_first_and_a_reserved_seat_helps_the_others(self) -> None:
        table = event(reserve_for_others=1)
        clocks = [approved(person()).person for _ in range(3)]
        old = joined(900)
        for who in (*clocks, old):
            make.seat(table, who)
        allotting.run_if_due(table.pk, at=RUN)
        assert status(table, old) == "confirmed"
        assert [status(table, who) for who in clocks].count("confirmed") == 1
        run = AllotmentRun.objects.get(event=table)
        reasons = {outcome.reason for outcome in allot(Inputs.from_plain(run.inputs))}
        assert reasons == {"seat", "reserved", "line"}

    def test_a_second_person_of_a_company_waits(self) -> None:
        table = event(seats_each=4)
        first, second = joined(300), joined(200)
        shared = stake(first, verified_on=NOON.date()).company
        stake(second, verified_on=NOON.date())
        second.stakes.update(company=shared)
        third = joined(1)
        for who in (second, third, first):
            make.seat(table, who)
        allotting.run_if_due(table.pk, at=RUN)
        assert [status(table, who) for who in (first, third)] == ["confirmed", "confirmed"]
        assert status(table, second) == "offered", "with a chair left over and nobody else, they are asked"

    def test_who_may_not_book_or_sits_elsewhere_is_set_aside(self) -> None:
        table = event()
        elsewhere, able = joined(500), joined(5)
        make.seat(table, elsewhere)
        make.seat(table, able)
        make.seat(make.event(kind="class", starts_at=SATURDAY + HOUR), elsewhere)
        allotting.run_if_due(table.pk, at=RUN)
        assert status(table, able) == "confirmed"
        inputs = Inputs.from_plain(AllotmentRun.objects.get(event=table).inputs)
        assert {one.barred for one in inputs.candidates} == {"", "signup.overlap"}

    @pytest.mark.parametrize("late", [MINUTE, 40 * HOUR])
    def test_whoever_comes_later_starts_it_when_no_worker_ran(self, late: timedelta) -> None:
        """Also in the last three hours."""
        table = event()
        old, young = joined(300), joined(3)
        for who in (young, old):
            make.seat(table, who)
        newcomer = make.seat(table, member(), at=RUN + late)
        assert (status(table, old), status(table, young), newcomer.status) == ("confirmed", "confirmed", "waiting")

    def test_after_the_start_nobody_is_given_a_seat_they_would_have_missed(self) -> None:
        """The worker was down and nobody came by: whoever presses then starts nothing any more."""
        table, who = event(), joined(300)
        make.seat(table, who)
        with pytest.raises(RuleBroken, match=r"event\.begun"):
            make.seat(table, member(), at=SATURDAY)
        assert not allotting.run_if_due(table.pk, at=SATURDAY)
        assert status(table, who) == "waiting"
        assert allotting.run_if_due(table.pk, at=SATURDAY - MINUTE)
        assert status(table, who) == "confirmed"

    def test_at_the_door_the_seats_are_given_before_a_walk_in_gets_one(self) -> None:
        """The worker was down: the chairs are those people's who waited for them."""
        table, waiting = event(), [joined(300), joined(200), joined(3)]
        for who in waiting:
            make.seat(table, who)
        stranger, staff = member(), make.organizer()
        with pytest.raises(RuleBroken, match=r"seat\.full"):
            walking_in.seat(table.pk, stranger.pk, by=staff, at=SATURDAY - HOUR, reason="站在门口")
        assert [status(table, who) for who in waiting] == ["confirmed", "confirmed", "waiting"]

    def test_a_visit_is_released_and_allotted_in_one_run(self) -> None:
        roundtable = make.event(at=NOON - 10 * DAY, starts_at=NOON - HOUR)
        visit = make.event(
            kind="visit", starts_at=NOON + 5 * DAY, seats_each=3, follows=[roundtable], allots_at=NOON + DAY
        )
        assert visit.allots_at == visit.releases_at != NOON + DAY
        there, others = joined(5), [joined(500 + n) for n in range(2)]
        seat = roundtable.seats.filter(signups=None).first()
        Signup.objects.create(
            event=roundtable, person=there, status="attended", seat=seat, signed_up_at=NOON, confirmed_at=NOON,
            attended_at=roundtable.starts_at, checked_in_at=NOON, checked_in_by=there,
        )  # fmt: skip
        for who in (*others, there):
            assert make.seat(visit, who).status == "waiting"
        allotting.run_if_due(visit.pk, at=visit.releases_at)
        assert status(visit, there) == "confirmed", "checked-in people first"
        assert sorted(status(visit, who) for who in others) == ["confirmed", "waiting"]

    def test_the_inputs_are_kept_and_give_the_same_again(self) -> None:
        table = event()
        people = [joined(days) for days in (5, 50, 500)]
        for who in people:
            make.seat(table, who)
        allotting.run_if_due(table.pk, at=RUN)
        run = AllotmentRun.objects.get(event=table)
        inputs = Inputs.from_plain(run.inputs)
        assert inputs.digest() == run.digest and inputs.seed == table.public_id
        named = {outcome.key for outcome in allot(inputs) if outcome.seated}
        seated = Signup.objects.filter(event=table, status="confirmed", is_host=False)
        assert named == set(seated.values_list("public_id", flat=True))
        [entry] = AuditEntry.objects.filter(action="event.allot", subject_id=table.pk)
        assert entry.data == {"digest": run.digest, "seats": 2}
        for who in people:
            assert who.full_name not in json.dumps(run.inputs) and str(who.public_id) not in json.dumps(run.inputs)

    def test_the_time_leaves_a_day_and_stays_once_the_seats_are_given(self) -> None:
        staff = make.organizer()
        with pytest.raises(RuleBroken, match=r"allotment\.late"):
            make.draft(allots_at=SATURDAY - HOUR)
        draft = make.draft(allots_at=NOON + HOUR)
        with pytest.raises(RuleBroken, match=r"allotment\.past"):
            publishing.publish(draft.pk, by=staff, at=NOON + 2 * HOUR)
        table = event()
        publishing.edit(table.pk, by=staff, at=NOON, allots_at=RUN - HOUR)
        allotting.run_if_due(table.pk, at=RUN)
        with pytest.raises(RuleBroken, match=r"event\.fixed"):
            publishing.edit(table.pk, by=staff, at=RUN, allots_at=None)

    def test_verify_names_a_run_that_is_late(self) -> None:
        table = event()
        make.seat(table)
        assert selectors.broken_invariants(RUN + MINUTE)["allotment_left_open"] == []
        assert selectors.broken_invariants(RUN + 3 * MINUTE)["allotment_left_open"] == [table.public_id]
        assert selectors.broken_invariants(RUN - MINUTE)["seat_not_offered"] == []


@pytest.mark.django_db
class TestThePages:
    @pytest.fixture(autouse=True)
    def _now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = NOON
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.at)

    def read(self, who: Person, url: str) -> str:
        client = Client(headers={"accept-language": "en"})
        client.force_login(who)
        return " ".join(client.get(url, follow=True).content.decode().split())

    def test_people_read_their_group_place_and_odds_before_and_after(self) -> None:
        table, old, young = event(), joined(300), joined(3)
        make.seat(table, joined(200))
        make.seat(table, young)
        url = table.get_absolute_url()
        text = self.read(old, url)
        assert "Fair allotment: the seats are given" in text and "being early earns nothing" in text
        assert "You would be number 1 in order" in text and "as things stand now, you would have one" in text
        assert "Your group: No seat in 60 days" in text
        client = Client(headers={"accept-language": "en"})
        client.force_login(old)
        answer = client.post(f"{url}signup/", follow=True).content.decode()
        assert "When the seats are given, we write to you" in answer and "Signed up, number 1" in answer
        assert "You are number 3 in order" in self.read(young, url)
        assert "they would not reach you" in self.read(young, url)
        self.at = RUN
        assert "being given out" in self.read(young, url)
        allotting.run_all_due(at=RUN)
        assert "How the order came about" in self.read(young, url) and "Waitlist, number 1" in self.read(young, url)
        run = self.read(old, f"{url}allotment/")
        assert "3 people had signed up for 2 free seats" in run and "It comes out the same." in run
        assert "1 · you" in run and old.full_name not in run.partition("<main")[2]
        assert client.get(f"{url}allotment/?inputs=1").json()["seed"] == table.public_id

    def test_there_is_no_such_page_before_the_run(self) -> None:
        client = Client()
        client.force_login(member())
        assert client.get(f"/events/{event().public_id}/allotment/").status_code == 404

    def test_the_line_costs_the_same_for_3_and_300(self, django_assert_max_num_queries) -> None:
        table, who = event(), joined(3)
        signup = make.seat(table, who)
        make.queue_up(table, 300)
        with django_assert_max_num_queries(5):
            assert selectors.place_in_line(table, who, NOON, signup) is not None

    def test_the_organizer_chooses_and_visits_are_allotted_by_default(self, settings) -> None:
        settings.STAFF_SECOND_FACTOR = False
        desk = Client(headers={"accept-language": "en"})
        desk.force_login(make.organizer())
        city = str(make.event().city_id)
        typed = {"kind": "visit", "topic": "看工厂", "starts_at": "2026-12-02T14:00", "ends_at": "2026-12-02T17:00",
                 "seats_each": "15", "city": city, "reserve_for_others": "2"}  # fmt: skip
        desk.post("/desk/events/new/", typed)
        visit = Event.objects.get(topic="看工厂")
        assert visit.allots_at == datetime(2026, 11, 30, 20, tzinfo=ZONE) and visit.reserve_for_others == 2
        desk.post("/desk/events/new/", typed | {"topic": "先到先得", "mode": "first_come"})
        assert Event.objects.get(topic="先到先得").allots_at is None
        answer = desk.post("/desk/events/new/", typed | {"topic": "x", "allots_at": "2026-12-02T13:00"})
        assert "at least 24 hours before the start" in answer.content.decode()
