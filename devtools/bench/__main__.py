"""`make bench`, or `python -m devtools.bench [--quick] [--only NAME …]`: how fast the product is, told as ratios to a bare
Django floor that runs beside it. It informs and ends well whatever it finds; figures go to var/bench.json too."""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from devtools.bench import jobs, letters, meter, production, report
from devtools.bench.jobs import Plan, Results, put
from devtools.bench.servers import ROOT, THREADS, WORKERS, Bench

ROSTERS = [12, 500, 5000]
OUT = ROOT / "var" / "bench.json"


BEGAN = time.monotonic()


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGAN:5.0f} s  {text}", file=sys.stderr, flush=True)


def prepare(bench: Bench, plan: Plan, results: Results) -> None:
    product, floor = bench.product, bench.floor
    say("Preparing both sites …")
    started = time.monotonic()
    product.run("manage.py", "migrate", "--verbosity", "0")
    put(results, "migrate", product, time.monotonic() - started)
    product.run("-m", "devtools.prepare")
    # One more event than rushes, for counting statements.
    wanted: dict[str, Any] = {
        "people": plan.people, "rushes": plan.rushes * 2 + 1, "rosters": ROSTERS, "tapped": plan.tapped,
    }  # fmt: skip
    say("Filling the floor …")
    floor.facts = floor.run("-m", "devtools.bench.floor", "fill", json.dumps(wanted))
    say("Filling the club …")
    # Filling a club is for demo databases only, and this one will be thrown away.
    club = json.dumps(wanted | {"members": plan.members})
    product.facts = product.run("-m", "devtools.bench.club", "fill", club, environment={"DEMO": "1"})


def start(bench: Bench, plan: Plan, results: Results) -> None:
    """The quickest of several starts: the first one also reads the disk."""
    for site in bench.sites:
        times = []
        for _ in range(plan.starts):
            site.stop()
            times.append(site.start())
        put(results, "start", site, min(times))


def memory(bench: Bench, results: Results) -> None:
    """After the work: the middle worker of each site, and all of them with their master."""
    for site in bench.sites:
        assert site.process is not None
        put(results, "memory_of_all", site, meter.memory_of_all(site.process.pid))
        found = sorted(meter.memory(pid) for pid in site.workers)
        put(results, "memory", site, found[len(found) // 2])


def installed_size() -> float:
    """Megabytes of everything requirements.txt brings, as it lies in site-packages."""
    files = {path.locate() for found in production.packages().values() for path in found.files or []}
    return sum(os.path.getsize(path) for path in files if os.path.exists(path)) / 1e6


def measure(bench: Bench, plan: Plan, wanted: set[str], results: Results, told: dict[str, Any]) -> None:
    """Run the jobs that were asked for. `told` takes what stands behind the figures: rounds, statements."""
    prepare(bench, plan, results)
    say("Starting both web servers …")
    start(bench, plan, results)
    for site in bench.sites:
        asyncio.run(jobs.warm_up(site))
    if not wanted - {"start", "size"}:
        memory(bench, results)
        return
    work: dict[str, Callable[..., Any]] = {"pages": jobs.pages, "rush": jobs.rush, "checkin": jobs.checkin}
    for name, job in work.items():
        # The event page is always measured: it says how fast this machine is.
        if name in wanted or name == "pages":
            say(f"Measuring: {name} …")
            told[name] = asyncio.run(job(bench, plan, results))
    memory(bench, results)
    if wanted & set(work):
        say("Counting statements …")
        told["statements"] = asyncio.run(jobs.statements(bench, results))
    if "reminders" in wanted:
        say("Measuring: reminders …")
        told["statements of reminders"] = letters.reminders(bench, plan, results)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer people and rounds: an impression in a minute")
    parser.add_argument("--only", action="append", choices=list(report.GOALS), help="this part alone; may be repeated")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything we started is stopped
    plan = Plan.quick() if options.quick else Plan()
    wanted = set(options.only or report.GOALS)
    results: Results = {}
    told: dict[str, Any] = {}
    failure = ""
    if "size" in wanted:
        results["size"] = {"product": installed_size()}
    try:
        if wanted != {"size"}:
            with Bench() as bench:
                measure(bench, plan, wanted, results, told)
    except Exception as error:  # it informs: what was measured until then is still told
        failure = f"{type(error).__name__}: {error}"
    print(heading(plan, results, time.monotonic() - BEGAN))
    print(report.table(results, wanted))
    if failure:
        print(f"\nIncomplete: {failure}")
    OUT.parent.mkdir(exist_ok=True)
    facts = {"plan": vars(plan), "results": results, "behind": told, "failure": failure}
    OUT.write_text(json.dumps(facts, indent=1, ensure_ascii=False))
    print(f"\nAll figures, every round, and the statements behind the counts: {OUT.relative_to(ROOT)}")
    return 0


def heading(plan: Plan, results: Results, seconds: float) -> str:
    load = f"load {os.getloadavg()[0]:.1f}, " if hasattr(os, "getloadavg") else ""
    own = os.times()
    return (
        f"\nThe product beside a bare Django floor: gunicorn with {WORKERS} workers × {THREADS} threads each, PostgreSQL with"
        f" fsync, DEBUG off.\nA rush is {plan.people} people for {jobs.SEATS} seats, one the host's, with the page open."
        " CPU is user and system time of the web\nserver and its share of PostgreSQL and Valkey (/proc), without the"
        f" clients: {own.user + own.system:.0f} s of their own.\n"
        f"This machine: {os.cpu_count()} cores, {load}{report.slowness(results):.2f} × as slow as the one the goals come"
        f" from; bounds in ms and s are widened by it. {seconds:.0f} s.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
