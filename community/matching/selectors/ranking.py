"""BM25 in SQL: exact scores from the postings as they are committed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from community.kernel.days import day_of
from community.matching import ports, rules
from community.matching.models import Corpus, Document
from community.members import selectors as members

FIRST_LOOK = 2500  # the best are nearly always among them, whatever stands in the way; else all are looked at


COLUMNS = ("pk", "person_id", "topics", "lacks", "industry_id", "city_id", "stage", "written_at")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document decides how well it fits, beside its words: read without its texts."""

    pk: int
    person_id: int
    topics: list[str]
    lacks: list[str]
    industry_id: int | None
    city_id: int | None
    stage: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Scored:
    """`telling`: whether it shares a word worth a mention."""

    facts: Facts
    score: float
    telling: bool


@dataclass(frozen=True)
class Query:
    """The words of a query that somebody used, by id, with what each is worth; `mean`: the usual length of a text."""

    words: dict[str, float]
    ids: dict[str, int]
    mean: float
    df: dict[str, int] = field(default_factory=dict)
    documents: int = 0

    @property
    def arrays(self) -> tuple[list[int], list[float], list[bool]]:
        """Ids, what each is worth, and whether it is worth a mention."""
        telling = [rules.is_telling(word, self.df[word], self.documents) for word in self.words]
        return [self.ids[word] for word in self.words], list(self.words.values()), telling


KNOWN = """
    SELECT corpus.documents, corpus.length, term.id, term.text, term.df
    FROM matching_corpus corpus LEFT JOIN matching_term term ON term.text = ANY(%s)
"""


def query(words: Collection[str]) -> Query:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(words)])
        rows = cursor.fetchall()
    corpus = Corpus(documents=rows[0][0], length=rows[0][1])
    df = {text: df for _, _, key, text, df in rows if key is not None}
    worth = rules.weights(words, df, corpus.documents)
    ids = {text: key for _, _, key, text, _ in rows if text in worth}
    return Query(worth, ids, corpus.mean, df, corpus.documents)


def asking(title: str, text: str = "") -> Query:
    """What a need asks for: every word of its title, and the keywords of its text at half their worth. One query."""
    of_title = set(rules.words(title))
    both = query(of_title | set(rules.words(text[: rules.KEYWORDS_IN])))
    added = set(rules.keywords(text, both.df, both.documents))
    worth = {
        word: both.words[word] * ((word in of_title) + rules.KEYWORD * (word in added))
        for word in both.words
        if word in of_title or word in added
    }
    return replace(both, words=worth)


# BM25's part of one word; what does not change from row to row is worked out once, by `constants`.
PART = "word.worth * posting.tf / (posting.tf + %s::float8 + %s::float8 * posting.length)"
SCORED = f"""
    SELECT posting.document_id, SUM({PART}) AS score, bool_or(word.telling) AS telling
    FROM unnest(%s::bigint[], %s::float8[], %s::bool[]) AS word (id, worth, telling)
    JOIN matching_posting posting ON posting.term_id = word.id
    GROUP BY posting.document_id
"""


def constants(of: Query) -> tuple[float, float]:
    return rules.K1 * (1 - rules.B), rules.K1 * rules.B / of.mean


def params(of: Query) -> list[Any]:
    ids, worth, telling = of.arrays
    return [*constants(of), ids, [one * (rules.K1 + 1) for one in worth], telling]


def scores(of: Query) -> dict[int, float]:
    """The score of every document that shares a word."""
    with connection.cursor() as cursor:
        cursor.execute(SCORED, params(of))
        return {key: score for key, score, _ in cursor.fetchall()}


def shown(at: datetime, kinds: Iterable[str], apart: Iterable[int] = ()) -> QuerySet[Document]:
    """Documents that may be surfaced: open, and their owners in good standing and not in `apart`."""
    standing = members.members_in_good_standing(day_of(at)).order_by()
    return Document.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at),
        kind__in=list(kinds),
        visible=True,
        person__in=standing.values("pk"),
    ).exclude(person_id__in=list(apart))


def best(of: Query, among: QuerySet[Document], limit: int) -> list[Scored]:
    """The best of `among`, best first; exact, whatever stands in the way. Mostly one query."""
    if not of.words:
        return []
    for look in (FIRST_LOOK, None):
        seen, found = _top(of, among, look, limit)
        if len(found) == limit or look is None or seen < look:
            return found
    raise AssertionError("unreachable")


def _top(of: Query, among: QuerySet[Document], look: int | None, limit: int) -> tuple[int, list[Scored]]:
    """How many share a word, `look` at most, and the best of them that are in `among`."""
    allowed, more = among.order_by().values(*COLUMNS).query.sql_with_params()
    sql = f"""
        WITH top AS MATERIALIZED ({SCORED} ORDER BY score DESC, document_id LIMIT %s)
        SELECT counted.seen, top.score, top.telling, allowed.* FROM (SELECT count(*) AS seen FROM top) counted
        LEFT JOIN (top JOIN ({allowed}) allowed ON allowed.pk = top.document_id) ON TRUE
        ORDER BY top.score DESC, top.document_id LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params(of), look, *more, limit])
        rows = cursor.fetchall()
    return rows[0][0], [Scored(Facts(*row[3:]), row[1], row[2]) for row in rows if row[1] is not None]


def facts(of: QuerySet[Document]) -> list[Facts]:
    return [Facts(*row) for row in of.values_list(*COLUMNS)]


def apart_from(person_id: int) -> set[int]:
    """Oneself, and those who muted one another."""
    return {person_id} | ports.kept_apart(person_id)
