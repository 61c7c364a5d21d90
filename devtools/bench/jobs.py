"""The jobs of a bench: the same work given to the product and to the floor in turns, so that noise falls on both."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from devtools.bench.servers import Bench, Site
from devtools.bench.visitor import Answer, Visitor
from devtools.processes import tail

SEATS = 12
AT_ONCE = 4  # connections while pages are measured
TAPPING = 8  # phones at the door
BOOKED = {
    "product": "SELECT count(*) FROM events_signup WHERE event_id = {} AND seat_id IS NOT NULL",
    "floor": "SELECT count(*) FROM floor_signup WHERE event_id = {}",
}
HERE = {
    "product": "SELECT count(*) FROM events_signup WHERE event_id = {} AND status = 'attended'",
    "floor": "SELECT count(*) FROM floor_signup WHERE event_id = {} AND here_at IS NOT NULL",
}

Results = dict[str, dict[str, float]]  # name → site → figure
Rounds = dict[str, dict[str, list[float]]]


@dataclass(frozen=True)
class Plan:
    """How much of everything. What is measured does not change with it, only how sure one can be."""

    people: int = 300
    rushes: int = 3  # of each of the two kinds
    blocks: int = 6
    requests: int = 30  # a block
    tapped: int = 600
    reminders: int = 1000
    members: int = 300
    starts: int = 3

    @classmethod
    def quick(cls) -> "Plan":
        return cls(people=100, rushes=1, blocks=2, requests=20, tapped=120, reminders=200, members=50, starts=1)


@dataclass
class Spent:
    """CPU seconds of the web server and of PostgreSQL with Valkey, and seconds on the clock."""

    web: float = 0.0
    servers: float = 0.0
    wall: float = 0.0

    @property
    def cpu(self) -> float:
        return self.web + self.servers

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.web + other.web, self.servers + other.servers, self.wall + other.wall)


async def spend(bench: Bench, site: Site, work: Awaitable[Any]) -> tuple[Spent, Any]:
    web, servers = bench.cpu(site)
    started = perf_counter()
    done = await work
    wall = perf_counter() - started
    web_after, servers_after = bench.cpu(site)
    return Spent(web_after - web, servers_after - servers, wall), done


class Wrong(Exception):
    """An answer that makes the measurement worthless."""


def insist(site: Site, answer: Answer, *wanted: int) -> Answer:
    if answer.status not in wanted:
        raise Wrong(f"the {site.name} answered {answer.status}, not {wanted[0]}:\n{tail(site.log, 30)}")
    return answer


async def share(visitors: list[Visitor], tasks: list[Callable[[Visitor], Awaitable[Any]]]) -> list[Any]:
    """Give the tasks to the visitors, each taking the next when it has an answer."""
    todo, done = iter(tasks), []

    async def go(visitor: Visitor) -> None:
        for task in todo:
            done.append(await task(visitor))

    await asyncio.gather(*(go(visitor) for visitor in visitors))
    return done


async def close_all(visitors: list[Visitor]) -> None:
    for visitor in visitors:
        await visitor.close()


async def warm_up(site: Site) -> None:
    """Every thread of every worker opens its connection, every template is compiled before anything is measured."""
    people = [Visitor(site.port, key) for key in site.facts["people"][:48]]
    for _ in range(2):
        await asyncio.gather(*(person.get(site.facts["page"]) for person in people))
    await close_all(people)
    organizers = [Visitor(site.port, site.facts["organizer"]) for _ in range(8)]
    paths = [path for session, path in pages_of(site).values() if session == site.facts["organizer"]]
    for path in paths:
        await asyncio.gather(*(organizer.get(path) for organizer in organizers))
    await close_all(organizers)


# Pages.


async def page_block(bench: Bench, site: Site, key: str, path: str, count: int) -> tuple[Spent, int]:
    """`count` readings of a page; its bytes besides."""
    visitors = [Visitor(site.port, key) for _ in range(AT_ONCE)]

    async def read(visitor: Visitor) -> int:
        return len(insist(site, await visitor.get(path), 200).body)

    spent, sizes = await spend(bench, site, share(visitors, [read] * count))
    await close_all(visitors)
    return spent, int(statistics.median(sizes))


def pages_of(site: Site) -> dict[str, tuple[str, str]]:
    """name → (session, path)"""
    organizer = site.facts["organizer"]
    rosters = {f"roster_{size}": (organizer, path) for size, path in site.facts["rosters"].items()}
    return {
        "event_page": (site.facts["people"][-1], site.facts["page"]),
        "event_list": (organizer, site.facts["list"]),
        **rosters,
        **{name: (organizer, path) for name, path in site.facts.get("office", {}).items()},
    }


async def pages(bench: Bench, plan: Plan, results: Results) -> None:
    spent: dict[tuple[str, str], Spent] = {}
    for _ in range(plan.blocks):
        for name in pages_of(bench.product):
            for site in [site for site in bench.sites if name in pages_of(site)]:
                cost, size = await page_block(bench, site, *pages_of(site)[name], plan.requests)
                spent[name, site.name] = spent.get((name, site.name), Spent()) + cost
                put(results, f"{name}_bytes", site, size)
    for (name, site_name), cost in spent.items():
        count = plan.blocks * plan.requests
        results.setdefault(f"{name}_cpu", {})[site_name] = cost.cpu * 1000 / count
        results.setdefault(f"{name}_web", {})[site_name] = cost.web * 1000 / count
    for site in bench.sites:
        most, least = (results[f"roster_{size}_cpu"][site.name] for size in (5000, 12))
        put(results, "roster_growth", site, most / least)


# The rush.


async def open_page(site: Site, people: list[Visitor], page: str) -> None:
    """Everybody has the page before their eyes, with the button on it."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def read(person: Visitor) -> None:
        async with limit:
            insist(site, await person.get(page), 200)
            await person.close()

    await asyncio.gather(*(read(person) for person in people))


