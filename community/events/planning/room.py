"""A room being laid: who sits where while the planner works, what a swap would save, and what may not move."""

from collections.abc import Iterable

from community.events.planning.cost import Weights, of_table, weights
from community.events.planning.question import Question, pair


class Layout:
    """Guests by position (0 …) at tables by number (0 …). `groups` move whole or not at all, `fixed` never."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.weights: Weights = weights(question)
        self.new = [int(guest.is_new) for guest in question.guests]
        self.experienced = [int(guest.is_experienced) for guest in question.guests]
        self.place = {guest.key: n for n, guest in enumerate(question.guests)}
        self.tables: list[list[int]] = [[] for _ in question.chairs]
        self.table_of: list[int] = [-1] * len(question.guests)
        self.fixed: set[int] = set()
        self.groups: list[list[int]] = []
        self.sizes: list[int] = []
        self.counts: list[tuple[int, int]] = []
        if len(question.guests) > sum(question.chairs):
            raise ValueError("plan.too_many")

    def sit(self, guest: int, table: int) -> None:
        self.tables[table].append(guest)
        self.table_of[guest] = table

    def lock(self) -> None:
        """Seat whoever has a fixed place and every group that stays together; then say how large each table gets.

        Raises ValueError("plan.locks") when what was asked for cannot be.
        """
        pins = dict(self._pins())
        groups = self._groups()
        for group in groups:
            tables = {pins[guest] for guest in group if guest in pins}
            if len(tables) > 1:
                raise ValueError("plan.locks")
            pins |= dict.fromkeys(group, tables.pop()) if tables else {}
        for guest, table in sorted(pins.items()):
            self.sit(guest, table)
        self.fixed = set(pins)
        if any(len(there) > chairs for there, chairs in zip(self.tables, self.question.chairs, strict=True)):
            raise ValueError("plan.locks")
        self.groups = [group for group in groups if group[0] not in pins]
        for group in sorted(self.groups, key=lambda members: (-len(members), members)):
            self._sit_group(group)
        self._balance()

    def _pins(self) -> Iterable[tuple[int, int]]:
        seen: dict[int, int] = {}
        for key, table in (*self.question.hosts, *self.question.here):
            if key not in self.place:
                continue
            if not 0 <= table < len(self.tables) or seen.setdefault(key, table) != table:
                raise ValueError("plan.locks")
            yield self.place[key], table

    def _groups(self) -> list[list[int]]:
        """Wishes to sit together joined where they share somebody; a pair asked apart as well cannot be."""
        joined: list[set[int]] = []
        for wish in self.question.together:
            group = {self.place[key] for key in wish if key in self.place}
            touching = [other for other in joined if other & group]
            joined = [other for other in joined if not other & group] + [group.union(*touching)]
        groups = sorted(sorted(group) for group in joined if len(group) > 1)
        keys = [[self.question.guests[n].key for n in group] for group in groups]
        apart = set(self.question.apart)
        if any(pair(a, b) in apart for group in keys for a in group for b in group if a < b):
            raise ValueError("plan.locks")
        return groups

    def _sit_group(self, group: list[int]) -> None:
        room = [chairs - len(there) for chairs, there in zip(self.question.chairs, self.tables, strict=True)]
        free = [table for table, left in enumerate(room) if left >= len(group)]
        if not free:
            raise ValueError("plan.locks")
        best = min(free, key=lambda table: (len(self.tables[table]), self.price(group, table), table))
        for guest in group:
            self.sit(guest, best)

    def _balance(self) -> None:
        """Equal tables, as far as locks and chairs allow: each further guest goes where fewest sit."""
        self.sizes = [len(there) for there in self.tables]
        chairs = self.question.chairs
        for _ in range(len(self.question.guests) - sum(self.sizes)):
            free = [table for table, size in enumerate(self.sizes) if size < chairs[table]]
            self.sizes[min(free, key=lambda table: (self.sizes[table], table))] += 1

    def price(self, group: list[int], table: int) -> float:
        """What these guests would pay for sitting with those already at a table."""
        return sum(self.weights[guest][other] for guest in group for other in self.tables[table])

    def counted(self, guests: Iterable[int]) -> tuple[int, int]:
        """How many of these guests are new, and how many experienced."""
        new = experienced = 0
        for n in guests:
            new += self.new[n]
            experienced += self.experienced[n]
        return new, experienced

    def recount(self, table: int, add: Iterable[int], drop: Iterable[int]) -> None:
        """Keep the counts of a table some come to while others leave it."""
        self.counts[table] = self._after(table, add, drop)

    def mixture(self, table: int, add: Iterable[int] = (), drop: Iterable[int] = ()) -> float:
        """The price of a table's mixture, as it is or after some come and others go."""
        return of_table(*self._after(table, add, drop), len(self.tables[table]))

    def _after(self, table: int, add: Iterable[int], drop: Iterable[int]) -> tuple[int, int]:
        new, experienced = self.counts[table]
        more_new, more = self.counted(add)
        fewer_new, fewer = self.counted(drop)
        return new + more_new - fewer_new, experienced + more - fewer

    def cost(self) -> float:
        self.counts = [self.counted(there) for there in self.tables]
        pairs = sum(self.weights[a][b] for there in self.tables for a in there for b in there if a < b)
        return pairs + sum(self.mixture(table) for table in range(len(self.tables)))

    def keys(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(sorted(self.question.guests[n].key for n in there)) for there in self.tables)
