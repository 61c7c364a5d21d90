"""A need finds its people (R31), and a new offer its needs. Who is surfaced is stored once, with the reasons."""

from datetime import datetime

from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.matching import notifications, rules
from community.matching.models import Document, Match
from community.matching.selectors import fitting
from community.matching.services.indexing import lock_corpus
from community.members import selectors as members

SWEPT_AT_ONCE = 50


@settled()
def pair(key: str, *, at: datetime) -> list[Match]:
    """Surface the members whom a need finds now, and tell those who may be told; the matches that are new.

    Who was surfaced before stays; a match nobody has seen yet is brought up to date. For a need that is over, hidden
    or gone, or whose author is without standing, nobody is surfaced.
    """
    lock_corpus()  # one pairing at a time: the caps hold, and two never surface somebody twice
    need = Document.objects.select_related("person").filter(kind=rules.NEED, key=key).first()
    return _pair(need, at) if need is not None else []


def _pair(need: Document, at: datetime) -> list[Match]:
    Document.objects.filter(pk=need.pk).update(paired_at=at)
    if not _is_open(need, at):
        return []
    known = {match.person_id: match for match in Match.objects.filter(need=need)}
    new: list[Match] = []
    changed: list[Match] = []
    for rank, found in enumerate(fitting.find(need, at=at), start=1):
        if match := known.get(found.person_id):
            if match.seen_at or match.answer:
                continue  # what they were told stays as it was
            changed.append(match)
        else:
            slot = Match.Slot.ROTATING if found.rotating else Match.Slot.RANKED
            match = Match(need=need, person_id=found.person_id, surfaced_at=at, slot=slot)
            new.append(match)
        match.document_id, match.fit, match.rank = found.document_id, found.fit, rank
        match.tier, match.reasons = found.tier, found.reasons
    told = _claim([*changed, *new], at)  # not who was found once and doesn't fit any more
    Match.objects.bulk_update(changed, ["document", "fit", "rank", "tier", "reasons"])
    Match.objects.filter(pk__in=[match.pk for match in told if match.pk]).update(notified_at=at)
    Match.objects.bulk_create(new)
    notifications.tell(need, told, at=at)
    return new


def _is_open(need: Document, at: datetime) -> bool:
    over = need.valid_until is not None and at >= need.valid_until
    return need.visible and not over and members.stands_well(need.person_id, day_of(at))


def _claim(matches: list[Match], at: datetime) -> list[Match]:
    """Those who are told of this need now, marked so: each once, and nobody of more than three in seven days (R34)."""
    waiting = [match for match in matches if not (match.notified_at or match.seen_at or match.answer)]
    lately = fitting.told_lately([match.person_id for match in waiting], at=at) if waiting else {}
    chosen = [match for match in waiting if rules.may_be_told(lately.get(match.person_id, 0))]
    for match in chosen:
        match.notified_at = at
    return chosen


@settled()
def pair_document(document_id: int, *, at: datetime) -> int:
    """Compare what was written with the other side: a need with all offers, cards and answers; of those each marks the
    open needs it fits best, and they are compared once, however many marked them. How many members were surfaced anew.
    Safe to repeat."""
    lock_corpus()
    document = Document.objects.select_related("person").filter(pk=document_id).first()
    if document is None:
        return 0
    if document.kind == rules.NEED:
        return len(_pair(document, at))
    Document.objects.filter(pk=document.pk).update(paired_at=at)
    Document.objects.filter(pk__in=[need.pk for need in fitting.needs_fitting(document, at=at)]).update(paired_at=None)
    return 0


def sweep(*, at: datetime) -> int:
    """Everything that was written and not compared yet, oldest first, and then the needs it fits; how many documents.
    Safe to run in parallel."""
    due = Document.objects.filter(paired_at=None).order_by("written_at", "pk").values_list("pk", flat=True)
    compared = 0
    for some in (due.exclude(kind=rules.NEED), due.filter(kind=rules.NEED)):
        keys = list(some[:SWEPT_AT_ONCE])
        for key in keys:
            pair_document(key, at=at)
        compared += len(keys)
    return compared
