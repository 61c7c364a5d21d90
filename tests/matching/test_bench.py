"""The figures of the bench are what their names say, on an example worked out by hand."""

from itertools import islice
from math import log2

import pytest

from community.matching import rules
from community.matching.models import Document
from devtools.matching import inventing, loading, sets

LEVELS = {"q": {"a": 4, "b": 3, "c": 2, "d": 1}, "nothing to find": {"a": 1}}


def test_figures_of_a_ranking_worked_out_by_hand() -> None:
    figures = sets.judged({"q": ["x", "b", "a"], "nothing to find": ["a"], "not judged": ["a"]}, LEVELS)
    gained = 3 / log2(3) + 7 / log2(4)
    ideal = 7 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert figures.ndcg == pytest.approx(gained / ideal)
    assert figures.mrr == 0.5
    assert figures.recall == 1.0


def test_only_the_first_ten_count() -> None:
    late = [f"x{place}" for place in range(9)]
    at_ten = sets.judged({"q": [*late, "a", "b"]}, LEVELS)
    assert (at_ten.recall, at_ten.mrr) == (0.5, 0.1)
    assert sets.judged({"q": [*late, "x9", "a", "b"]}, LEVELS) == sets.Figures(0.0, 0.0, 0.0)
    assert sets.judged({"q": ["a", "b", "c"]}, LEVELS) == sets.Figures(1.0, 1.0, 1.0)
    assert sets.judged({}, LEVELS) == sets.Figures(0.0, 0.0, 0.0)


def test_invented_texts_are_the_same_each_time_and_as_varied_as_a_club() -> None:
    rows = list(inventing.invented(1000))
    assert rows == list(inventing.invented(1000)) != list(inventing.invented(1000, seed=3))
    assert len({row["title"] for row in rows}) > 900 and len({row["key"] for row in rows}) == 1000
    shares = [
        len(set(rules.words(need["title"])) & set(rules.words(row["title"] + row["text"])))
        for need in islice(inventing.needs(20), 20)
        for row in rows
    ]
    assert 0.5 < sum(shares) / len(shares) < 4  # words a document shares with a need; real ones share one or two


def test_the_bench_fills_every_column_that_must_hold_something() -> None:
    assert {field.column for field in Document._meta.concrete_fields if not field.null} <= set(loading.COLUMNS)
