"""Another tier (R17): up at once for the running term, down with the next one. What it costs is billing's."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.members.models import Person, Term
from community.members.services.people import lock_person


@settled()
def move_up(
    person_id: int, *, term_id: int, from_tier_id: int, tier_id: int, paid_at: datetime, by: Person | None, at: datetime
) -> bool:
    """Billing tells: the way up is paid, at `paid_at`. False when the term is not as it was quoted: billing must then
    keep the money as a named case."""
    lock_person(person_id)
    quoted = Term.objects.filter(pk=term_id, voided_at=None, ends_early_on=None, tier_id=from_tier_id)
    term = quoted.filter(ends_on__gt=day_of(paid_at)).first()
    if term is None:
        return False
    set_tier(term, tier_id, by=by, at=at, reason="moved_up")
    return True


@settled()
def set_tier(term: Term, tier_id: int, *, by: Person | None, at: datetime, reason: str) -> None:
    """A term holds another tier from now on. A wish that has come true so is none any more."""
    lock_person(term.person_id)
    old = Term.objects.values_list("tier_id", flat=True).get(pk=term.pk)
    if old == tier_id:
        return
    Term.objects.filter(pk=term.pk).update(tier_id=tier_id)
    Term.objects.filter(pk=term.pk, next_tier_id=tier_id).update(next_tier=None)
    audit.record("term.tier", term, by=by, at=at, reason=reason, old=str(old), new=str(tier_id))


@settled()
def wish(term: Term, tier_id: int | None, *, by: Person, at: datetime) -> bool:
    """The tier of the year after a term; None takes the wish back. Whether that is something new."""
    lock_person(term.person_id)
    old = Term.objects.values_list("next_tier_id", flat=True).get(pk=term.pk)
    if old == tier_id:
        return False
    Term.objects.filter(pk=term.pk).update(next_tier_id=tier_id)
    audit.record("term.wish", term, by=by, at=at, old=str(old or ""), new=str(tier_id or ""))
    return True
