"""The labelled sets: a folder each, with corpus.jsonl.gz, queries.dev.jsonl.gz and qrels.dev.tsv (levels 1 to 4)."""

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEPTH = 10
RELEVANT = 3


@dataclass(frozen=True)
class Labelled:
    name: str
    corpus: list[dict[str, Any]]
    queries: list[dict[str, Any]]
    levels: dict[str, dict[str, int]]


def read(folder: Path) -> Labelled:
    levels: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.dev.tsv").read_text(encoding="utf-8").splitlines():
        query, document, level = line.split("\t")
        levels.setdefault(query, {})[document] = int(level)
    rows = list(_rows(folder / "queries.dev.jsonl.gz"))
    return Labelled(folder.name, list(_rows(folder / "corpus.jsonl.gz")), rows, levels)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


@dataclass(frozen=True)
class Figures:
    """Means over the queries that have something to find."""

    recall: float
    mrr: float
    ndcg: float


def judged(found: Mapping[str, Sequence[str]], levels: dict[str, dict[str, int]]) -> Figures:
    """`found`: query → documents, best first. Gain 2^(level−1)−1; level 3 and more count as relevant."""
    recalls, reciprocals, gains = [], [], []
    for query, ranked in found.items():
        level = levels.get(query, {})
        ideal = _dcg(sorted(level.values(), reverse=True)[:DEPTH])
        if not ideal:
            continue
        top = list(ranked[:DEPTH])
        gains.append(_dcg([level.get(document, 1) for document in top]) / ideal)
        relevant = {document for document, value in level.items() if value >= RELEVANT}
        reciprocals.append(next((1 / place for place, one in enumerate(top, 1) if one in relevant), 0.0))
        if relevant:
            recalls.append(len(relevant & set(top)) / len(relevant))
    return Figures(_mean(recalls), _mean(reciprocals), _mean(gains))


def _dcg(levels: Sequence[int]) -> float:
    return sum((2 ** (level - 1) - 1) / math.log2(place + 1) for place, level in enumerate(levels, 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