async def press(site: Site, person: Visitor, page: str, started: float) -> float:
    """Press the button and read the answer, as its page would; seconds since the rush began.

    The product answers a place in line at once and otherwise says where to look; the floor always says where.
    """
    answer = await person.post(f"{page}signup/", referer=page, htmx=site.name == "product")
    if insist(site, answer, 200, 302).status == 302 or answer.leads_on:
        insist(site, await person.get(page), 200)
    return perf_counter() - started


async def one_rush(bench: Bench, site: Site, event: dict[str, Any], *, together: bool) -> dict[str, float]:
    """Everybody presses. `together`: all connections are open and wait for one word."""
    people = [Visitor(site.port, key) for key in site.facts["people"]]
    await open_page(site, people, event["page"])
    if together:
        await asyncio.gather(*(person.open() for person in people))

    async def all_press() -> list[float]:
        started = perf_counter()
        return await asyncio.gather(*(press(site, person, event["page"], started) for person in people))

    spent, times = await spend(bench, site, all_press())
    await close_all(people)
    return {
        "cpu": spent.cpu * 1000 / len(people),
        "web": spent.web * 1000 / len(people),
        "last": max(times),
        "p95": statistics.quantiles(times, n=20)[-1],
        "booked": site.ask(BOOKED[site.name].format(event["id"])),
        "requests": max(person.requests for person in people),
    }


async def rush(bench: Bench, plan: Plan, results: Results) -> Rounds:
    """Both kinds of rush, each several times on a fresh event; the middle round counts. Returns all of them."""
    rounds: Rounds = {}
    for number in range(plan.rushes * 2):
        together = number >= plan.rushes
        kind = "together" if together else "rush"
        for site in bench.sites:
            one = await one_rush(bench, site, site.facts["rush"][number], together=together)
            for name, value in one.items():
                rounds.setdefault(f"{kind}_{name}", {}).setdefault(site.name, []).append(value)
    for name, found in rounds.items():
        for site in bench.sites:
            put(results, name, site, statistics.median(found[site.name]))
    for name in ("rush_booked", "together_booked"):
        # The worst round, not the middle one: one seat too many in one of them is one too many.
        for site in bench.sites:
            put(results, name, site, max(rounds[name][site.name], key=lambda booked: abs(booked - SEATS)))
    return rounds


