"""BM25 in SQL: exact scores from the postings as they are committed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from community.kernel.days import day_of
from community.kernel.prepared import DAY, INSTANT, Given, IsOneOf, Prepared
from community.matching import ports, rules
from community.matching.models import Corpus, Document
from community.members import selectors as members
from community.members.selectors import stages

LOOKS = (300, 3000, None)  # the best are nearly always among the first, whatever stands in the way; else more, else all


Allowed = tuple[str, tuple[Any, ...]]  # a question for the `COLUMNS` of documents, in SQL, and its values
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
    counts: rules.Counts
    whole: float = 0.0  # what everything that is asked for is worth, the words nobody has too

    @property
    def arrays(self) -> tuple[list[int], list[float], list[bool]]:
        """Ids, what each is worth, and whether it is worth a mention."""
        telling = [self.is_telling(word) for word in self.words]
        return [self.ids[word] for word in self.words], list(self.words.values()), telling

    def is_telling(self, word: str) -> bool:
        """Whether sharing it is worth a mention: of a need, by how many offer it, however many ask for it too."""
        return rules.is_telling(word, self.counts.offered(word), self.counts.documents - self.counts.needs)


KNOWN = """
    SELECT corpus.documents, corpus.needs, corpus.length, term.id, term.text, term.df, term.asked
    FROM matching_corpus corpus LEFT JOIN matching_term term ON term.text = ANY(%s)
"""


def query(words: Collection[str]) -> Query:
    """Plain BM25: what each word is worth by how rare it is. One query."""
    known = _known(words)
    return replace(known, words=rules.weights(words, known.counts.df, known.counts.documents))


def _known(words: Collection[str]) -> Query:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(words)])
        rows = cursor.fetchall()
    corpus = Corpus(documents=rows[0][0], needs=rows[0][1], length=rows[0][2])
    terms = [row[3:] for row in rows if row[3] is not None]
    df, asked = {text: df for _, text, df, _ in terms}, {text: asked for _, text, _, asked in terms}
    counts = rules.Counts(df, asked, corpus.documents, corpus.needs)
    return Query({}, {text: key for key, text, _, _ in terms}, corpus.mean, counts)


def asking(title: str, text: str = "", *, of_needs: bool = False) -> Query:
    """What a need asks for, or (`of_needs`) by what an offer finds needs: words that the other side has. One query."""
    known = _known(set(rules.words(title)) | set(rules.words(text[: rules.KEYWORDS_IN])))
    df, asked = known.counts.df, known.counts.asked
    theirs = {word: df[word] for word in df if (asked[word] if of_needs else df[word] > asked[word])}
    worth = rules.asked_for(title, text, replace(known.counts, df=theirs))
    nobody = sum(rules.weight(word) for word in rules.words(title) if word not in theirs) * known.counts.rarest
    return replace(known, words=worth, whole=sum(worth.values()) + nobody)


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


def shown(
    at: datetime, kinds: Iterable[str], apart: Iterable[int] = (), *, reader: int | None = None
) -> QuerySet[Document]:
    """Documents that may be surfaced: open, and their owners in good standing and not in `apart`. What is for one stage
    only where the one who is told of it (`reader`, by key) is of that stage."""
    on = day_of(at)
    found = _open(at, on, members.earliest_end(on), reader)
    return found.filter(kind__in=list(kinds)).exclude(person_id__in=list(apart))


def _open(at: Any, on: Any, earliest_end: Any, reader: Any) -> QuerySet[Document]:
    standing = members.well_standing(on, earliest_end).order_by()
    return Document.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at),
        Q(for_stage="") | Q(for_stage=stages.told_by(reader)) if reader is not None else Q(for_stage=""),
        visible=True,
        person__in=standing.values("pk"),
    )


def _helpful() -> QuerySet[Document, Any]:
    found = _open(Given("at", INSTANT), Given("on", DAY), Given("earliest_end", DAY), Given("reader"))
    apart = IsOneOf(F("person_id"), Given("apart", many=True))
    return found.filter(kind__in=rules.HELPING).exclude(apart).order_by().values(*COLUMNS)


HELPFUL = Prepared(_helpful)


def helpful(at: datetime, apart: Iterable[int], *, reader: int) -> Allowed:
    """What of `shown` may help a need, worded once for all needs."""
    on = day_of(at)
    return HELPFUL.within(at=at, on=on, earliest_end=members.earliest_end(on), reader=reader, apart=list(apart))


def allowed(among: QuerySet[Document]) -> Allowed:
    return among.order_by().values(*COLUMNS).query.sql_with_params()


def best(of: Query, among: Allowed, limit: int) -> list[Scored]:
    """The best of `among`, best first; exact, whatever stands in the way. Mostly one query."""
    if not of.words:
        return []
    for look in LOOKS:
        seen, found = _top(of, among, look, limit)
        if len(found) == limit or look is None or seen < look:
            return found
    raise AssertionError("unreachable")


def _top(of: Query, among: Allowed, look: int | None, limit: int) -> tuple[int, list[Scored]]:
    """How many share a word, `look` at most, and the best of them that are in `among`."""
    documents, more = among
    sql = f"""
        WITH top AS MATERIALIZED ({SCORED} ORDER BY score DESC, document_id LIMIT %s)
        SELECT counted.seen, top.score, top.telling, allowed.* FROM (SELECT count(*) AS seen FROM top) counted
        LEFT JOIN (
            top JOIN ({documents}) allowed
            ON allowed.pk = top.document_id AND allowed.pk = ANY(ARRAY(SELECT document_id FROM top))  -- by key, no scan
        ) ON TRUE
        ORDER BY top.score DESC, top.document_id LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params(of), look, *more, limit])
        rows = cursor.fetchall()
    return rows[0][0], [Scored(Facts(*row[3:]), row[1], row[2]) for row in rows if row[1] is not None]


