"""Figures as pure functions: fifths that tell something, numbers that cover none of one another."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from community.figures import charts, rules


def test_five_parts_in_which_equal_years_stay_together():
    even = {key: key // 2 for key in range(30)}
    assert [len(part) for part in rules.fifths(even)] == [6] * 5
    assert rules.fifths(even)[0] == [0, 1, 2, 3, 4, 5]
    # Seven of nothing are one part, though a fifth of thirty are six.
    assert [len(part) for part in rules.fifths({key: max(0, key - 6) for key in range(30)})] == [7, 5, 6, 6, 6]
    assert rules.fifths({key: max(0, key - 20) for key in range(30)}) == []  # two thirds of nothing: nothing to compare
    assert rules.fifths(dict.fromkeys(range(90), 3)) == [] == rules.fifths({key: key for key in range(24)})


@given(st.dictionaries(st.integers(0, 200), st.integers(0, 9), max_size=80))
def test_whoever_is_in_a_higher_part_had_more(scores):
    parts = rules.fifths(scores)
    assert not parts or sorted(key for part in parts for key in part) == sorted(scores)
    for lower, higher in zip(parts, parts[1:], strict=False):
        assert max(scores[key] for key in lower) < min(scores[key] for key in higher)
        assert min(len(lower), len(higher)) >= rules.LEAST


@given(st.lists(st.tuples(st.integers(0, 13), st.integers(0, 100)), min_size=1, max_size=rules.COHORTS))
def test_the_numbers_at_the_ends_of_the_curves_cover_none_of_one_another(ends):
    curves = [("", rules.Curve(None, 9, (100,) * months + (percent,))) for months, percent in ends]
    marks = [line.end for line in charts.survival(curves)["lines"]]
    for (a, b), (x, y) in combinations(marks, 2):
        assert max(abs(a - x), abs(b - y)) > charts.MARK - 0.2  # places are rounded to tenths
    assert all(0 < y <= charts.HEIGHT - charts.BOTTOM for _, y in marks)