# Check-in.


async def tap(site: Site, visitor: Visitor, signup: str) -> None:
    checkin = site.facts["checkin"]
    insist(site, await visitor.post(checkin["path"], referer=checkin["roster"], htmx=True, signup=signup), 200)


async def checkin(bench: Bench, plan: Plan, results: Results) -> None:
    spent = {site.name: Spent() for site in bench.sites}
    left = {site.name: list(site.facts["checkin"]["signups"]) for site in bench.sites}
    share_of_block = (plan.tapped - 20) // plan.blocks
    for _ in range(plan.blocks):
        for site in bench.sites:
            phones = [Visitor(site.port, site.facts["organizer"]) for _ in range(TAPPING)]
            for phone in phones:
                await phone.get(site.facts["checkin"]["roster"])
            signups = [left[site.name].pop() for _ in range(share_of_block)]
            taps = [lambda phone, signup=signup, site=site: tap(site, phone, signup) for signup in signups]
            cost, _done = await spend(bench, site, share(phones, taps))
            spent[site.name] += cost
            await close_all(phones)
    count = share_of_block * plan.blocks
    for site in bench.sites:
        site.facts["checkin"]["signups"] = left[site.name]
        put(results, "checkin_per_second", site, count / spent[site.name].wall)
        put(results, "checkin_cpu", site, spent[site.name].cpu * 1000 / count)
        here = site.ask(HERE[site.name].format(site.facts["checkin"]["id"]))
        if here != count:
            raise Wrong(f"{site.name}: {count} taps, {here} people here")


# Statements.


async def statements(bench: Bench, results: Results) -> dict[str, dict[str, list[str]]]:
    """How many statements PostgreSQL was given for one request of each kind (the middle of five), and which."""
    seen: dict[str, dict[str, list[str]]] = {}
    for site in bench.sites:
        with bench.statements(site) as log:
            for name, ask in (await asked(site)).items():
                found = []
                for number in range(5):
                    log.since()
                    await ask(number)
                    found.append(log.since())
                middle = sorted(found, key=len)[2]
                seen.setdefault(name, {})[site.name] = middle
                put(results, f"{name}_sql", site, len(middle))
    return seen


async def asked(site: Site) -> dict[str, Callable[[int], Awaitable[Any]]]:
    """One request of each kind; five times over, with other people where a second time would be another job."""
    facts = site.facts
    organizer = Visitor(site.port, facts["organizer"])
    await organizer.get(facts["checkin"]["roster"])
    full, free = facts["rush"][0]["page"], facts["rush"][-1]["page"]
    # Whoever comes first in the crowd may hold a seat at the full one.
    people = [Visitor(site.port, key) for key in [*facts["people"][:5], *facts["people"][-5:]]]
    await open_page(site, people, free)

    def reading(session: str, path: str) -> Callable[[int], Awaitable[Any]]:
        visitor = Visitor(site.port, session)
        return lambda number: visitor.get(path)

    async def sign_up(person: Visitor, page: str) -> None:
        insist(site, await person.post(f"{page}signup/", referer=page, htmx=site.name == "product"), 200, 302)

    found = {name: reading(*page) for name, page in pages_of(site).items()}
    found["signup_yes"] = lambda number: sign_up(people[number], free)
    found["signup_no"] = lambda number: sign_up(people[-1 - number], full)
    found["checkin"] = lambda number: tap(site, organizer, facts["checkin"]["signups"][-1 - number])
    return found


def put(results: Results, key: str, site: Site, value: float) -> None:
    results.setdefault(key, {})[site.name] = value