READ = """
    SELECT posting.document_id, term.id, term.text, term.df, term.asked, posting.tf::float8 / posting.length
    FROM matching_posting posting JOIN matching_term term ON term.id = posting.term_id
    WHERE posting.document_id = ANY(%s) AND posting.length > 0 AND term.df > 1 AND term.df - term.asked <= %s AND term.text NOT LIKE %s
"""
ECHOED = f"""
    SELECT posting.document_id, SUM({PART})
    FROM unnest(%s::bigint[], %s::float8[]) AS word (id, worth)
    CROSS JOIN unnest(%s::bigint[]) AS one (id)
    JOIN matching_posting posting ON posting.document_id = one.id AND posting.term_id = word.id
    GROUP BY posting.document_id
"""


def echoes(of: Query, ranked: list[tuple[int, float]]) -> dict[int, float]:
    """The best (document, score), read once more: what those of `ranked` gain by what the first ten have in common. Two
    queries."""
    first = ranked[: rules.FIRST]
    if len(ranked) < 2:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(READ, [[key for key, _ in first], of.counts.common_from, f"{rules.MARK}%"])
        read = cursor.fetchall()
        parts: dict[int, dict[str, float]] = {key: {} for key, _ in first}
        for document, _, text, _, _, part in read:
            parts[document][text] = part
        df, asked = {row[2]: row[3] for row in read}, {row[2]: row[4] for row in read}
        counts = replace(of.counts, df=df, asked=asked)
        shares = rules.in_common([(score, parts[key]) for key, score in first], counts)
        ids, scale = {row[2]: row[1] for row in read}, rules.ECHO * sum(of.words.values()) * (rules.K1 + 1)
        worth = [share * scale for share in shares.values()]
        cursor.execute(ECHOED, [*constants(of), [ids[word] for word in shares], worth, [key for key, _ in ranked]])
        return dict(cursor.fetchall())


def sharpened(of: Query, found: list[Scored]) -> list[Scored]:
    """What the first ten have in common counts too, and may change the order of the first thirty."""
    again = found[: rules.READ_AGAIN]
    more = echoes(of, [(row.facts.pk, row.score) for row in again])
    sharper = [replace(row, score=row.score + more.get(row.facts.pk, 0.0)) for row in again]
    return sorted(sharper, key=lambda row: (-row.score, row.facts.pk)) + found[rules.READ_AGAIN :]


def facts(of: QuerySet[Document]) -> list[Facts]:
    return [Facts(*row) for row in of.values_list(*COLUMNS)]


def apart_from(person_id: int) -> set[int]:
    """Oneself, and those who muted one another."""
    return {person_id} | ports.kept_apart(person_id)
