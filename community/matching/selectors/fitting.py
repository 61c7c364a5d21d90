"""Whom a need finds, and why (R31): hard filters first, then words, then what the two have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from community.kernel.prepared import Given, IsOneOf, Prepared
from community.matching import gateway, rules
from community.matching.models import Document, Match, Posting
from community.matching.selectors import meaning, ranking
from community.members import rules as members_rules
from community.members.selectors import naming, stages
from community.ties import selectors as ties

TAGGED_MOST = 50
WORDS_MOST = 6


@dataclass(frozen=True)
class Found:
    """One place of the list, not stored yet. `reasons` are data (`wording` says them)."""

    person_id: int
    document_id: int
    fit: int
    rotating: bool
    tier: int
    reasons: list[dict[str, Any]]


@dataclass(frozen=True)
class Compared:
    """Everybody who was compared with a need, by what words, and whom its author has met."""

    candidates: list[rules.Candidate]
    query: ranking.Query
    met: dict[int, datetime]
    close: set[int]  # documents close in meaning
    tier: int


def compared(need: Document, *, at: datetime) -> Compared:
    """Members whose offer, card or answer may fit: open, in good standing, not the author, not muted; of a need for one
    stage only members of it."""
    of = ranking.asking(need.title, need.text)
    pool, close, tier = _pool(need, of, ranking.apart_from(need.person_id), at)
    best = max((row.score for row in pool), default=0.0) or 1.0
    met = ties.last_met(need.person_id)
    exposure = exposures({row.facts.person_id for row in pool}, at=at)
    found = [
        rules.Candidate(
            row.facts.person_id,
            row.facts.pk,
            max(0, round(1000 * row.score / best)),
            shared(need, row.facts, met=met, at=at),
            row.telling,
            *exposure.get(row.facts.person_id, (None, 0)),
        )
        for row in pool
    ]
    return Compared(found, of, met, close, tier)


def _helpful(need: Document, apart: set[int], at: datetime) -> QuerySet[Document]:
    among = ranking.shown(at, rules.HELPING, apart, reader=need.person_id)
    return among.filter(person__in=stages.in_stages([need.for_stage])) if need.for_stage else among


def _pool(
    need: Document, of: ranking.Query, apart: set[int], at: datetime
) -> tuple[list[ranking.Scored], set[int], int]:
    """Who is looked at closely: the best and, where words find few, what shares a tag. Further those close in meaning,
    and the tier: 1 where meaning took part, else 0."""
    close: set[int] = set()
    tier = 0
    if gateway.encoders() and (both := meaning.fused(need, of, _helpful(need, apart, at))):
        pool, close, tier = _by_meaning(of, both), both.close, 1
    else:
        among = (
            ranking.allowed(_helpful(need, apart, at))
            if need.for_stage
            else ranking.helpful(at, apart, reader=need.person_id)
        )
        pool = ranking.sharpened(of, ranking.best(of, among, rules.POOL))
    if len(pool) < rules.POOL and (need.topics or need.industry_id):
        others = _helpful(need, apart, at).filter(_alike(need)).exclude(pk__in=[row.facts.pk for row in pool])
        tagged = ranking.facts(others.order_by("-written_at", "pk")[:TAGGED_MOST])
        pool += [ranking.Scored(facts, 0.0, facts.pk in close) for facts in tagged]
    return pool, close, tier


def _by_meaning(of: ranking.Query, both: meaning.Fused) -> list[ranking.Scored]:
    first = sorted(both.scores, key=lambda key: (-both.scores[key], key))[: rules.POOL]
    pool = [key for key in first if both.scores[key] > 0]
    telling = both.close | set(_shared_words(of, pool))
    found = {facts.pk: facts for facts in ranking.facts(Document.objects.filter(pk__in=pool))}
    return [ranking.Scored(found[key], both.scores[key], key in telling) for key in pool if key in found]


def _alike(need: Document) -> Q:
    trade = Q(industry=need.industry_id, lacks__overlap=need.lacks) if need.industry_id else Q(pk=None)
    return trade | Q(topics__overlap=need.topics)


def shared(need: Document, other: ranking.Facts, *, met: dict[int, datetime], at: datetime) -> frozenset[str]:
    """What a need and a document have in common, beside words."""
    order = members_rules.STAGES
    near = need.stage in order and other.stage in order and abs(
        order.index(need.stage) - order.index(other.stage)
    ) <= 1  # fmt: skip
    found = {
        "topic": bool(set(need.topics) & set(other.topics)),
        "lack": bool(set(need.lacks) & set(other.lacks)),
        "industry": need.industry_id is not None and need.industry_id == other.industry_id,
        "city": need.city_id is not None and need.city_id == other.city_id,
        "stage": near,
        "recent": other.written_at > at - rules.FRESH,
        "met": other.person_id in met,
    }
    return frozenset(name for name, holds in found.items() if holds)


EXPOSED = """
    SELECT person_id, max(surfaced_at), count(*) FILTER (WHERE surfaced_at > %s)
    FROM matching_match WHERE person_id = ANY(%s) GROUP BY person_id
