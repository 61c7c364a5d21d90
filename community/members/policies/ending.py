"""Who may suspend, expel, appeal, leave and change their mind (product.md §5, People; R18)."""

from datetime import date, datetime

from django.db.models import QuerySet

from community.kernel.access import ADMINISTRATOR
from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.members import rules, states
from community.members.models import Expulsion, Person, Suspension, Term
from community.members.policies.applying import live_application
from community.members.policies.standing import is_member, suspension_of


def may_leave(person: Person, *, at: datetime) -> Verdict:
    """Any day, while there is a membership to leave: running, in grace, or paid and still to begin."""
    ahead = Term.objects.filter(person=person, voided_at=None, ends_on__gt=day_of(at)).exclude(
        ends_early_on__lte=day_of(at)
    )
    return YES if ahead.exists() or is_member(person, day_of(at)) else no("leaving.no_membership")


def mind_open_until(person: Person) -> datetime | None:
    """R18: until when the admission can be undone with everything back; None when there is none to undo."""
    application = live_application(person)
    if application is None or application.status != states.ADMITTED or application.paid_at is None:
        return None
    assert application.admitted_at is not None
    return rules.mind_open_until(application.paid_at, application.admitted_at)


def may_change_mind(person: Person, *, at: datetime) -> Verdict:
    """R18: within 72 hours, while the term of the admission runs."""
    until = mind_open_until(person)
    running = Term.objects.filter(person=person, application__isnull=False, voided_at=None, ends_early_on=None)
    return YES if until is not None and at < until and running.exists() else no("leaving.too_late")


def may_suspend(by: Person, person: Person, *, at: datetime) -> Verdict:
    """An administrator, anybody who is a member and not suspended yet; never oneself."""
    if by.pk == person.pk:
        return no("suspension.own")
    if not _is_administrator(by):
        return no("standing.administrators")
    if suspension_of(person, day_of(at)):
        return no("suspension.running")
    return YES if is_member(person, day_of(at)) else no("suspension.no_member")


def suspension_ends(ends_on: date, *, at: datetime) -> Verdict:
    """A suspension has an end: after today, and within a year."""
    days = (ends_on - day_of(at)).days
    return YES if 0 < days <= rules.SUSPENDED_MOST_DAYS else no("suspension.end")


def may_change_suspension(by: Person, suspension: Suspension, *, at: datetime) -> Verdict:
    """Lifted or given another end while it runs; never by whom it concerns."""
    if by.pk == suspension.person_id:
        return no("suspension.own")
    return YES if suspension.begins_on <= day_of(at) < suspension.ends_on else no("suspension.over")


def may_appeal(person: Person, suspension: Suspension, *, at: datetime) -> Verdict:
    """Once, by the person, while it lasts."""
    if day_of(at) >= suspension.ends_on:
        return no("suspension.over")
    return YES if person.pk == suspension.person_id and suspension.appealed_at is None else no("appeal.once")


def may_answer_appeal(by: Person, suspension: Suspension, *, at: datetime) -> Verdict:
    """Another administrator than who suspended, where there is one; never the person, and once."""
    if by.pk == suspension.person_id:
        return no("suspension.own")
    if suspension.appealed_at is None or suspension.answered_at is not None:
        return no("appeal.stale")
    return no("appeal.another") if by.pk == suspension.set_by_id and others(suspension) else YES


def others(suspension: Suspension) -> bool:
    """Whether somebody can answer an appeal who neither suspended nor was suspended."""
    people = administrators().exclude(pk__in=[suspension.person_id, suspension.set_by_id])
    return people.exists()


def administrators() -> QuerySet[Person]:
    return Person.objects.filter(groups__name=ADMINISTRATOR, is_active=True)


def _is_administrator(by: Person) -> bool:
    """Now, whatever they were when the page was opened."""
    return administrators().filter(pk=by.pk).exists()


def may_propose_expulsion(by: Person, person: Person, *, at: datetime) -> Verdict:
    """One administrator proposes, of a member; never of oneself nor of the last administrator."""
    if by.pk == person.pk:
        return no("expulsion.own")
    if not is_member(person, day_of(at)):
        return no("expulsion.no_member")
    last = administrators().filter(pk=person.pk).exists() and not administrators().exclude(pk=person.pk).exists()
    if last:
        return no("role.last_administrator")
    return YES if _is_administrator(by) else no("standing.administrators")


def may_answer_expulsion(by: Person, expulsion: Expulsion) -> Verdict:
    """A second administrator carries it out or refuses; never who proposed it, never whom it concerns."""
    if not _is_administrator(by):
        return no("standing.administrators")
    if expulsion.status != states.ASKED:
        return no("expulsion.stale")
    if by.pk == expulsion.person_id:
        return no("expulsion.own")
    return no("expulsion.same_person") if by.pk == expulsion.asked_by_id else YES


def may_withdraw_expulsion(by: Person, expulsion: Expulsion) -> Verdict:
    if expulsion.status != states.ASKED:
        return no("expulsion.stale")
    return YES if by.pk == expulsion.asked_by_id else no("expulsion.not_yours")


def may_readmit(expulsion: Expulsion) -> Verdict:
    carried_out = expulsion.status == states.CONSENTED and expulsion.readmitted_at is None
    return YES if carried_out else no("expulsion.stale")


def is_expelled(person: Person) -> bool:
    """Expelled, and nobody has allowed another application."""
    return Expulsion.objects.filter(person=person, status=states.CONSENTED, readmitted_at=None).exists()
