"""Of few answers nothing is told, not even by subtraction: what is held back changes no number that is published.

If it changed one, that number less others would say something of it. So each test turns round what was held back, and
looks whether anything that stands on a page is another.
"""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from community.events.rules import after
from community.figures import rules

EVENTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8
)  # (said yes, said something else)
PERIODS = st.lists(
    st.sets(st.integers(0, 7), min_size=1), min_size=1, max_size=6
)  # any events together, as any days and cities make them
CITIES = st.lists(st.dictionaries(st.sampled_from(rules.SCORES), st.integers(1, 4), max_size=5), max_size=7)


def published(events, periods):
    """Each event's own score, and the total of each period."""
    rows = [after.Satisfaction(there=20, answers=yes + no, yes=yes) for yes, no in events]
    totals = [after.total(rows[n] for n in period if n < len(rows)) for period in periods]
    return [row if row.told else None for row in rows] + totals


@given(EVENTS, PERIODS)
def test_no_total_of_any_periods_tells_of_an_event_with_few_answers(events, periods):
    turned = [(no, yes) if yes + no < after.LEAST_ANSWERS else (yes, no) for yes, no in events]
    assert published(events, periods) == published(turned, periods)
    for total in published(events, periods)[len(events) :]:
        assert not total.answers or total.told


def counts(cities, whole, asked):
    """What is published of the cities in `asked`: answers by score."""
    sizes = {n: sum(city.values()) for n, city in enumerate(cities) if n in asked}
    told = rules.told_parts(sizes, whole=whole)
    return sum((Counter(cities[n]) for n in told), Counter()), told


@given(CITIES, st.sets(st.integers(0, 6)))
def test_no_count_of_any_cities_tells_of_fewer_than_five_answers(cities, some):
    everywhere = set(range(len(cities)))
    whole, in_all = counts(cities, True, everywhere)
    alone = {n for n in everywhere if sum(cities[n].values()) >= rules.LEAST}
    # A colleague of some cities reads none of a small one, alone or together with others.
    assert counts(cities, False, everywhere & some)[1] == alone & some
    # The whole less every city that is told by itself: nothing, or enough answers at once.
    rest = whole - sum((Counter(cities[n]) for n in alone), Counter())
    assert rest.total() == 0 or rest.total() >= rules.LEAST
    assert in_all in (alone, everywhere)
    assert rules.told_parts({}, whole=True) == frozenset()
