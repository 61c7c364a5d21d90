"""Greedy start, annealed swaps: balanced tables of people who haven't met. Measured: an exact solver is no better."""

from math import exp
from random import Random

from community.events.planning import cohort
from community.events.planning.question import Plan, Question
from community.events.planning.room import Layout
from community.events.planning.score import host_of

TRIES_EACH, TRIES_MOST = 3000, 450_000  # swaps looked at for each guest, and in all: two seconds at 174 guests
HOT, COLD = 0.25, 0.12
GROUP_EVERY = 20  # one try in so many moves a group that stays together


def propose(question: Question) -> Plan:
    """The plan for a question; the same question gives the same plan, on any machine (only `random()` is used).

    Raises ValueError with a refusal code: "plan.too_many" (more guests than chairs), "plan.locks" (what was asked
    for cannot be: a group larger than a table, together and apart, more people held at a table than it has chairs).
    """
    question = question.in_order()
    layout = Layout(question)
    layout.lock()
    rng = Random(question.seed)  # a plan is no secret, and must be the same again
    if not cohort.sit(layout):
        _start(layout, rng)
        _anneal(layout, rng)
    tables = layout.keys()
    return Plan(tables, tuple(host_of(question, there) for there in tables), question.digest())


def check(question: Question) -> None:
    """Raises what `propose` would raise, without planning anything."""
    Layout(question.in_order()).lock()


def _start(layout: Layout, rng: Random) -> None:
    """Everybody without a place, in a drawn order, to where it costs least now."""
    waiting = [n for n, table in enumerate(layout.table_of) if table < 0]
    for guest in sorted(waiting, key=lambda n: (layout.new[n], rng.random())):
        free = [table for table, size in enumerate(layout.sizes) if len(layout.tables[table]) < size]
        layout.sit(guest, min(free, key=lambda table: (layout.price([guest], table), len(layout.tables[table]), table)))


def _anneal(layout: Layout, rng: Random) -> None:
    """Swap two guests of different tables while it gets cooler; the best room seen is kept.

    One pass looks at tens of thousands of swaps, so that what most of them do (nothing) stands here in one piece.
    """
    held = layout.fixed.union(*layout.groups)
    free = [n for n in range(len(layout.table_of)) if n not in held]
    tries = min(TRIES_EACH * len(free), TRIES_MOST)
    if len(layout.tables) < 2 or not tries:
        return
    room = _Room(layout)
    draw, many, tables, table_of = rng.random, len(free), layout.tables, layout.table_of
    prices = [row.__getitem__ for row in layout.weights]
    kinds = [2 * new + old for new, old in zip(layout.new, layout.experienced, strict=True)]
    heat, cooling = HOT, (COLD / HOT) ** (1 / tries)
    for step in range(tries):
        heat *= cooling
        if layout.groups and step % GROUP_EVERY == 0:
            room.try_group(free, heat, rng)
            continue
        a, b = free[int(draw() * many)], free[int(draw() * many)]
        at, to = table_of[a], table_of[b]
        if at == to:
            continue
        left, right, of_a, of_b = tables[at], tables[to], prices[a], prices[b]
        change = sum(map(of_a, right)) - sum(map(of_a, left)) + sum(map(of_b, left)) - sum(map(of_b, right))
        change -= 2 * of_a(b)
        if kinds[a] != kinds[b]:
            change += room.mixing([a], [b])
        if change <= 0 or draw() < exp(-change / heat):
            room.swap([a], [b], change)
    room.keep_best()


class _Room:
    """The layout while it is annealed, and the best room seen so far."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.cost = self.best = layout.cost()
        self.kept = [list(there) for there in layout.tables]

    def mixing(self, left: list[int], right: list[int]) -> float:
        """What two tables' mixtures change by when `left` and `right`, each of one table, change places."""
        layout = self.layout
        a, b = layout.table_of[left[0]], layout.table_of[right[0]]
        after = layout.mixture(a, right, left) + layout.mixture(b, left, right)
        return after - layout.mixture(a) - layout.mixture(b)

    def try_group(self, free: list[int], heat: float, rng: Random) -> None:
        """Move a group that stays together, for as many single guests of another table."""
        layout, weights = self.layout, self.layout.weights
        left = layout.groups[int(rng.random() * len(layout.groups))]
        at, to = layout.table_of[left[0]], int(rng.random() * len(layout.tables))
        single = sorted((rng.random(), guest) for guest in free if layout.table_of[guest] == to)
        right = [guest for _, guest in single[: len(left)]]
        if at == to or len(right) < len(left):
            return
        change = layout.price(left, to) - layout.price(left, at) + layout.price(right, at) - layout.price(right, to)
        # Movers leave the table the others come to; pairs among those who move together pay as before.
        change -= 2 * sum(weights[n][m] for n in left for m in right)
        change += sum(weights[n][m] for side in (left, right) for n in side for m in side)
        change += self.mixing(left, right)
        if change <= 0 or rng.random() < exp(-change / heat):
            self.swap(left, right, change)

    def swap(self, left: list[int], right: list[int], change: float) -> None:
        layout = self.layout
        a, b = layout.table_of[left[0]], layout.table_of[right[0]]
        layout.recount(a, right, left)
        layout.recount(b, left, right)
        for movers, at, to in ((left, a, b), (right, b, a)):
            for guest in movers:
                layout.tables[at].remove(guest)
                layout.tables[to].append(guest)
                layout.table_of[guest] = to
        self.cost += change
        if self.cost < self.best - 1e-9:
            self.best, self.kept = self.cost, [list(there) for there in layout.tables]

    def keep_best(self) -> None:
        self.layout.tables = self.kept
        for table, there in enumerate(self.kept):
            for guest in there:
                self.layout.table_of[guest] = table
