"""What the club's figures are, as pure functions of plain values; what each is of stands beside it on its page."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.kernel.days import day_of, months_later, start_of

LEAST = 5  # a share of fewer than so many is not said, and fewer answers would say who gave them
SILENT_FOR = timedelta(days=60)
EXIT_DAYS = 90
SURVIVAL_MONTHS = 13  # a year of twelve months and its grace: the thirteenth shows who went on
COHORTS = 8  # quarters of joining that a chart can hold apart: of two years, half of them past their thirteenth month

SCORES = range(11)  # how likely, from 0 to 10
PROMOTER, DETRACTOR = 9, 6  # from here on, and up to here
WORDS_MOST = 200
ASKED_AFTER_DAYS = 45  # of the quarter: half of it can be told of
ASKED_BEFORE_DAYS = 10  # and nobody is asked whose answer could hardly come in time


def percent(part: int, whole: int) -> int | None:
    """None where there are too few to say."""
    return round(100 * part / whole) if whole >= LEAST else None


def tenth(people: int) -> int:
    """How many of so many people the top tenth is, as the first of the ten that are drawn: one at least."""
    return max(1, round(people / 10))


def top_share(counts: Iterable[int], people: int) -> int | None:
    """What per cent of all the top tenth of so many people holds; whoever holds none is counted among the people."""
    ranked = sorted(counts, reverse=True)
    return round(100 * sum(ranked[: tenth(people)]) / sum(ranked)) if people >= LEAST and any(ranked) else None


def shares_by_tenth(counts: Iterable[int], people: int) -> list[int]:
    """What per cent each tenth of so many people holds, those who hold most first. None of fewer than ten people."""
    ranked = sorted(counts, reverse=True)
    ranked += [0] * (people - len(ranked))
    if people < 10 or not any(ranked):
        return []
    edges = [round(people * n / 10) for n in range(11)]
    return [round(100 * sum(ranked[a:b]) / sum(ranked)) for a, b in zip(edges, edges[1:], strict=False)]


def fifths(scores: Mapping[int, int]) -> list[list[int]]:
    """Keys in five parts as equal as can be, the lowest scores first; equal scores stay together, or it would be chance
    what a part tells. Nothing where a part would be smaller than `LEAST`."""
    ranked = sorted(scores, key=lambda key: (scores[key], key))
    steps = [n for n in range(1, len(ranked)) if scores[ranked[n - 1]] < scores[ranked[n]]]
    if not steps:
        return []
    cuts = [min(steps, key=lambda n: (abs(n - len(ranked) * fifth / 5), n)) for fifth in range(1, 5)]
    parts = [ranked[a:b] for a, b in zip([0, *cuts], [*cuts, len(ranked)], strict=True)]
    return parts if all(len(part) >= LEAST for part in parts) else []


def told_parts(sizes: Mapping[Hashable, int], *, whole: bool) -> frozenset[Hashable]:
    """Of answers by part (the cities people are at home in): the parts whose answers may be counted. Each with enough of
    its own; in the count of the whole the small ones too, if there are enough in all of them together. So whichever
    counts one takes from one another, never fewer than `LEAST` answers are left."""
    large = frozenset(part for part, answers in sizes.items() if answers >= LEAST)
    small = frozenset(sizes) - large
    return large | small if whole and sum(sizes[part] for part in small) >= LEAST else large


def recommending(counts: Mapping[int, int]) -> int | None:
    """The net score of answers by score: per cent of 9 and 10 less per cent of 0 to 6; None of too few answers."""
    answers = sum(counts.values())
    if answers < LEAST:
        return None
    for_it = sum(n for score, n in counts.items() if score >= PROMOTER)
    against = sum(n for score, n in counts.items() if score <= DETRACTOR)
    return round(100 * (for_it - against) / answers)


def quarter_of(on: date) -> date:
    """The first day of the calendar quarter."""
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def asking_quarter(at: datetime) -> date | None:
    """The quarter whose question is put now; None before its middle and in its last days."""
    on = day_of(at)
    first = quarter_of(on)
    last = months_later(first, 3) - timedelta(days=ASKED_BEFORE_DAYS)
    return first if first + timedelta(days=ASKED_AFTER_DAYS) <= on < last else None


def answers_until(quarter_on: date) -> datetime:
    """The first instant at which a quarter's answer is no longer taken."""
    return start_of(months_later(quarter_on, 3))


@dataclass(frozen=True)
class Curve:
    """People who joined in one quarter: per cent of them who were members so many months later, as far as all of them
    have come."""

    joined_on: date
    people: int
    points: tuple[int, ...]


def curves(months: Iterable[tuple[date, int, int, int, int]]) -> list[Curve]:
    """From (quarter, months later, people, of them so far, of these members); too small a quarter has no curve."""
    found: dict[date, tuple[int, list[int]]] = {}
    for joined_on, _, people, reached, members in sorted(months):
        size, points = found.setdefault(joined_on, (people, []))
        if reached == people and size >= LEAST:
            points.append(round(100 * members / people))
    return [Curve(on, people, tuple(points)) for on, (people, points) in sorted(found.items()) if points]


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
