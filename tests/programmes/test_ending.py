"""How a programme ends: by the calendar, with a decision and a sentence for each."""

from datetime import timedelta

import pytest

from community.kernel import audit
from community.kernel.days import end_of, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.models import Application
from community.members.selectors.stages import in_stages, stage_of
from community.members.services import staging
from community.programmes.models import Place
from community.programmes.services import ending, planning
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


def keys(stages: list[str]) -> set[int]:
    return set(in_stages(stages).values_list("person_id", flat=True))


class TestEnding:
    def test_begins_and_ends_by_the_calendar_once_and_hosts_are_told(self):
        made = make.programme()
        make.placed(made)
        assert ending.sweep(at=start_of(MONDAY) - timedelta(seconds=1)) == 0
        assert (ending.sweep(at=start_of(MONDAY)), ending.sweep(at=FIRST)) == (1, 0)
        assert (ending.sweep(at=OVER), ending.sweep(at=OVER)) == (1, 0)
        made.refresh_from_db()
        assert made.status == "ended" and letters("to_decide")[0].context["count"] == 1
        assert [entry.new for entry in audit.trail(made)] == ["draft", "open", "running", "ended"]

    def test_a_sweep_that_slept_through_all_of_it_writes_both_down(self):
        made = make.programme()
        ending.sweep(at=OVER + 3 * DAY)
        assert [entry.new for entry in audit.trail(made)] == ["draft", "open", "running", "ended"]
        assert letters("to_decide") == []  # nobody took part

    def test_moving_up_raises_the_stage_and_leads_to_the_rung_above(self):
        made, places = make.ended(stages=["growing"], leads_to="established")
        above = make.programme(
            at=OVER, follows=made, name_zh="进阶", starts_on=MONDAY + 70 * DAY, last_on=MONDAY + 90 * DAY
        )
        who, host = places[0].person, made.hosts.get().person
        for _ in range(2):
            place = ending.decide(places[0].public_id, "move_up", "十家客户，做到了。", by=host, at=OVER)
        assert (place.status, place.sentence, stage_of(who)) == ("moved_up", "十家客户，做到了。", "established")
        (letter,) = letters("decided")
        facts = letter.context
        assert (facts["stage"], facts["path"]) == ("established", above.get_absolute_url())
        assert audit.about(who.pk, "person.stage").get().data == {"stage": ["growing", "established"]}

    def test_repeating_leads_to_the_next_run_and_lowers_nothing(self):
        made, places = make.ended(leads_to="preparing")
        again = planning.copy(made.pk, by=make.organizer(), at=OVER)
        planning.open_up(again.pk, by=make.organizer(), at=OVER)
        place = ending.decide(places[0].public_id, "repeat", "再来一轮。", by=made.hosts.get().person, at=OVER)
        assert (place.status, stage_of(place.person)) == ("repeats", "growing")
        assert letters("decided")[0].context["path"] == again.get_absolute_url()
        ending.decide(places[1].public_id, "move_up", "可以了。", by=made.hosts.get().person, at=OVER)
        assert stage_of(places[1].person) == "growing"

    def test_only_once_it_has_ended_only_by_those_who_lead_and_with_a_sentence(self):
        made, places = make.running()
        host = made.hosts.get().person
        with refused("programme.not_ended"):
            ending.decide(places[0].public_id, "move_up", "好。", by=host, at=OVER - timedelta(seconds=1))
        for by, sentence, code in [
            (places[1].person, "好。", "place.own"),
            (places[0].person, "好。", "place.own"),
            (host, "  ", "place.sentence"),
        ]:
            with refused(code):
                ending.decide(places[0].public_id, "move_up", sentence, by=by, at=OVER)
        with refused("place.stale"):
            ending.decide(places[0].public_id, "crown", "好。", by=host, at=OVER)
        # Nobody has swept yet: the decision writes the end down as well.
        ending.decide(places[0].public_id, "let_go", "祝顺利。", by=host, at=OVER)
        made.refresh_from_db()
        assert made.status == "ended"
        with refused("place.stale"):
            ending.decide(places[0].public_id, "move_up", "改主意。", by=host, at=OVER)

    def test_the_office_decides_too_but_not_about_itself(self):
        made, places = make.ended()
        ending.decide(places[0].public_id, "move_up", "好。", by=make.organizer(), at=OVER)
        both = member(roles=("organizer",))
        Place.objects.filter(pk=places[1].pk).update(person=both)
        with refused("place.own"):
            ending.decide(places[1].public_id, "move_up", "我最好。", by=both, at=OVER)


class TestStages:
    def test_raised_and_never_lowered_and_the_card_is_told(self):
        who = make.founder(stage="first_year")
        assert staging.raise_stage(who.pk, "growing", by=None, at=NOON, reason="")
        assert not staging.raise_stage(who.pk, "preparing", by=None, at=NOON, reason="")
        assert stage_of(who) == "growing"
        assert not staging.raise_stage(person().pk, "growing", by=None, at=NOON, reason="")
        with pytest.raises(ValueError, match="no stage"):
            staging.raise_stage(who.pk, "famous", by=None, at=NOON, reason="")

    def test_the_latest_word_counts(self):
        who, other = make.founder(stage="growing"), make.founder(stage="preparing")
        assert keys(["growing", "established"]) == {who.pk}
        Application.objects.filter(person=other).update(stage="growing")
        assert keys(["growing"]) == {who.pk, other.pk}
