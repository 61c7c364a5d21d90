"""A group that comes unchanged every week: the plan in which everybody meets everybody, from the affine planes.

The people are dealt over the q² points of a plane; a week is one of its q + 1 sheaves of parallels, a table one of its q
lines. Two points lie on exactly one line, so after q + 1 weeks everybody has sat with everybody, most of them once.
"""

from itertools import product

from community.events.planning.room import Layout

ORDERS = (2, 3, 4, 5, 7, 8, 9, 11)  # prime powers: the planes there are up to eleven tables
# x^k of the fields that are no prime: GF(4), GF(8), GF(9), as the digits of x^k in base p, lowest first.
FIELDS = {4: (2, (1, 1)), 8: (2, (1, 1, 0)), 9: (3, (2, 0))}


def sit(layout: Layout) -> bool:
    """Seat everybody by the week of the plane that costs least now, if they are such a group and it fits."""
    question = layout.question
    keys = [guest.key for guest in question.guests]
    q = len(question.chairs)
    if not question.cohort or q not in ORDERS or set(keys) - set(question.cohort) or layout.groups:
        return False
    points = _deal([key for key in question.cohort if key in layout.place], q)
    best: tuple[float, list[list[int]]] | None = None
    for week in range(q + 1):
        tables = [[layout.place[key] for point in line for key in points[point]] for line in parallels(q, week)]
        placed = _numbered(layout, tables)
        if placed is not None:
            price = sum(layout.weights[a][b] for there in placed for a in there for b in there if a < b)
            if best is None or price < best[0] - 1e-9:
                best = price, placed
    if best is None:
        return False
    layout.tables = best[1]
    for table, there in enumerate(best[1]):
        for guest in there:
            layout.table_of[guest] = table
    return True


def _deal(keys: list[int], q: int) -> list[list[int]]:
    points: list[list[int]] = [[] for _ in range(q * q)]
    for n, key in enumerate(keys):
        points[n % (q * q)].append(key)
    return points


def parallels(q: int, week: int) -> list[list[int]]:
    """The q lines of one sheaf, as points 0 … q² - 1: y = week·x + c, and the uprights in week q."""
    if week == q:
        return [[x * q + y for y in range(q)] for x in range(q)]
    lines: list[list[int]] = [[] for _ in range(q)]
    for x, y in product(range(q), repeat=2):
        lines[_minus(y, _times(week, x, q), q)].append(x * q + y)
    return lines


def _numbered(layout: Layout, tables: list[list[int]]) -> list[list[int]] | None:
    """Give each line the number of the table its held people sit at; None when they sit at different ones."""
    numbered: list[list[int] | None] = [None] * len(tables)
    for there in tables:
        held = {layout.table_of[guest] for guest in there if guest in layout.fixed}
        if len(held) > 1 or (held and numbered[min(held)] is not None):
            return None
        if held:
            numbered[held.pop()] = there
    rest = iter([there for there in tables if not any(guest in layout.fixed for guest in there)])
    filled = [there if there is not None else next(rest) for there in numbered]
    fits = all(len(there) <= chairs for there, chairs in zip(filled, layout.question.chairs, strict=True))
    return filled if fits else None


def _digits(n: int, p: int, k: int) -> list[int]:
    return [n // p**i % p for i in range(k)]


def _minus(a: int, b: int, q: int) -> int:
    if q not in FIELDS:
        return (a - b) % q
    p, rule = FIELDS[q]
    pairs = zip(_digits(a, p, len(rule)), _digits(b, p, len(rule)), strict=True)
    return sum((x - y) % p * p**i for i, (x, y) in enumerate(pairs))


def _times(a: int, b: int, q: int) -> int:
    if q not in FIELDS:
        return a * b % q
    p, rule = FIELDS[q]
    k = len(rule)
    out = [0] * (2 * k - 1)
    for (i, x), (j, y) in product(enumerate(_digits(a, p, k)), enumerate(_digits(b, p, k))):
        out[i + j] += x * y
    for top in range(2 * k - 2, k - 1, -1):  # x^k = rule
        for i, digit in enumerate(rule):
            out[top - k + i] += out[top] * digit
    return sum(value % p * p**i for i, value in enumerate(out[:k]))
