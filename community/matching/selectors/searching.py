""" "Who has …": members by what they offer, what stands on their card, and what they answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Extract

from community.matching import rules
from community.matching.models import Document
from community.matching.selectors import ranking

Pieces = list[tuple[str, bool]]
FACETS = ("lack", "topic", "industry", "city", "size")
COLUMNS = ("id", "person_id", "lacks", "topics", "industry_id", "city_id", "size")
VALUES_MOST = 40  # of one facet
PAGES_MOST, ID_MOST = 10_000, 2**63 - 1  # what is typed into an address may be absurd


@dataclass(frozen=True)
class Filters:
    """What a reader chose beside the text. Codes, and ids of members' lists; what is empty filters nothing."""

    lack: str = ""
    topic: str = ""
    industry: int | None = None
    city: int | None = None
    size: str = ""
    kinds: tuple[str, ...] = rules.HELPING


@dataclass(frozen=True)
class Hit:
    """A member, by the document that fits best. Pieces are (text, whether it is marked): plain text, to be escaped."""

    document: Document
    title: Pieces
    snippet: Pieces


@dataclass(frozen=True)
class Results:
    """`facets`: name → [(value, members)], most first, each counted as if its own filter were not set."""

    people: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, ceil(self.people / rules.PAGE))


def search(text: str, *, reader_id: int, at: datetime, page: int = 1, filters: Filters | None = None) -> Results:
    """Members whose offers, cards or answers have what is asked for, best first, each once; twenty a page.

    Whatever is typed has an answer: of a long text the first 200 characters count, a page beyond the last is the last.
    Without text the newest come first. Found is only what this reader may read: nobody without standing, nobody who
    muted the reader or was muted. As many queries for three as for three hundred.
    """
    chosen, page = filters or Filters(), min(max(1, page), PAGES_MOST)
    apart = ranking.apart_from(reader_id) - {reader_id}
    among = ranking.shown(at, [kind for kind in chosen.kinds if kind in rules.HELPING], apart, reader=reader_id)
    asked = rules.asked(text)
    if not asked and text.strip():
        return Results(facets={name: [] for name in FACETS})
    found = _rows(*_scored(asked, among) if asked else _newest(among), chosen, page)
    people = next(number for part, _, number in found if part == "people")
    last = max(1, ceil(people / rules.PAGE))
    if page > last:
        return search(text, reader_id=reader_id, at=at, page=last, filters=chosen)
    keys = [key for _, key in sorted((-float(score), key) for part, score, key in found if part == "hit")]
    facets: dict[str, list[tuple[Any, int]]] = {name: [] for name in FACETS}
    for part, value, number in found:
        if part in facets:
            facets[part].append((int(value) if part in ("industry", "city") else value, number))
    return Results(people, _hits(keys, asked), facets, page)


# First who has enough of what is asked, by its pairs and whole words; then, only for those, the single characters that
# add to the score.
SCORED = f"""
    WITH enough AS MATERIALIZED (
        SELECT posting.document_id, SUM({ranking.PART}) AS score
        FROM unnest(%s::bigint[], %s::float8[], %s::bigint[]) AS word (id, worth, slot)
        JOIN matching_posting posting ON posting.term_id = word.id
        GROUP BY posting.document_id HAVING bit_count(bit_or(word.slot)::bit(64)) >= %s
    ),
    more AS MATERIALIZED (
        SELECT posting.document_id, SUM({ranking.PART}) AS score
        FROM unnest(%s::bigint[], %s::float8[]) AS word (id, worth)
        JOIN matching_posting posting ON posting.term_id = word.id
        WHERE posting.document_id IN (SELECT document_id FROM enough) GROUP BY posting.document_id
    )
    SELECT allowed.*, enough.score + COALESCE(more.score, 0) AS score
    FROM enough LEFT JOIN more USING (document_id) JOIN ({{allowed}}) allowed ON allowed.id = enough.document_id
"""


