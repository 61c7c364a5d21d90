"""What follows a term (R15, R16): another one, or the end of the membership. Standing itself is computed."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.members import notifications, policies, ports, rules
from community.members.models import Person, Term
from community.members.services.people import lock_person


@settled()
def renew(
    person_id: int, *, follows_id: int, tier_id: int, paid_at: datetime, by: Person | None, at: datetime
) -> Term | None:
    """Billing tells: the renewal after a term is fully paid, at `paid_at`. The new term, or None when the term can no
    longer be followed: billing must then keep the money as a named case.

    Paid before the end or in grace it starts at the old end, in the 30 days of revival on the day of payment.
    """
    lock_person(person_id)
    old = policies.last_term(Person(pk=person_id))
    if old is None or old.pk != follows_id or old.ends_early_on is not None:
        return None
    period = rules.renewed_term(old.ends_on, day_of(paid_at))
    if period is None:
        return None
    term = Term.objects.create(
        person_id=person_id, tier_id=tier_id, starts_on=period[0], ends_on=period[1], recorded_at=at
    )
    Term.objects.filter(pk=old.pk).update(closed_at=at)
    audit.record("term.renew", term, by=by, at=at, data={"follows": old.pk, "paid_at": paid_at.isoformat()})
    return term


@settled()
def undo(term_id: int, *, follows_id: int | None, by: Person | None, at: datetime, reason: str) -> None:
    """Billing tells: the payment that carries a term has gone back in full. The term is void from this moment; what
    runs besides it runs on. Without another term the membership is over, and future seats go back in the same act."""
    person_id = Term.objects.values_list("person_id", flat=True).get(pk=term_id)
    person = lock_person(person_id)
    if not Term.objects.filter(pk=term_id, voided_at=None).update(voided_at=at):
        return
    audit.record("term.void", Term(pk=term_id, person_id=person_id), by=by, at=at, reason=reason)
    if follows_id is not None:
        Term.objects.filter(pk=follows_id).update(closed_at=None)
    if not policies.is_member(person, day_of(at)):
        ports.give_back_seats(person_id, by=by, at=at, reason=reason)
        ports.close_posts(person_id, by=by, at=at, reason=reason)
        ports.leave_programmes(person_id, by=by, at=at, reason=reason)
        ports.stop_auto_renewal(person_id, by=by, at=at)


@settled()
def expire_if_due(person_id: int, *, at: datetime) -> bool:
    """R15: grace is over and nothing was paid. It was so from that day on, swept or not; this writes it down once,
    gives future seats back and says until when the person can still come back."""
    lock_person(person_id)
    term = _over(at).filter(person_id=person_id).select_related("person").order_by("ends_on").last()
    if term is None:
        return False
    _over(at).filter(person_id=person_id).update(closed_at=at)
    if policies.is_member(term.person, day_of(at)):
        return False
    audit.record("term.expire", term, by=None, at=at)
    ports.give_back_seats(person_id, by=None, at=at, reason="expired")
    ports.close_posts(person_id, by=None, at=at, reason="expired")
    ports.leave_programmes(person_id, by=None, at=at, reason="expired")
    ports.stop_auto_renewal(person_id, by=None, at=at)
    if day_of(at) < rules.renewable_until(term.ends_on):
        notifications.membership_expired(term, at=at)
    return True


def expire_all_due(*, at: datetime) -> int:
    """One transaction a person, so that one failure stops nobody else."""
    people = _over(at).order_by("person_id").values_list("person_id", flat=True).distinct()
    return sum(expire_if_due(pk, at=at) for pk in list(people))


@settled()
def stop_reminders(term_id: int, *, by: Person | None, at: datetime) -> None:
    """R15: no more notices about the end of this term; once is enough."""
    if Term.objects.filter(pk=term_id, reminders_off_at=None).update(reminders_off_at=at):
        audit.record("term.reminders_off", Term.objects.get(pk=term_id), by=by, at=at)


def _over(at: datetime) -> QuerySet[Term]:
    """Terms whose grace is over and that nothing was written about yet."""
    last_end = day_of(at) - timedelta(days=rules.GRACE_DAYS)
    return Term.objects.filter(voided_at=None, closed_at=None, ends_early_on=None, ends_on__lte=last_end)
