"""Leaving of one's own accord (product.md §5, People; R18): any day, at once; and the change of mind in 72 hours."""

from datetime import datetime

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.members import policies, ports
from community.members import states as lifecycle
from community.members.models import Application, Farewell, Person, Term
from community.members.services.people import lock_person


@settled()
def leave(person_id: int, *, by: Person, at: datetime, reason: str, why: str = "") -> list[Term]:
    """End the membership today: the running term ends, a paid one that has not begun is void, seats and posts go back
    in the same act. The terms that were cut, as they were. `why` and `reason`: the answer to the one question that is
    asked, which nobody has to give. Raises RuleBroken("leaving.no_membership").
    """
    person = lock_person(person_id)
    policies.may_leave(person, at=at).insist()
    terms = end(person, action="term.leave", by=by, at=at, reason=reason)
    Farewell.objects.create(person=person, left_at=at, why=why, words=reason)
    gone(person_id, by=by, at=at, reason="left")
    return terms


def end(person: Person, *, action: str, by: Person, at: datetime, reason: str) -> list[Term]:
    """Every term that runs, or is still to begin, ends today and without grace; those that were cut, as they were."""
    today = day_of(at)
    terms = list(Term.objects.filter(person=person, voided_at=None, ends_on__gt=today).order_by("starts_on"))
    for term in terms:
        begun = {"ends_on": today, "ends_early_on": today} if term.starts_on < today else {"voided_at": at}
        Term.objects.filter(pk=term.pk).update(closed_at=at, **begun)
        data = {"ends_on": [term.ends_on.isoformat(), today.isoformat()]}
        audit.record(action, term, by=by, at=at, reason=reason, data=data)
    in_grace = Term.objects.filter(person=person, voided_at=None, closed_at=None)
    for term in [] if terms else in_grace:
        Term.objects.filter(pk=term.pk).update(closed_at=at, ends_early_on=term.ends_on)
        audit.record(action, term, by=by, at=at, reason=reason)
    return terms


@settled()
def change_mind(person_id: int, *, by: Person, at: datetime) -> Application:
    """R18: within 72 hours the admission is undone: term void from this moment, seats back, application withdrawn.
    Billing sends the money back in the same transaction. Raises RuleBroken("leaving.too_late")."""
    person = lock_person(person_id)
    policies.may_change_mind(person, at=at).insist()
    application = policies.live_application(person)
    assert application is not None
    for term in Term.objects.filter(application=application, voided_at=None):
        Term.objects.filter(pk=term.pk).update(voided_at=at, closed_at=at)
    states.move(
        lifecycle.APPLICATION, application, "undo", by=by, at=at, reason="within_72_hours", paid_at=None,
        withdrawn_at=at,
    )  # fmt: skip
    gone(person_id, by=by, at=at, reason="within_72_hours")
    return application


def gone(person_id: int, *, by: Person, at: datetime, reason: str) -> None:
    """Nothing of the membership goes on: what standing gave is given back, and no card pays for another year."""
    give_back(person_id, by=by, at=at, reason=reason)
    ports.stop_auto_renewal(person_id, by=by, at=at)


def give_back(person_id: int, *, by: Person, at: datetime, reason: str) -> None:
    """Whoever loses standing gives back seats, offers and places in line, closes posts and leaves programmes, in the
    same act (product.md §5); introductions under way stay."""
    ports.give_back_seats(person_id, by=by, at=at, reason=reason)
    ports.close_posts(person_id, by=by, at=at, reason=reason)
    ports.leave_programmes(person_id, by=by, at=at, reason=reason)