"""
TOLD = (
    "SELECT person_id, count(*) FROM matching_match WHERE person_id = ANY(%s) AND notified_at > %s GROUP BY person_id"
)

HELPED = """
    SELECT given.person_id, count(*)
    FROM matching_match AS given JOIN matching_document AS other ON other.id = given.need_id
    WHERE given.person_id = ANY(%s) AND given.answer = %s AND other.id <> %s
        AND (other.topics && %s::varchar[] OR cardinality(%s::varchar[]) = 0 AND other.industry_id = %s)
    GROUP BY given.person_id
"""


def exposures(people: Iterable[int], *, at: datetime) -> dict[int, tuple[datetime, int]]:
    """R34: when each was last surfaced for a need, and how often in the last seven days."""
    with connection.cursor() as cursor:
        cursor.execute(EXPOSED, [at - rules.WEEK, list(people)])
        return {person: (last, count) for person, last, count in cursor.fetchall()}


def told_lately(people: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Of how many needs each was told in the last seven days (R34)."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [list(people), at - rules.WEEK])
        return dict(cursor.fetchall())


def find(need: Document, *, at: datetime) -> list[Found]:
    """The list for a need: ten members at most, each once, best first, with the reasons."""
    found = compared(need, at=at)
    chosen = rules.shortlist(found.candidates, at=at)
    documents = Document.objects.in_bulk([who.document_id for who, _ in chosen])
    named = {"industry", "city"} & {name for who, _ in chosen for name in who.shared}
    industries, cities = naming.lists_by_id() if named else ({}, {})
    context = Context(
        need=need,
        words=_shared_words(found.query, documents),
        met=found.met,
        close=found.close,
        helped=_helped(need, (who.person_id for who, _ in chosen)),
        names={"industry": industries, "city": cities},
    )
    return [
        Found(
            who.person_id,
            who.document_id,
            who.fit,
            rotating,
            found.tier,
            reasons(documents[who.document_id], who, context),
        )
        for who, rotating in chosen
    ]


def _shared() -> QuerySet[Posting, Any]:
    terms, documents = Given("terms", many=True), Given("documents", many=True)
    rows = Posting.objects.filter(IsOneOf(F("term_id"), terms), IsOneOf(F("document_id"), documents))
    return rows.values_list("document_id", "term_id")


SHARED = Prepared(_shared)


def _shared_words(of: ranking.Query, documents: Iterable[int]) -> dict[int, set[str]]:
    names = {of.ids[word]: word for word in of.words if of.is_telling(word)}
    found: dict[int, set[str]] = {}
    for document, term in SHARED(terms=list(names), documents=list(documents)):
        found.setdefault(document, set()).add(names[term])
    return found


def _helped(need: Document, people: Iterable[int]) -> dict[int, int]:
    """With how many needs of the same topic, or the same trade when it has none, each said "I can help"."""
    with connection.cursor() as cursor:
        alike = [need.topics, need.topics, need.industry_id]
        cursor.execute(HELPED, [list(people), Match.Answer.HELP, need.pk, *alike])
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Context:
    """What reasons are made of, read once for the whole list."""

    need: Document
    words: dict[int, set[str]]
    met: dict[int, datetime]
    close: set[int]
    helped: dict[int, int]
    names: dict[str, dict[int, Any]]


def reasons(document: Document, who: rules.Candidate, of: Context) -> list[dict[str, Any]]:
    """Why somebody fits, as it is now, strongest first: plain JSON that `wording` says in the reader's language."""
    found: list[dict[str, Any]] = [{"kind": document.kind, "title": document.title}]
    if said := rules.phrases(f"{of.need.title}\n{of.need.text}", of.words.get(document.pk, set())):
        found.append({"kind": "words", "words": said[:WORDS_MOST]})
    if document.pk in of.close:
        found.append({"kind": "meaning"})
    if "topic" in who.shared:
        found.append({"kind": "topic"})
    for tag, key in (("industry", document.industry_id), ("city", document.city_id)):
        if tag in who.shared and key in of.names[tag]:
            row = of.names[tag][key]
            found.append({"kind": tag, "zh": row.name_zh, "en": row.name_en})
    if who.person_id in of.met:
        found.append({"kind": "met", "met_at": of.met[who.person_id].isoformat()})
    if of.helped.get(who.person_id):
        found.append({"kind": "helped", "count": of.helped[who.person_id]})
    if "stage" in who.shared:
        found.append({"kind": "stage"})
    return found


def needs_fitting(document: Document, *, at: datetime) -> list[Document]:
    """The other way round: the open needs that an offer, a card or an answer fits best; ten at most."""
    if not document.visible:
        return []
    of = ranking.asking(document.title, document.text, of_needs=True)
    among = ranking.shown(at, [rules.NEED], ranking.apart_from(document.person_id), reader=document.person_id)
    scored = [row.facts.pk for row in ranking.best(of, ranking.allowed(among), rules.PLACES)]
    alike = among.filter(_alike(document)).exclude(pk__in=scored) if document.topics or document.industry_id else []
    tagged = [need.pk for need in alike[: rules.PLACES - len(scored)]]
    return list(Document.objects.filter(pk__in=scored + tagged).order_by("pk"))