def _scored(asked: dict[str, int], among: QuerySet[Document]) -> tuple[str, list[Any]]:
    """SQL of (columns, score) of the documents that have enough of what is asked for."""
    words = set(asked) | {character for word in asked if rules.is_pair(word) for character in word}
    of = ranking.query(words | {rules.MARK + word for word in asked})
    slots = {word: 1 << asked[bare] for word in of.words if (bare := word.removeprefix(rules.MARK)) in asked}
    others = [word for word in of.words if word not in slots]
    sql, more = among.values(*COLUMNS).order_by().query.sql_with_params()
    params = [*ranking.constants(of), *_worth(of, slots), list(slots.values()), rules.enough(len({*slots.values()}))]
    params += [*ranking.constants(of), *_worth(of, others), *more]
    return SCORED.format(allowed=sql), params


def _worth(of: ranking.Query, words: Iterable[str]) -> tuple[list[int], list[float]]:
    chosen = list(words)
    return [of.ids[word] for word in chosen], [of.words[word] * (rules.K1 + 1) for word in chosen]


def _newest(among: QuerySet[Document]) -> tuple[str, list[Any]]:
    rows = among.annotate(score=Extract(F("written_at"), "epoch")).values(*COLUMNS, "score").order_by()
    return rows.query.sql_with_params()


def _rows(hits: str, params: Iterable[Any], chosen: Filters, page: int) -> list[tuple[str, Any, int]]:
    """One statement: the page, the number of members, and every facet."""
    tests = {
        "lack": ("%s = ANY(lacks)", rules.sound(chosen.lack)),
        "topic": ("%s = ANY(topics)", rules.sound(chosen.topic)),
        "industry": ("industry_id = %s", max(-1, min(chosen.industry or 0, ID_MOST))),
        "city": ("city_id = %s", max(-1, min(chosen.city or 0, ID_MOST))),
        "size": ("size = %s", rules.sound(chosen.size)),
    }
    values = {
        "lack": "unnest(lacks)",
        "topic": "unnest(topics)",
        "industry": "industry_id",
        "city": "city_id",
        "size": "size",
    }
    parts, more = [], list(params)

    def where(but: str = "") -> str:
        set_now = [(sql, value) for name, (sql, value) in tests.items() if value and name != but]
        more.extend(value for _, value in set_now)
        return " AND ".join(sql for sql, _ in set_now) or "TRUE"

    parts.append(f"""
        (SELECT 'hit', score::text, id FROM (
            SELECT DISTINCT ON (person_id) id, person_id, score FROM hit WHERE {where()} ORDER BY person_id, score DESC, id
        ) one ORDER BY one.score DESC, one.id LIMIT {rules.PAGE} OFFSET {(page - 1) * rules.PAGE})""")
    parts.append(f"(SELECT 'people', '', count(DISTINCT person_id) FROM hit WHERE {where()})")
    for name, value in values.items():
        parts.append(f"""
        (SELECT '{name}', value::text, count(DISTINCT person_id) AS members
         FROM (SELECT {value} AS value, person_id FROM hit WHERE {where(but=name)}) one
         WHERE value IS NOT NULL AND value::text <> '' GROUP BY value ORDER BY members DESC, value LIMIT {VALUES_MOST})""")
    with connection.cursor() as cursor:
        cursor.execute(f"WITH hit AS MATERIALIZED ({hits}) {' UNION ALL '.join(parts)}", more)
        rows: list[tuple[str, Any, int]] = cursor.fetchall()
    return rows


def _hits(keys: list[int], asked: dict[str, int]) -> list[Hit]:
    documents = Document.objects.select_related("person", "industry", "city").in_bulk(keys)
    wanted = set(asked)
    return [
        Hit(
            documents[key],
            rules.marked(documents[key].title, wanted, most=rules.TITLE_MOST),
            rules.marked(documents[key].text, wanted),
        )
        for key in keys
        if key in documents
    ]
