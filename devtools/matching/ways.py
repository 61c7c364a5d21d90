"""The ways to rank that are compared: the product's own, and what a database or plain words would do."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from community.matching import gateway, rules
from community.matching.models import Document, Vector
from community.matching.selectors import meaning, ranking
from devtools.matching.sets import DEPTH, Labelled

Way = Callable[[dict[str, Any]], list[str]]


def words(of: Labelled) -> Way:
    """The product, tier 0: its own index and query."""
    keys = dict(Document.objects.values_list("pk", "key"))

    def rank(query: dict[str, Any]) -> list[str]:
        asked = ranking.asking(query["text"], query.get("detail") or "")
        found = ranking.best(asked, ranking.allowed(Document.objects.filter(kind=rules.OFFER)), rules.POOL)
        return [keys[row.facts.pk] for row in ranking.sharpened(asked, found)[:DEPTH]]

    return rank


def both(of: Labelled, at: datetime) -> Way:
    """The product, tier 1: words and meaning."""
    keys = dict(Document.objects.values_list("pk", "key"))
    offers = Document.objects.filter(kind=rules.OFFER)
    rows = list(offers.order_by("pk"))
    for encoder in gateway.encoders():
        for start in range(0, len(rows), 64):
            some = rows[start : start + 64]
            vectors = encoder.means([rules.to_encode(row.kind, row.title, row.text) for row in some], False)
            Vector.objects.bulk_create(
                Vector(document=row, encoder=encoder.name, data=data) for row, data in zip(some, vectors, strict=True)
            )
    asks = Document.objects.create(
        kind=rules.NEED, key="asks", person=rows[0].person, path="/", title="?", length=0, written_at=at
    )

    def rank(query: dict[str, Any]) -> list[str]:
        Vector.objects.filter(document=asks).delete()
        for encoder in gateway.encoders():
            data = encoder.means([rules.to_encode(rules.NEED, query["text"], query.get("detail") or "")], True)[0]
            Vector.objects.create(document=asks, encoder=encoder.name, data=data)
        asked = ranking.asking(query["text"], query.get("detail") or "")
        fused = meaning.fused(asks, asked, offers)
        assert fused is not None
        return [keys[key] for key in sorted(fused.scores, key=lambda key: (-fused.scores[key], key))[:DEPTH]]

    return rank


def split_words(of: Labelled) -> Way:
    """BM25 over words as spaces and punctuation part them: what needs no knowledge of Chinese at all."""
    parts = {row["id"]: re.findall(r"\w+", rules.plain(row["text"])) for row in of.corpus}
    return _bm25(
        {key: Counter(found) for key, found in parts.items()}, lambda text: re.findall(r"\w+", rules.plain(text))
    )


def segmented() -> Callable[[str], list[str]]:
    """Chinese words by a dictionary."""
    import jieba

    jieba.setLogLevel(60)
    return lambda text: [word for word in jieba.cut(rules.plain(text)) if re.match(r"\w", word)]


def segmented_words(of: Labelled, cut: Callable[[str], list[str]]) -> Way:
    return _bm25({row["id"]: Counter(cut(row["text"])) for row in of.corpus}, cut)


def _bm25(bags: dict[str, Counter[str]], cut: Callable[[str], list[str]]) -> Way:
    lengths = {key: bag.total() for key, bag in bags.items()}
    mean = sum(lengths.values()) / len(lengths)
    where: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, bag in bags.items():
        for word, tf in bag.items():
            where[word].append((key, tf))

    def rank(query: dict[str, Any]) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for word in set(cut(query["text"])):
            rows = where.get(word, [])
            idf = math.log(1 + (len(bags) - len(rows) + 0.5) / (len(rows) + 0.5))
            for key, tf in rows:
                scores[key] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * lengths[key] / mean))
        return sorted(scores, key=lambda key: (-scores[key], key))[:DEPTH]

    return rank


def text_search(of: Labelled, cut: Callable[[str], list[str]] | None = None) -> Way:
    """PostgreSQL's tsvector with the words joined by OR and ts_rank; `cut` hands it Chinese words ready made."""
    made = cut or (lambda text: [text])
    _table([(row["id"], " ".join(made(row["text"]))) for row in of.corpus])
    sql = """
        SELECT id FROM bench_text,
            (SELECT replace(plainto_tsquery('simple', %s)::text, ' & ', ' | ')::tsquery AS query) asked
        WHERE words @@ query ORDER BY ts_rank(words, query) DESC, id LIMIT %s
    """
    return lambda query: _column(sql, [" ".join(made(query["text"])), DEPTH])


def trigrams(of: Labelled) -> Way:
    _table([(row["id"], row["text"]) for row in of.corpus])
    sql = "SELECT id FROM bench_text ORDER BY similarity(text, %s) DESC, id LIMIT %s"
    return lambda query: _column(sql, [query["text"], DEPTH])


def _table(rows: list[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("DROP TABLE IF EXISTS bench_text")
        cursor.execute(
            "CREATE TABLE bench_text (id text, text text, "
            "words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED)"
        )
        with cursor.copy("COPY bench_text (id, text) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _column(sql: str, params: list[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
