"""Where things stand on a map of ties: plain numbers, the same for the same facts. A map is a square of 360."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

SIZE, MIDDLE = 360, 180
RINGS = ((8, 82), (16, 140))  # (places, distance from the middle): those who stand there have their names
DOTS, DOTS_FROM_MIDDLE = 72, 172  # everybody further is a dot at the rim
WHEEL, NODE_LEAST, NODE_MOST, LINE_MOST = 138, 9, 26, 7
NAMED = sum(places for places, _ in RINGS)
WIDE = "\u2e80"  # from here on a character is as wide as it is high
WIDTH_MOST = 10
LABEL_WIDTH, LABEL_LINES = 14, 2  # of a group: eleven of them on the wheel do not touch


@dataclass(frozen=True)
class Place:
    x: float
    y: float
    named: bool = True


def ring(count: int, radius: float, turn: float = 0.0) -> list[tuple[float, float]]:
    """So many places on a circle round the middle, the first at the top."""
    steps = [2 * pi * (place + turn) / count - pi / 2 for place in range(count)]
    return [(round(MIDDLE + radius * cos(step), 1), round(MIDDLE + radius * sin(step), 1)) for step in steps]


def around(count: int) -> list[Place]:
    """Places for so many people round somebody, the nearest first; who does not fit has none."""
    found: list[Place] = []
    for number, (places, radius) in enumerate(RINGS):
        here = min(places, count - len(found))
        if here > 0:
            found += [Place(x, y) for x, y in ring(here, radius, number / 2)]
    rim = min(DOTS, count - len(found))
    return found + [Place(x, y, named=False) for x, y in (ring(rim, DOTS_FROM_MIDDLE) if rim > 0 else [])]


def wheel(sizes: Sequence[int]) -> list[tuple[float, float, float]]:
    """(x, y, radius) of groups on a circle; the area of each grows with its people."""
    most = max(sizes, default=1) or 1
    spots = ring(len(sizes), WHEEL if len(sizes) > 1 else 0) if sizes else []
    radii = [round(NODE_LEAST + (NODE_MOST - NODE_LEAST) * sqrt(size / most), 1) for size in sizes]
    return [(x, y, radius) for (x, y), radius in zip(spots, radii, strict=True)]


def thickness(count: int, most: int) -> float:
    """Of the line between two groups: one at least, so that nothing that is there is invisible."""
    return round(1 + (LINE_MOST - 1) * count / most, 1) if most else 0.0


def _width(text: str) -> int:
    return sum(2 if letter >= WIDE else 1 for letter in text)


def short(name: str, most: int = WIDTH_MOST) -> str:
    """A name as it fits beside a dot: ten narrow characters or five wide ones."""
    width = 0
    for place, letter in enumerate(name):
        width += 2 if letter >= WIDE else 1
        if width > most:
            return f"{name[:place]}…"
    return name


def wrapped(name: str) -> list[str]:
    """A group's name below its circle: one line or two, broken between words, or between signs that need none."""
    name = name.replace(" and ", " & ")
    lines = [""]
    for part in name.split(" ") if " " in name else name:
        longer = f"{lines[-1]} {part}".lstrip() if " " in name else lines[-1] + part
        if lines[-1] and _width(longer) > LABEL_WIDTH:
            lines.append(part)
        else:
            lines[-1] = longer
    rest = (" " if " " in name else "").join(lines[LABEL_LINES - 1 :])
    return (
        [*lines[: LABEL_LINES - 1], short(rest, LABEL_WIDTH)]
        if len(lines) >= LABEL_LINES
        else [short(name, LABEL_WIDTH)]
    )
