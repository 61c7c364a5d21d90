"""Figures as drawings: where each point of a chart lies, in the units of its picture. The page has them as a table, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from community.figures import rules

WIDTH, HEIGHT, BARS = 340, 200, 150
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 12, 26
MARK = 14.0  # a number at the end of a line, as wide as it is high
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 6", "1 5", "12 4", "6 2 1 2")


@dataclass(frozen=True)
class Line:
    """One curve: what it is called, its points as SVG wants them, how it is dashed, how strong it is drawn, and the curve
    itself."""

    name: str
    points: str
    dash: str
    opacity: float
    end: tuple[float, float]
    curve: rules.Curve
    number: int

    @property
    def missing(self) -> range:
        """The months nobody of it has come to yet."""
        return range(len(self.curve.points), rules.SURVIVAL_MONTHS + 1)


def _x(month: int) -> float:
    return round(LEFT + month * (WIDTH - LEFT - RIGHT) / rules.SURVIVAL_MONTHS, 1)


def _y(percent: int) -> float:
    return round(TOP + (100 - percent) * (HEIGHT - TOP - BOTTOM) / 100, 1)


def _apart(ends: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where the numbers at the ends stand, so that none covers another: as near to its end as there is room, the highest
    first, so that they stand in the order of their lines."""
    placed: dict[int, tuple[float, float]] = {}
    for n in sorted(range(len(ends)), key=lambda n: ends[n][1]):
        x, y = ends[n]
        rows = sorted((y + step * MARK / 8 for step in range(-160, 161)), key=lambda row: (abs(row - y), -row))
        free = (
            row for row in rows
            if TOP <= row <= HEIGHT - BOTTOM
            and all(abs(x - a) >= MARK or abs(row - b) >= MARK for a, b in placed.values())
        )  # fmt: skip
        placed[n] = (x, round(next(free, y), 1))
    return [placed[n] for n in range(len(ends))]


def survival(drawn: Sequence[tuple[str, rules.Curve]]) -> dict[str, Any]:
    """A line over thirteen months for each quarter, by its name, the newest the strongest; a number at the end of each, as
    in the table."""
    marks = _apart([(_x(len(curve.points) - 1), _y(curve.points[-1])) for _, curve in drawn])
    lines = [
        Line(
            name, " ".join(f"{_x(month)},{_y(percent)}" for month, percent in enumerate(curve.points)),
            DASHES[(len(drawn) - 1 - n) % len(DASHES)], round(0.45 + 0.55 * (n + 1) / len(drawn), 2),
            marks[n], curve, n + 1,
        )
        for n, (name, curve) in enumerate(drawn)
    ]  # fmt: skip
    return {
        "lines": lines,
        "width": WIDTH,
        "height": HEIGHT,
        "across": [(_y(percent), percent) for percent in (0, 25, 50, 75, 100)],
        "months": [(_x(month), month) for month in (0, 3, 6, 9, 12)],
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "columns": range(rules.SURVIVAL_MONTHS + 1),
    }


def tenths(drawn: Sequence[tuple[str, Sequence[int]]]) -> list[dict[str, Any]]:
    """For each thing held, ten bars from the tenth that holds most to the one that holds least; the tallest fills the height."""
    return [_tenths(name, shares) for name, shares in drawn if shares]


def _clear(label: float, line: float) -> float:
    """Where a number stands so that the dashed line doesn't run through it: above it."""
    return line - 4 if label - 10 < line < label + 3 else label


def _tenths(name: str, shares: Sequence[int]) -> dict[str, Any]:
    bottom = BARS - BOTTOM
    scale = (bottom - 2 * TOP) / max(*shares, 10)
    even = round(bottom - 10 * scale, 1)
    bars = [
        {
            "number": n + 1, "share": share, "x": LEFT + n * 29, "middle": LEFT + n * 29 + 12,
            "height": round(share * scale, 1), "y": round(bottom - share * scale, 1),
            "label": _clear(round(bottom - share * scale - 4, 1), even),
        }
        for n, share in enumerate(shares)
    ]  # fmt: skip
    return {"name": name, "bars": bars, "width": WIDTH, "height": BARS, "bottom": bottom, "even": even}
