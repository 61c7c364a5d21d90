"""R35: ties are facts. Both checked in at one table, a confirmed one-to-one, a joint project; a visit is meeting again."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.events.models import Signup
from community.kernel.days import day_of, start_of
from community.members.models import Person
from community.ties import rules, selectors
from community.ties.selectors import counting
from community.ties.services import one_to_ones, projects
from tests.make import NOON
from tests.ties.make import members, met, together

DAY = timedelta(days=1)
LONG_AGO, LATER = NOON - 400 * DAY, NOON + 400 * DAY

pytestmark = pytest.mark.django_db


def kinds(one, other):
    tie = selectors.of(one.pk).get(other.pk)
    return tie and (tie.tables, tie.visits, tie.one_to_ones, tie.projects)


def test_a_table_ties_and_a_visit_is_meeting_again():
    a, b, c, d = members("甲", "乙", "丙", "丁")
    together(a, b, at=NOON - 9 * DAY)
    together(a, b, c, at=NOON - 6 * DAY, kind="visit")
    together(c, d, b, at=NOON - 3 * DAY, tables=3)
    assert kinds(a, b) == kinds(b, a) == (1, 1, 0, 0)
    assert selectors.of(a.pk)[b.pk].again and selectors.of(a.pk)[b.pk].last_at == NOON - 6 * DAY
    assert set(selectors.of(a.pk)) == {b.pk} and selectors.of(c.pk) == selectors.of(d.pk) == {}
    assert list(selectors.without(Person.objects.filter(pk__in=[a.pk, c.pk, d.pk])).order_by("pk")) == [c, d]


def test_only_who_was_checked_in_counts():
    a, b = members("甲", "乙")
    event = together(a, b)
    Signup.objects.filter(event=event, person=b).update(
        status="confirmed", attended_at=None, checked_in_at=None, checked_in_by=None
    )
    assert selectors.of(a.pk) == {} and not selectors.are_tied(a.pk, b.pk)


def test_a_one_to_one_counts_from_the_confirmation_on_and_by_its_own_day():
    a, b = members("甲", "乙")
    logged = one_to_ones.log(a, b.pk, met_on=day_of(NOON) - 2 * DAY, at=NOON)
    assert selectors.of(a.pk) == {}
    one_to_ones.answer(logged, yes=True, by=b, at=NOON)
    assert kinds(a, b) == kinds(b, a) == (0, 0, 1, 0)
    assert selectors.last_met(b.pk) == {a.pk: start_of(logged.met_on) + timedelta(hours=12)}


def test_a_project_ties_those_who_confirmed_their_part():
    a, b, c = members("甲", "乙", "丙")
    made = projects.declare(a, title="共享仓", since_on=day_of(NOON), partners=[b.pk, c.pk], at=NOON)
    assert selectors.of(a.pk) == {}
    projects.answer(made, yes=True, by=b, at=NOON + DAY)
    projects.answer(made, yes=False, by=c, at=NOON + DAY)
    assert kinds(a, b) == (0, 0, 0, 1) and kinds(a, c) is None and not selectors.of(a.pk)[b.pk].again
    projects.leave(made, by=b, at=NOON + 2 * DAY)
    assert selectors.of(a.pk) == selectors.of(b.pk) == {}


def test_the_clubs_figures_counted_by_hand():
    a, b, c, d, e = people = members("甲", "乙", "丙", "丁", "戊")
    everybody = Person.objects.filter(pk__in=[who.pk for who in people])
    together(a, b, c, at=NOON - 30 * DAY)  # three pairs
    together(a, b, at=NOON - 20 * DAY, kind="visit")  # a and b again, within 14 days of their table
    met(c, d, on=day_of(NOON))
    ties = counting.by_person()
    found = counting.distribution(everybody, ties)
    assert found.members == ((0, 1), (1, 1), (2, 2), (3, 1)) and (found.without, found.median) == (1, 2.0)
    assert found.with_at_least(2) == 3 and found.with_at_least(3) == 1
    assert set(counting.having(everybody, ties)) == {a, b, c, d} and e.pk not in ties
    assert set(counting.having(everybody, ties, 2)) == {a, b, c} and list(counting.having(everybody, ties, 3)) == [c]
    assert counting.pairs(LONG_AGO, LATER) == (4, 1) and counting.pairs(NOON - 25 * DAY, NOON - DAY) == (0, 0)
    assert counting.second_connections(LONG_AGO, LATER) == (3, 2)
    groups = everybody.order_by().extra(select={"part": "CASE WHEN id = %s THEN 1 ELSE 2 END"}, select_params=[c.pk])
    assert counting.between(groups.values_list("pk", "part"), LONG_AGO, LATER) == {(1, 2): 3, (2, 2): 1}
    assert counting.by_person(since=NOON - 25 * DAY) == {c.pk: 1, d.pk: 1}
    assert set(counting.by_person(until=NOON - 25 * DAY)) == {a.pk, b.pk, c.pk}
    assert counting.distribution(everybody, counting.by_person(NOON - 25 * DAY)).members == ((0, 3), (1, 2))


HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(rules.KINDS), st.sets(st.integers(0, 4), min_size=2, max_size=4), st.booleans()),
    max_size=6,
)


@given(HAPPENINGS)
@settings(max_examples=25)
def test_ties_are_the_facts_and_the_same_from_both_sides(happenings):
    """Whatever happened, in any order: both see the same, and there is a tie where a first meeting is on record."""
    people = members(*"甲乙丙丁戊")
    expected: dict[tuple[int, int], list[str]] = {}
    for n, (kind, places, confirmed) in enumerate(happenings):
        some = [people[place] for place in sorted(places)]
        if kind in (rules.TABLE, rules.VISIT):
            together(*some, at=NOON - (n + 1) * DAY, kind="visit" if kind == rules.VISIT else "roundtable")
            both = [(one.pk, other.pk) for one in some for other in some if one != other]
        elif kind == rules.ONE_TO_ONE:
            some = some[:2]
            at = NOON + n * 20 * DAY  # a no looks like an open question for fourteen days
            made = one_to_ones.log(some[0], some[1].pk, met_on=day_of(at) - DAY, at=at)
            one_to_ones.answer(made, yes=confirmed, by=some[1], at=at)
            both = [(some[0].pk, some[1].pk), (some[1].pk, some[0].pk)] if confirmed else []
        else:
            others = [who.pk for who in some[1:]]
            made = projects.declare(some[0], title=f"项目{n}", since_on=day_of(NOON), partners=others, at=NOON)
            parts = some if confirmed else some[:1]
            for who in parts:
                projects.answer(made, yes=True, by=who, at=NOON)
            both = [(one.pk, other.pk) for one in parts for other in parts if one != other]
        for pair in both:
            expected.setdefault(pair, []).append(kind)
    for one in people:
        found = selectors.of(one.pk)
        assert set(found) == {b for (a, b), some in expected.items() if a == one.pk and rules.is_tie(some)}
        for other, tie in found.items():
            some = expected[one.pk, other]
            assert tie.again == rules.met_again(some)
            mirror = selectors.of(other)[one.pk]
            assert (mirror.times, mirror.projects, mirror.first_at, mirror.last_at) == (
                tie.times, tie.projects, tie.first_at, tie.last_at,
            )  # fmt: skip
