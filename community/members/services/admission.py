"""Papers, attendance and fee together admit (R8), in whatever order; and what undoes it."""

from datetime import datetime

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.members import notifications, ports, rules
from community.members import states as lifecycle
from community.members.models import Application, Person, Term
from community.members.services import clock
from community.members.services.people import lock_person


@settled()
def record_attendance(person_id: int, *, began_at: datetime, by: Person | None, at: datetime) -> None:
    """Events tells: checked in at a qualifying event that began at `began_at`; the event's time decides (R5).

    May reinstate an application that lapsed before a late roster was typed (product.md §5), and may admit.
    """
    lock_person(person_id)
    attended(person_id, began_at=began_at, by=by, at=at)


def attended(person_id: int, *, began_at: datetime, by: Person | None, at: datetime) -> None:
    """`record_attendance` inside a transaction that holds the person's lock already."""
    application = _latest(person_id)
    if application is None or application.approved_at is None:
        return
    clock.settle(application, at=at)
    assert application.clock_ends_at is not None
    if not rules.inside_clock(began_at, application.approved_at, application.clock_ends_at):
        return
    if application.status == lifecycle.LAPSED and application.lapse_reason == Application.LapseReason.NOT_ATTENDED:
        _reinstate(application, by=by, at=at)
    if application.status not in (lifecycle.APPROVED, lifecycle.ADMITTED):
        return
    if application.attended_at is None or began_at < application.attended_at:
        application.attended_at = began_at
        application.attendance_undone_at = None
        application.save(update_fields=["attended_at", "attendance_undone_at"])
        audit.record("application.attend", application, by=by, at=at, data={"began_at": began_at.isoformat()})
    admit_if_complete(application, by=by, at=at)


@settled()
def undo_attendance(person_id: int, *, by: Person | None, at: datetime, reason: str) -> None:
    """Events tells: a check-in was undone. Another qualifying attendance keeps the condition.

    An admission already completed does not end: it is flagged for a reviewer (product.md §5).
    """
    lock_person(person_id)
    application = _latest(person_id)
    if application is None or application.attended_at is None:
        return
    if application.status not in (lifecycle.APPROVED, lifecycle.ADMITTED, lifecycle.LAPSED):
        return
    assert application.approved_at is not None and application.clock_ends_at is not None
    earliest = ports.earliest_attendance(person_id, _day_zero(application), application.clock_ends_at)
    if earliest == application.attended_at:
        return
    application.attended_at = earliest
    if earliest is None and application.status == lifecycle.ADMITTED:
        application.attendance_undone_at = at
    application.save(update_fields=["attended_at", "attendance_undone_at"])
    audit.record("application.attend_undo", application, by=by, at=at, reason=reason)


@settled()
def record_payment(
    person_id: int, *, application_id: int, tier_id: int, paid_at: datetime, by: Person | None, at: datetime
) -> bool:
    """Billing tells: the admission invoice is fully paid, at `paid_at`. May admit (R8).

    False when the application is no longer open to it: billing must then keep the money as a named case.
    """
    lock_person(person_id)
    application = Application.objects.get(pk=application_id, person_id=person_id)
    if application.status != lifecycle.APPROVED or application.paid_at is not None:
        return False
    application.paid_at, application.tier_id = paid_at, tier_id
    application.save(update_fields=["paid_at", "tier"])
    audit.record("application.pay", application, by=by, at=at, data={"paid_at": paid_at.isoformat()})
    admit_if_complete(application, by=by, at=at)
    return True


@settled()
def payment_reversed(person_id: int, *, application_id: int, by: Person | None, at: datetime, reason: str) -> None:
    """Billing tells: the fee was refunded in full. Before admission it is simply unpaid again; after it, the
    admission is undone: term void from this moment, seats back, application withdrawn (product.md §5, Money)."""
    lock_person(person_id)
    application = Application.objects.get(pk=application_id, person_id=person_id)
    if application.status == lifecycle.APPROVED and application.paid_at is not None:
        application.paid_at = None
        application.save(update_fields=["paid_at"])
        audit.record("application.pay_undo", application, by=by, at=at, reason=reason)
    elif application.status == lifecycle.ADMITTED:
        Term.objects.filter(application=application, voided_at=None).update(voided_at=at)
        states.move(
            lifecycle.APPLICATION, application, "undo", by=by, at=at, reason=reason, paid_at=None, withdrawn_at=at
        )
        ports.give_back_seats(person_id, by=by, at=at, reason=reason)
        ports.close_posts(person_id, by=by, at=at, reason=reason)
        ports.leave_programmes(person_id, by=by, at=at, reason=reason)
        ports.stop_auto_renewal(person_id, by=by, at=at)


def admit_if_complete(application: Application, *, by: Person | None, at: datetime) -> bool:
    """Admit when all three conditions hold: the term begins on the day this is recorded (R8, R14)."""
    if application.status != lifecycle.APPROVED or not rules.complete(
        approved=application.approved_at is not None,
        attended=application.attended_at is not None,
        paid=application.paid_at is not None,
    ):
        return False
    states.move(lifecycle.APPLICATION, application, "admit", by=by, at=at, admitted_at=at)
    starts_on, ends_on = rules.term_of_admission(at)
    assert application.tier_id is not None
    Term.objects.create(
        person_id=application.person_id, tier_id=application.tier_id, application=application,
        starts_on=starts_on, ends_on=ends_on, recorded_at=at,
        ends_early_on=rules.trainee_until(starts_on) if application.is_trainee else None,
    )  # fmt: skip
    notifications.welcome(application, ends_on=ends_on, at=at)
    return True


def _reinstate(application: Application, *, by: Person | None, at: datetime) -> None:
    states.move(
        lifecycle.APPLICATION, application, "reinstate", by=by, at=at,
        reason="attendance inside the clock was recorded late", lapsed_at=None, lapse_reason="",
        paid_at=ports.drop_refund(application.pk, by=by, at=at),
    )  # fmt: skip


def _latest(person_id: int) -> Application | None:
    return Application.objects.select_related("person").filter(person_id=person_id).order_by("-pk").first()


def _day_zero(application: Application) -> datetime:
    from community.kernel.days import day_of, start_of

    assert application.approved_at is not None
    return start_of(day_of(application.approved_at))
