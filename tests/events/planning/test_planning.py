"""Who sits with whom, as pure functions: the same question, the same plan; nobody lost, locks kept, tables balanced."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.events.planning import Guest, Question, annealing, new_to, propose, score
from community.events.planning.cohort import ORDERS, parallels
from community.events.planning.question import pair


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules hold however long it looks; the figures are measured by the bench."""
    monkeypatch.setattr(annealing, "TRIES_MOST", 3000)


def guests(count: int, **facts: object) -> tuple[Guest, ...]:
    return tuple(Guest(key, tables_before=5, **facts) for key in range(count))  # type: ignore[arg-type]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    people = tuple(
        Guest(key * 3, draw(st.integers(0, 5)), draw(st.sampled_from([(), (1,), (2,), (1, 3)])),
              draw(st.sampled_from([None, 1, 2])), draw(st.sampled_from([None, 0, 4])))
        for key in range(draw(st.integers(0, 22)))
    )  # fmt: skip
    keys = [guest.key for guest in people]
    chairs = [12] * max(1, -(-len(people) // 10))
    pairs = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda both: both[0] != both[1])
    some = st.lists(pairs, max_size=6) if len(keys) > 1 else st.just([])
    together = draw(st.lists(st.lists(st.sampled_from(keys), min_size=2, max_size=3, unique=True), max_size=2)
                    if len(keys) > 3 else st.just([]))  # fmt: skip
    held = {key for group in together for key in group}
    loose = [key for key in keys if key not in held]
    here = draw(st.dictionaries(st.sampled_from(loose), st.integers(0, len(chairs) - 1), max_size=4)
                if loose else st.just({}))  # fmt: skip
    return Question(
        people, tuple(chairs), met=tuple((*pair(a, b), 1) for a, b in draw(some)), fits=tuple(draw(some)),
        together=tuple(map(tuple, together)), here=tuple(here.items()), seed=draw(st.integers(0, 9)),
        mix_industries=draw(st.booleans()),
    )  # fmt: skip


@given(questions(), st.randoms(use_true_random=False))
def test_one_question_has_one_plan_and_nobody_is_lost(question, rng):
    shuffled = list(question.guests)
    rng.shuffle(shuffled)
    again = replace(question, guests=tuple(shuffled), met=tuple(reversed(question.met)))
    plan = propose(question)
    assert propose(again) == plan
    assert again.digest() == question.digest()
    assert sorted(key for there in plan.tables for key in there) == sorted(guest.key for guest in question.guests)
    assert all(len(there) <= 12 for there in plan.tables)


@given(questions())
def test_locks_are_kept_and_tables_are_balanced(question):
    plan = propose(question)
    table_of = {key: table for table, there in enumerate(plan.tables) for key in there}
    assert all(table_of[key] == table for key, table in question.here)
    assert all(len({table_of[key] for key in group}) == 1 for group in question.together)
    if not question.here and not question.together:
        sizes = [len(there) for there in plan.tables]
        assert max(sizes) - min(sizes) <= 1


def test_another_seed_or_another_fact_is_another_question():
    question = Question(guests(24), (12, 12))
    facts = [replace(question, seed=1), replace(question, met=((0, 1, 1),)), replace(question, apart=((0, 1),))]
    assert len({question.digest(), *(other.digest() for other in facts)}) == 4


def test_who_met_sits_apart_as_far_as_it_goes():
    """Three tables of three that met, nine people, three tables: everybody can have new neighbours only."""
    tables = [(0, 1, 2), (3, 4, 5), (6, 7, 8)]
    met = tuple((a, b, 1) for there in tables for a, b in combinations(there, 2))
    question = Question(guests(9), (12, 12, 12), met=met)
    plan = propose(question)
    assert score(question, plan.tables).new_pairs == 9
    assert all(new_to(question, plan.tables, key) == (2, 2) for key in range(9))


def test_colleagues_conflicts_and_when_asked_industries_are_apart():
    people = tuple(Guest(n, 5, (n // 2,), industry=n % 4) for n in range(16))
    question = Question(people, (12, 12), apart=((0, 5),), mix_industries=False)
    room = score(question, propose(question).tables)
    assert not any(table.same_company or table.apart for table in room.tables)
    mixed = Question(tuple(replace(guest, companies=()) for guest in people[:8]), (12, 12), mix_industries=True)
    assert not any(table.same_industry for table in score(mixed, propose(mixed).tables).tables)


def test_needs_meet_offers_once():
    """A pair that fits is brought together; one that has sat together already is no reason any more."""
    question = Question(guests(8), (12, 12), fits=((0, 7),))
    table_of = {key: n for n, there in enumerate(propose(question).tables) for key in there}
    assert table_of[0] == table_of[7]
    done = replace(question, met=((0, 7, 1),))
    table_of = {key: n for n, there in enumerate(propose(done).tables) for key in there}
    assert table_of[0] != table_of[7]


def test_newcomers_sit_with_somebody_who_knows_the_table():
    people = tuple(Guest(n, 0 if n < 10 else 4) for n in range(14))
    question = Question(people, (12, 12, 12))
    plan = propose(question)
    room = score(question, plan.tables)
    assert not any(table.all_new for table in room.tables)
    assert all(table.experienced for table in room.tables)
    assert all(host is not None and host >= 10 for host in plan.hosts)


def test_named_hosts_stay_at_their_tables():
    question = Question(guests(20), (12, 12), hosts=((3, 1), (4, 0)))
    plan = propose(question)
    assert plan.hosts == (4, 3)
    assert 4 in plan.tables[0] and 3 in plan.tables[1]


def impossible() -> Iterator[tuple[str, Question]]:
    yield "plan.too_many", Question(guests(5), (4,))
    yield "plan.locks", Question(guests(5), (3, 3), together=((0, 1, 2, 3),))
    yield "plan.locks", Question(guests(5), (3, 3), here=((0, 0), (1, 0), (2, 0), (3, 0)))
    yield "plan.locks", Question(guests(5), (3, 3), together=((0, 1),), apart=((1, 0),))
    yield "plan.locks", Question(guests(5), (3, 3), together=((0, 1),), here=((0, 0), (1, 1)))
    yield "plan.locks", Question(guests(5), (3, 3), here=((0, 7),))


@pytest.mark.parametrize("code, question", list(impossible()))
def test_what_cannot_be_is_said_and_not_bent(code, question):
    with pytest.raises(ValueError, match=code):
        propose(question)


@pytest.mark.parametrize("q", ORDERS)
def test_two_points_of_a_plane_lie_on_one_line(q):
    seen = set()
    for week in range(q + 1):
        lines = parallels(q, week)
        assert sorted(point for line in lines for point in line) == list(range(q * q))
        seen |= {tuple(sorted(both)) for line in lines for both in combinations(line, 2)}
    assert len(seen) == q * q * (q * q - 1) // 2


@pytest.mark.parametrize("people, tables, weeks", [(36, 3, 4), (24, 2, 3), (48, 4, 5), (120, 11, 12), (81, 9, 10)])
def test_a_group_that_stays_the_same_meets_completely(people, tables, weeks):
    met: dict[tuple[int, int], int] = {}
    for _ in range(weeks):
        facts = tuple((a, b, times) for (a, b), times in met.items())
        plan = propose(Question(guests(people), (12,) * tables, met=facts, cohort=tuple(range(people))))
        assert max(map(len, plan.tables)) <= 12
        for both in (both for there in plan.tables for both in combinations(there, 2)):
            met[both] = met.get(both, 0) + 1
    assert len(met) == people * (people - 1) // 2
