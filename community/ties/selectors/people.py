"""The pages of one member: whom they have met, what waits for a word, whom they can choose. A few questions a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from community.events.selectors import after as events
from community.kernel.days import day_of
from community.members.selectors import blocks, cards
from community.ties import rules, states
from community.ties.models import Meeting, OneToOne, Partner, Project
from community.ties.selectors import COUNTED, FIELDS, Tie

RECENT, FOUND_MOST, LATELY_MOST = 12, 20, 50
WHO = {
    "public_id": F("other__public_id"),
    "name": F("other__full_name"),
    "hidden": F("other__hide_me"),
    "active": F("other__is_active"),
}


@dataclass(frozen=True)
class Met:
    """Somebody met, for one line of a page. `name` is empty when they hide themselves or are no longer there."""

    tie: Tie
    public_id: str
    name: str
    gone: bool
    kind: str  # of the last meeting
    topic: str
    event_id: str
    wished: bool
    mutual: bool
    noted: bool

    @property
    def at_event(self) -> bool:
        return bool(self.tie.tables or self.tie.visits)


def met_by(person: Any) -> QuerySet[Meeting, Any]:
    """Everybody this person has a tie with, whom they met last first; those from whom they are apart are left out."""
    rows = Meeting.objects.filter(person=person).exclude(other__in=blocks.either_way(person))
    counted = rows.values("other_id").annotate(**COUNTED, **WHO).filter(firsts__gt=0)
    return counted.order_by("-last_at", "other_id").values("other_id", *FIELDS, *WHO)


@dataclass(frozen=True)
class Mate:
    """Somebody met, for a few lines elsewhere. `times`: meetings; `lately`: met in the period asked about, as a first
    meeting counts (R35); `shown`: whether by name."""

    public_id: str
    name: str
    times: int
    last_at: datetime
    mutual: bool
    lately: bool
    apart: bool
    shown: bool


def mates(person: Any, since: datetime, until: datetime) -> list[Mate]:
    """Everybody this person has a tie with, those too from whom they are `apart`; one question."""
    flags = {"mutual": Q(other__in=events.wished_by_both(person)), "apart": Q(other__in=blocks.either_way(person))}
    rows = Meeting.objects.filter(person=person).annotate(**flags).values("other_id", *flags)
    lately = Count("kind", filter=Q(kind__in=rules.FIRST, at__gte=since, at__lt=until))
    rows = rows.annotate(**COUNTED, **WHO, lately=lately).filter(firsts__gt=0).order_by()
    return [_mate(row) for row in rows.values(*FIELDS, *flags, *WHO, "other_id", "lately")]


def _mate(row: dict[str, Any]) -> Mate:
    who = {name: row.pop(name) for name in WHO}
    mutual, apart, lately = row.pop("mutual"), row.pop("apart"), bool(row.pop("lately"))
    tie = Tie(**row)
    shown = bool(who["name"]) and who["active"] and not who["hidden"] and not apart
    return Mate(who["public_id"], who["name"], tie.times, tie.last_at, mutual, lately, apart, shown)


def lines(person: Any, rows: Iterable[dict[str, Any]], at: datetime) -> list[Met]:
    """What the page says of those of one page; three questions."""
    found = [dict(row) for row in rows]
    ids = [row["other_id"] for row in found]
    meetings = Meeting.objects.filter(person=person, other__in=ids).order_by("other_id", "-at", "kind")
    last = {
        other: (kind, topic or "", public_id or "")
        for other, kind, topic, public_id in meetings.distinct("other_id").values_list(
            "other_id", "kind", "event__topic", "event__public_id"
        )
    }
    wishes = events.wishes_of(person, ids)
    open_ones = noted_by(person, at).filter(asked__in=ids)
    noted = set(open_ones.values_list("asked_id", flat=True))
    return [_line(row, last[row["other_id"]], wishes, noted) for row in found]


def _line(row: dict[str, Any], last: tuple[str, str, str], wishes: dict[int, bool], noted: set[int]) -> Met:
    who = {name: row.pop(name) for name in WHO}
    tie = Tie(**row)
    named = who["active"] and not who["hidden"]
    return Met(
        tie, who["public_id"], who["name"] if named else "", not who["active"], *last,
        wished=tie.other_id in wishes, mutual=wishes.get(tie.other_id, False), noted=tie.other_id in noted,
    )  # fmt: skip


def asked_of(person: Any, at: datetime) -> list[OneToOne]:
    """What others say and this person has not answered, the oldest first."""
    rows = OneToOne.objects.filter(asked=person, status=states.WAITING, expires_at__gt=at, asker__is_active=True)
    rows = rows.exclude(asker__in=blocks.either_way(person))
    return list(rows.select_related("asker").order_by("logged_at", "pk")[:FOUND_MOST])


def noted_by(person: Any, at: datetime) -> QuerySet[OneToOne]:
    """What this person has noted and nobody has confirmed, as far as they know; the newest first."""
    rows = OneToOne.objects.filter(asker=person, status__in=states.LOOKS_OPEN, expires_at__gt=at)
    return rows.select_related("asked").order_by("-logged_at", "-pk")


def confirmed_lately(person: Any, at: datetime) -> list[tuple[OneToOne, Any]]:
    """(one-to-one, the other) of those that can still be taken back, the latest confirmed first; fifty at most."""
    mine = Q(asker=person, asked__is_active=True) | Q(asked=person, asker__is_active=True)
    rows = OneToOne.objects.filter(mine, status=states.CONFIRMED, answered_at__gt=at - rules.UNDO_FOR)
    apart = blocks.either_way(person)
    rows = rows.exclude(asker__in=apart).exclude(asked__in=apart).select_related("asker", "asked")
    found = rows.order_by("-answered_at", "-pk")[:LATELY_MOST]
    return [(one, one.asked if one.asker_id == person.pk else one.asker) for one in found]


def one_to_one_of(person: Any, public_id: str) -> OneToOne | None:
    rows = OneToOne.objects.filter(Q(asker=person) | Q(asked=person))
    return rows.select_related("asker", "asked").filter(public_id=public_id).first()


def to_choose(person: Any, at: datetime, q: str = "") -> list[Any]:
    """Whom one can note a one-to-one with: those met last, or whoever has this name; at most twenty, two questions."""
    listed = cards.listed(day_of(at)).exclude(pk=person.pk).exclude(pk__in=blocks.either_way(person))
    if q:
        named = Q(full_name__icontains=q) | Q(name_key__istartswith=q)
        return list(listed.filter(named)[:FOUND_MOST])
    ids = [row["other_id"] for row in met_by(person)[: 2 * RECENT]]
    found = {one.pk: one for one in listed.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found][:RECENT]


def chosen(person: Any, public_ids: Iterable[str], at: datetime) -> list[int]:
    """The keys of members somebody chose from such a list; whoever may not be chosen is not among them."""
    listed = cards.listed(day_of(at)).exclude(pk__in=blocks.either_way(person))
    return list(listed.filter(public_id__in=list(public_ids)).order_by("pk").values_list("pk", flat=True))


def picked(person: Any, public_ids: Iterable[str], at: datetime) -> list[Any]:
    """The members among these public ids that may be chosen, by name; one question."""
    listed = cards.listed(day_of(at)).exclude(pk=person.pk).exclude(pk__in=blocks.either_way(person))
    return list(listed.filter(public_id__in=list(public_ids)[:FOUND_MOST]))


def projects_of(person: Any, at: datetime) -> list[tuple[Partner, list[Partner]]]:
    """(one's own part, those of the others who confirmed theirs) of every project one is asked into or part of; the newest
    first, fifty at most."""
    live = Q(status=states.CONFIRMED) | Q(status=states.ASKED, project__expires_at__gt=at)
    mine = Partner.objects.filter(live, person=person).exclude(project__title="").select_related("project__declared_by")
    parts = list(mine.order_by("-project__declared_at", "-pk")[:50])
    rows = Partner.objects.filter(project__in=[part.project_id for part in parts]).exclude(person=person)
    rows = rows.exclude(person__in=blocks.either_way(person)).filter(status=states.CONFIRMED).select_related("person")
    others: dict[int, list[Partner]] = {}
    for row in rows.order_by("person__name_key", "pk"):
        others.setdefault(row.project_id, []).append(row)
    return [(part, others.get(part.project_id, [])) for part in parts]


def project_of(person: Any, public_id: str) -> Project | None:
    """A project this person has a part in."""
    rows = Project.objects.filter(partners__person=person, public_id=public_id)
    return rows.select_related("declared_by").first()
