"""Stored matches as pages read them; each list with a bounded number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from community.kernel.days import day_of
from community.matching import ports, rules
from community.matching.models import Document, Match
from community.members import selectors as members
from community.members.selectors import stages

NEEDS_MOST = 50
# A need for one stage is told to members of that stage alone, whoever it found before.
TOLD_TO = Q(need__for_stage="") | Q(need__for_stage=stages.told_by(OuterRef("person_id")))


@dataclass(frozen=True)
class Counts:
    """What an author sees of a need (R31)."""

    surfaced: int = 0
    told: int = 0
    seen: int = 0
    helping: int = 0
    declined: int = 0


def matches(key: str, *, at: datetime) -> QuerySet[Match]:
    """The members whom a need found, best first; those without standing and the muted are left out as of now.

    `reasons` are data: the filter `said` puts them into words. Two queries.
    """
    need = Document.objects.filter(kind=rules.NEED, key=key).first()
    if need is None:
        return Match.objects.none()
    standing = members.members_in_good_standing(day_of(at)).order_by()
    rows = Match.objects.filter(TOLD_TO, need=need, person__in=standing.values("pk"))
    rows = rows.exclude(person__in=ports.kept_apart(need.person_id))
    return rows.select_related("person", "document").order_by("rank", "surfaced_at", "pk")


def read_by_all() -> QuerySet[Document, str]:
    """Keys of the needs that found somebody, and that everybody they found has opened or answered. No query by itself."""
    found = Match.objects.filter(need=OuterRef("pk"))
    needs = Document.objects.filter(Exists(found), ~Exists(found.filter(seen_at=None, answer="")), kind=rules.NEED)
    return needs.order_by().values_list("key", flat=True)


def counts(keys: list[str]) -> dict[str, Counts]:
    """For several needs at once. One query."""
    rows = Match.objects.filter(need__kind=rules.NEED, need__key__in=keys).order_by().values("need__key")
    told = rows.annotate(
        surfaced=Count("pk"),
        told=Count("notified_at"),
        seen=Count("seen_at"),
        helping=Count("pk", filter=Q(answer=Match.Answer.HELP)),
        declined=Count("pk", filter=Q(answer=Match.Answer.DECLINED)),
    )
    return {key: Counts() for key in keys} | {row.pop("need__key"): Counts(**row) for row in told}


def needs_for(person_id: int, *, at: datetime) -> QuerySet[Match]:
    """Open needs that found this member and wait for a word, newest first; fifty at most. Two queries."""
    open_needs = Q(need__valid_until=None) | Q(need__valid_until__gt=at)
    standing = members.members_in_good_standing(day_of(at)).order_by()
    rows = Match.objects.filter(
        open_needs, TOLD_TO, person=person_id, answer="", need__visible=True, need__person__in=standing.values("pk")
    )
    rows = rows.exclude(need__person__in=ports.kept_apart(person_id))
    return rows.select_related("need__person").order_by("-surfaced_at", "-pk")[:NEEDS_MOST]


def needs_of_many(person_ids: Collection[int], *, at: datetime) -> dict[int, list[Match]]:
    """`needs_for` of many at once, the newest first, at most ten each; who is kept apart is left to the caller. One query."""
    open_needs = Q(need__valid_until=None) | Q(need__valid_until__gt=at)
    standing = members.members_in_good_standing(day_of(at)).order_by()
    rows = Match.objects.filter(
        open_needs,
        TOLD_TO,
        person_id__in=person_ids,
        answer="",
        need__visible=True,
        need__person__in=standing.values("pk"),
    ).annotate(place=Window(RowNumber(), partition_by="person_id", order_by=[F("surfaced_at").desc(), F("pk").desc()]))
    found: dict[int, list[Match]] = {}
    for match in rows.filter(place__lte=10).select_related("need__person").order_by("person_id", "place"):
        found.setdefault(match.person_id, []).append(match)
    return found


def fitting_pairs(person_ids: Collection[int], at: datetime) -> set[tuple[int, int]]:
    """Of these people, the pairs of whom one has an open need that found the other, unless they declined. One query."""
    open_needs = Q(need__valid_until=None) | Q(need__valid_until__gt=at)
    rows = Match.objects.filter(
        open_needs,
        TOLD_TO,
        need__visible=True,
        need__kind=rules.NEED,
        need__person__in=person_ids,
        person__in=person_ids,
    ).exclude(answer=Match.Answer.DECLINED)
    return {(min(pair), max(pair)) for pair in rows.order_by().values_list("need__person_id", "person_id")}


def foremost(keys: list[str], *, at: datetime, each: int = 3) -> dict[str, list[Match]]:
    """For several needs at once, the best of those whom each found and who haven't said anything yet. One query."""
    standing = members.members_in_good_standing(day_of(at)).order_by()
    rows = Match.objects.filter(
        TOLD_TO, need__kind=rules.NEED, need__key__in=keys, answer="", rank__lte=each, person__in=standing.values("pk")
    )
    found: dict[str, list[Match]] = {key: [] for key in keys}
    for match in rows.select_related("need", "person").order_by("rank", "pk"):
        found[match.need.key].append(match)
    return {key: matches[:each] for key, matches in found.items()}
