"""Once a quarter one question to each member; what they answer stands apart from who they are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from community.figures import rules
from community.figures.models import Asking, Voice
from community.figures.selectors import invariants, voices
from community.figures.services import asking
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.models import City, Suspension
from community.members.services import leaving
from tests import make
from tests.figures.make import AT, DAY, seen_at

pytestmark = pytest.mark.django_db
QUARTER = rules.quarter_of(AT.date())


def test_net_score_and_when_it_is_asked():
    # Ten answers: three of 9 and 10, two of 0 to 6: 30 - 20.
    assert rules.recommending({10: 2, 9: 1, 8: 3, 7: 2, 6: 1, 0: 1}) == 10
    assert rules.recommending({10: 4}) is None
    asked = [day for day in range(92) if rules.asking_quarter(make.NOON.replace(month=10, day=1) + day * DAY)]
    assert (asked[0], asked[-1], len(asked)) == (45, 81, 37)  # from 15 November to 21 December


def test_each_member_once_and_nobody_whose_rights_rest(django_assert_max_num_queries):
    members = [make.member() for _ in range(3)]
    fresh, gone, resting = make.member(since=AT - 10 * DAY), make.member(), make.member()
    leaving.leave(gone.pk, by=gone, at=AT - DAY, reason="", why="")
    Suspension.objects.create(
        person=resting, begins_on=AT.date() - DAY, ends_on=AT.date() + 9 * DAY, reason="x", set_at=AT, set_by=fresh
    )
    with django_assert_max_num_queries(12):
        assert asking.ask_all_due(at=AT) == 3
    assert asking.ask_all_due(at=AT + DAY) == 0 and asking.ask_all_due(at=AT - 30 * DAY) == 0
    assert set(Message.objects.filter(kind="figures/question").values_list("person", flat=True)) == {
        one.pk for one in members
    }


def test_an_answer_is_one_and_nobody_can_tell_whose(client):
    who = make.member()
    asking.ask_all_due(at=AT)
    make.sign_in(client, who)
    with seen_at(AT):
        refused = client.post(reverse("question"), {"words": "理由"})
        assert refused.status_code == 422 and "理由" in refused.content.decode()
        assert client.post(reverse("question"), {"score": "9", "words": "第一桌就认识了合伙人"}).status_code == 302
        client.post(reverse("question"), {"score": "0"})
        assert Voice.objects.count() == 1 and "次" in client.get(reverse("question")).content.decode()
    voice = Voice.objects.get()
    assert (voice.score, voice.person, voice.quarter_on) == (9, None, QUARTER)
    assert not [field.name for field in Voice._meta.get_fields() if field.name.endswith("_at")]
    assert Asking.objects.get().answered
    for score, code in ((11, "quarter.score"), (3, "quarter.answered")):
        other = make.member() if score == 11 else who
        asking.ask_all_due(at=AT)
        with pytest.raises(RuleBroken) as no:
            asking.answer(other, score, "", named=False, at=AT)
        assert no.value.code == code
    with pytest.raises(RuleBroken) as late:
        asking.answer(who, 3, "", named=False, at=rules.answers_until(QUARTER) + timedelta(seconds=1))
    assert late.value.code == "quarter.none"


def test_the_office_reads_numbers_from_five_on_and_names_only_where_given(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    people = [make.member(f"会员{n}") for n in range(6)]
    asking.ask_all_due(at=AT)
    reader = make.sign_in(client, make.person(roles=("organizer",)))
    for n, person in enumerate(people[:5]):
        before = reader.get(reverse("desk_figures_voices")).content.decode()
        assert "第0句" not in before and "会员0" not in before
        asking.answer(person, 10 if n else 3, f"第{n}句", named=n == 4, at=AT)
    page = reader.get(reverse("desk_figures_voices")).content.decode()
    assert all(f"第{n}句" in page for n in range(5)) and "会员4" in page and "会员0" not in page
    [quarter] = voices.quarters()
    assert (quarter.asked, quarter.answers, quarter.net, quarter.response) == (6, 5, 60, 83)  # four of five less one
    assert asking.forget(people[4].pk) == 1
    page = reader.get(reverse("desk_figures_voices")).content.decode()
    assert "会员4" not in page and "第4句" not in page and "第0句" in page


def test_a_city_with_few_answers_is_in_no_number(client, settings):
    """Six answers in one city, two in another: eight less the six of the one would be the two."""
    settings.STAFF_SECOND_FACTOR = False
    large, small, third = City.objects.order_by("pk")[:3]
    reader = make.sign_in(client, make.person(roles=("organizer",)))

    def answered(city, scores):
        for score in scores:
            person = make.member()
            asking = Asking.objects.create(person=person, quarter_on=QUARTER, asked_at=AT, answered=True, city=city)
            Voice.objects.create(quarter_on=QUARTER, score=score, city=asking.city, text=f"{city.name_en}的{score}")

    answered(large, [10, 10, 9, 8, 7, 3])
    answered(small, [0, 1])
    [whole], [alone] = voices.quarters(), voices.quarters(frozenset([large.pk]))
    assert (whole.counts, whole.net, whole.left_out) == (alone.counts, alone.net, 2) and whole.answers == 8
    assert [one.counts for one in voices.quarters(frozenset([small.pk]))] == [{}]
    page = reader.get(reverse("desk_figures_voices"), headers={"accept-language": "en"}).content.decode()
    assert "2 answers are left out" in page and f"{small.name_en}的" not in page and f"{large.name_en}的3" in page
    # With three more of a third city the small ones are five together: in the whole, and in no part of it.
    answered(third, [10, 10, 5])
    [whole], [both] = voices.quarters(), voices.quarters(frozenset([small.pk, third.pk]))
    assert (sum(whole.counts.values()), whole.left_out, both.counts, both.answers) == (11, 0, {}, 5)
    assert voices.sentences(whole).count() == 11 and voices.sentences(both, frozenset([small.pk])).count() == 0


def test_verify_is_silent_and_names_a_second_answer_and_a_way_back():
    people = [make.member() for _ in range(3)]
    asking.ask_all_due(at=AT)
    for person in people[:2]:
        asking.answer(person, 9, "", named=person == people[0], at=AT)
    assert not any(invariants.broken_invariants().values())
    # Two more under a name: one of somebody who has one already, one of somebody who has not answered.
    for person in (people[0], people[2]):
        Voice.objects.create(quarter_on=QUARTER, score=1, person=person)
    audit.record("event.note", Asking.objects.get(person=people[1]), by=people[1], at=AT, person_id=people[1].pk)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE figures_voice ADD COLUMN said_at timestamptz")
    found = invariants.broken_invariants()
    assert [len(rows) for rows in found.values()] == [1, 1, 1, 1, 1]
    assert found["question_named_twice_in_a_quarter"] == [f"{QUARTER}/{people[0].pk}"]
    assert found["question_answer_with_a_time"] == ["said_at"]
