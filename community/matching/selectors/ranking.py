"""BM25 in SQL: exact scores from the postings as they are committed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from community.kernel.days import day_of
from community.matching import ports, rules
from community.matching.models import Corpus, Document, Term
from community.members import selectors as members

FIRST_LOOK = 1000  # the best are nearly always among them; else all are looked at


@dataclass(frozen=True)
class Scored:
    document_id: int
    person_id: int
    score: float


@dataclass(frozen=True)
class Query:
    """The words of a query that somebody used, by id, with what each is worth; `mean`: the usual length of a text."""

    words: dict[str, float]
    ids: dict[str, int]
    mean: float
    df: dict[str, int] = field(default_factory=dict)
    documents: int = 0

    @property
    def arrays(self) -> tuple[list[int], list[float]]:
        return [self.ids[word] for word in self.words], list(self.words.values())


def query(words: Collection[str]) -> Query:
    """Two queries."""
    corpus = Corpus.objects.get()
    known = {term.text: term for term in Term.objects.filter(text__in=words)}
    df = {text: term.df for text, term in known.items()}
    worth = rules.weights(words, df, corpus.documents)
    return Query(worth, {text: known[text].pk for text in worth}, corpus.mean, df, corpus.documents)


def asking(title: str, text: str = "") -> Query:
    """What a need asks for: every word of its title, and the keywords of its text at half their worth. Two queries."""
    of_title = set(rules.words(title))
    both = query(of_title | set(rules.words(text[: rules.KEYWORDS_IN])))
    added = set(rules.keywords(text, both.df, both.documents))
    worth = {
        word: both.words[word] * ((word in of_title) + rules.KEYWORD * (word in added))
        for word in both.words
        if word in of_title or word in added
    }
    return replace(both, words=worth)


SCORE = f"""
    SUM(word.worth * posting.tf * {rules.K1 + 1}::float8
        / (posting.tf + {rules.K1}::float8
           * ({1 - rules.B}::float8 + {rules.B}::float8 * posting.length / %s::float8))) AS score
"""
SCORED = f"""
    SELECT posting.document_id, {SCORE}
    FROM unnest(%s::bigint[], %s::float8[]) AS word (id, worth)
    JOIN matching_posting posting ON posting.term_id = word.id
    GROUP BY posting.document_id
"""
# The same with a bit for each word that is asked for.
SCORED_SLOTS = f"""
    SELECT posting.document_id, {SCORE}, bit_or(word.slot) AS slots
    FROM unnest(%s::bigint[], %s::float8[], %s::bigint[]) AS word (id, worth, slot)
    JOIN matching_posting posting ON posting.term_id = word.id
    GROUP BY posting.document_id
"""


def scores(of: Query) -> dict[int, float]:
    """The score of every document that shares a word."""
    with connection.cursor() as cursor:
        cursor.execute(SCORED, [of.mean, *of.arrays])
        return dict(cursor.fetchall())


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
    """The best of `among`, best first; exact, whatever stands in the way."""
    if not of.words:
        return []
    for look in (FIRST_LOOK, None):
        top = _top(of, look)
        people = dict(among.order_by().filter(pk__in=[key for key, _ in top]).values_list("pk", "person_id"))
        found = [Scored(key, people[key], score) for key, score in top if key in people]
        if len(found) >= limit or look is None or len(top) < look:
            return found[:limit]
    raise AssertionError("unreachable")


def _top(of: Query, look: int | None) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{SCORED} ORDER BY score DESC, document_id LIMIT %s", [of.mean, *of.arrays, look])
        rows: list[tuple[int, float]] = cursor.fetchall()
    return rows


def apart_from(person_id: int) -> set[int]:
    """Oneself, and those who muted one another."""
    return {person_id} | ports.kept_apart(person_id)
