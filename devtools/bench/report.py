"""The goals, and the table one reads. A goal is a ratio to the floor where there is one: times do not travel."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from devtools.bench.jobs import SEATS, Results

REFERENCE_PAGE = 6.0  # ms of CPU the floor's event page took where the goals in milliseconds were set


@dataclass(frozen=True)
class Goal:
    """`ratio` to the floor decides where given; else `bound`, widened by how slow this machine is if it `travels`."""

    job: str
    key: str
    unit: str = ""
    ratio: float | None = None
    bound: float | None = None
    least: bool = False
    exact: bool = False
    travels: bool = False
    digits: int = 1


GOALS: dict[str, list[Goal]] = {
    "rush": [
        Goal("seat rush: CPU a person", "rush_cpu", "ms", ratio=2.4, bound=24),
        Goal("  last answer", "rush_last", "s", ratio=2.0, bound=3.7, digits=2),
        Goal("  yes/no, 95 of 100", "rush_p95", "s", ratio=1.8, bound=3.3, digits=2),
        Goal("  requests a booking", "rush_requests", bound=3, digits=0),
        Goal("  booked, worst round", "rush_booked", bound=SEATS, exact=True, digits=0),
        Goal("  all at once: booked, worst", "together_booked", bound=SEATS, exact=True, digits=0),
        Goal("  all at once: CPU a person", "together_cpu", "ms", ratio=2.4),
        Goal("  all at once: last answer", "together_last", "s", ratio=2.0, bound=3.7, digits=2),
        Goal("  signing up: statements, yes", "signup_yes_sql", digits=0),
        Goal("  signing up: statements, no", "signup_no_sql", digits=0),
    ],
    "pages": [
        Goal("event page: CPU", "event_page_cpu", "ms", ratio=2.5, bound=15),
        Goal("  statements", "event_page_sql", bound=8, digits=0),
        Goal("  bytes", "event_page_bytes", digits=0),
        Goal("organizer's list: CPU", "event_list_cpu", "ms", bound=25, travels=True),
        Goal("  statements", "event_list_sql", bound=10, digits=0),
        Goal("  bytes", "event_list_bytes", digits=0),
        Goal("organizer's week: CPU", "office_week_cpu", "ms"),
        Goal("  statements", "office_week_sql", bound=10, digits=0),
        Goal("member list, 10,000: CPU", "member_list_cpu", "ms", bound=45, travels=True),
        Goal("  statements", "member_list_sql", bound=10, digits=0),
        Goal("  search: CPU", "member_search_cpu", "ms", bound=45, travels=True),
        Goal("  search: statements", "member_search_sql", bound=10, digits=0),
        Goal("roster of 12: CPU", "roster_12_cpu", "ms", bound=40, travels=True),
        Goal("roster of 500: CPU", "roster_500_cpu", "ms", bound=40, travels=True),
        Goal("roster of 5,000: CPU", "roster_5000_cpu", "ms", bound=40, travels=True),
        Goal("  5,000 as a multiple of 12", "roster_growth", "×", bound=1.3, digits=2),
        Goal("  statements, 5,000", "roster_5000_sql", bound=10, digits=0),
        Goal("  bytes, 5,000", "roster_5000_bytes", digits=0),
    ],
    "checkin": [
        Goal("check-ins a second", "checkin_per_second", ratio=0.24, bound=165, least=True, digits=0),
        Goal("  CPU", "checkin_cpu", "ms"),
        Goal("  statements", "checkin_sql", bound=8, digits=0),
    ],
    "reminders": [
        Goal("reminders sent a second", "reminders_per_second", ratio=0.35, bound=200, least=True, digits=0),
        Goal("  CPU each, of the worker", "reminders_cpu", "ms"),
        Goal("  statements each, sending", "reminders_send_sql", bound=4),
        Goal("  choose and record 10,000", "reminders_record", "s", bound=1, travels=True, digits=2),
        Goal("  statements each, recording", "reminders_record_sql"),
    ],
    "start": [
        Goal("worker memory", "memory", "MB", bound=115, digits=0),
        Goal("  all, what they share once", "memory_of_all", "MB", digits=0),
        Goal("start to the first 200", "start", "s", bound=2.3, travels=True, digits=2),
        Goal("first migrate", "migrate", "s", bound=10, travels=True),
    ],
    "size": [Goal("installed, without demo servers", "size", "MB", bound=300, digits=0)],
}


@dataclass(frozen=True)
class Line:
    goal: Goal
    product: float
    floor: float | None
    slowness: float

    @property
    def ratio(self) -> float | None:
        return self.product / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """None where there is nothing to meet."""
        goal = self.goal
        if goal.exact:
            return self.product == goal.bound
        value, bound = self.product, goal.bound
        if goal.ratio is not None and self.ratio is not None:
            value, bound = self.ratio, goal.ratio
        elif bound is not None and goal.travels:
            bound *= self.slowness
        if bound is None:
            return None
        return value >= bound if goal.least else value <= bound

    def cells(self) -> list[str]:
        goal = self.goal
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        ratio = f"{self.ratio:.2f} ×" if self.ratio is not None and goal.unit != "×" and not goal.exact else ""
        return [goal.job, self._told(self.product), self._told(self.floor), ratio, self._wanted(), verdict]

    def _told(self, value: float | None) -> str:
        return "" if value is None else f"{value:,.{self.goal.digits}f} {self.goal.unit}".strip()

    def _wanted(self) -> str:
        goal, sign = self.goal, "≥" if self.goal.least else "≤"
        if goal.exact:
            return f"{goal.bound:.0f}"
        absolute = "" if goal.bound is None else f"{sign} {goal.bound:g} {goal.unit}".strip()
        if goal.ratio is not None:
            return f"{sign} {goal.ratio:g} × floor" + (f" ({absolute})" if absolute else "")
        if goal.travels and goal.bound is not None:
            return f"{absolute} (here {goal.bound * self.slowness:.3g})"
        return absolute


def slowness(results: Results) -> float:
    """How much slower this machine is, now, than the one the goals come from; 1 where that was not measured."""
    return results.get("event_page_cpu", {}).get("floor", REFERENCE_PAGE) / REFERENCE_PAGE


def lines(results: Results, wanted: Container[str] = GOALS) -> Iterator[Line]:
    for part, goals in GOALS.items():
        for goal in goals if part in wanted else []:
            if "product" in (found := results.get(goal.key, {})):
                yield Line(goal, found["product"], found.get("floor"), slowness(results))


def table(results: Results, wanted: Container[str] = GOALS) -> str:
    rows = [["", "product", "floor", "ratio", "goal", ""], *(line.cells() for line in lines(results, wanted))]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    told = []
    for row in rows:
        cells = [
            cell.ljust(w) if n in (0, 4, 5) else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        told.append("  ".join(cells).rstrip())
    return "\n".join(told)
