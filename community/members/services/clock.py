"""The three-week clock (R5–R7, R9): extend, remind, lapse. Every verb is safe to run late and twice."""

from datetime import datetime

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.members import notifications, policies, ports, rules
from community.members import states as lifecycle
from community.members.models import Application, ClockExtension, Person
from community.members.services.people import lock_person


@settled()
def extend_for_cancelled_event(
    person_id: int, *, topic: str, starts_at: datetime, by: Person | None, at: datetime
) -> bool:
    """R6: the club cancelled the event this person held a seat for: 7 days more, at most three times.

    Only while the clock runs, without attendance, for an event inside the window.
    """
    lock_person(person_id)
    application = _approved(person_id)
    if application is None:
        return False
    settle(application, at=at)
    if application.attended_at is not None or policies.lapse_reason(application, at):
        return False
    assert application.approved_at is not None and application.clock_ends_at is not None
    if not rules.inside_clock(starts_at, application.approved_at, application.clock_ends_at):
        return False
    automatic = application.extensions.exclude(why=ClockExtension.Why.REVIEWER)
    if automatic.count() >= rules.MOST_EXTENSIONS:
        return False
    _extend(application, rules.extended(application.clock_ends_at), ClockExtension.Why.CANCELLED, topic, at=at)
    notifications.clock_extended(application, why=ClockExtension.Why.CANCELLED, reason=topic, at=at)
    return True


def settle(application: Application, *, at: datetime) -> bool:
    """R6: write down the weeks the clock has got by itself, under the person's lock; whoever acts on a clock does
    this first. A worker that was late writes several, and one letter."""
    ends = policies.fair_ends(application, at)
    for ends_at in ends:
        _extend(application, ends_at, ClockExtension.Why.NO_SEAT, "", at=at)
    if ends and at < ends[-1]:
        notifications.clock_extended(application, why=ClockExtension.Why.NO_SEAT, reason="", at=at)
    return bool(ends)


def extend_by_reviewers(application: Application, *, reason: str, by: Person, at: datetime) -> None:
    """R6: one week more, because a reviewer asked for it and another consented. Under the person's lock."""
    assert application.clock_ends_at is not None
    ends_at = rules.extended(application.clock_ends_at)
    _extend(application, ends_at, ClockExtension.Why.REVIEWER, reason, by=by, at=at)
    notifications.clock_extended(application, why=ClockExtension.Why.REVIEWER, reason=reason, at=at)


def _extend(
    application: Application, ends_at: datetime, why: str, reason: str, *, at: datetime, by: Person | None = None
) -> None:
    ClockExtension.objects.create(application=application, why=why, reason=reason, extended_at=at, ends_at=ends_at)
    application.clock_ends_at = ends_at
    application.save(update_fields=["clock_ends_at"])
    data = {"why": why, "ends_at": ends_at.isoformat()}
    audit.record("application.extend", application, by=by, at=at, reason=reason, data=data)


@settled()
def lapse_if_due(person_id: int, *, at: datetime) -> bool:
    """R9: lapse now if the clock or the fee's time is over, once; refund what was paid, give seats back.

    A clock in whose time no seat could be had gets its week instead (R6).
    """
    lock_person(person_id)
    application = _approved(person_id)
    if application is None:
        return False
    settle(application, at=at)
    reason = policies.lapse_reason(application, at)
    if not reason:
        return False
    states.move(
        lifecycle.APPLICATION, application, "lapse", by=None, at=at, reason=reason, lapsed_at=at, lapse_reason=reason
    )
    ports.give_back_seats(person_id, by=None, at=at, reason="lapsed")  # events before invoices: one lock order
    ports.refund_fee(application.pk, by=None, at=at, reason="lapsed")
    notifications.application_lapsed(application, at=at)
    return True


def lapse_all_due(*, at: datetime) -> int:
    """The nightly and five-minutely sweep: one transaction a person, so one failure stops nobody else."""
    people = Application.objects.filter(status=lifecycle.APPROVED, clock_ends_at__lte=at).values_list(
        "person_id", flat=True
    )
    return sum(lapse_if_due(person_id, at=at) for person_id in list(people.order_by("clock_ends_at")))


@settled()
def remind_all_due(*, at: datetime) -> int:
    """R7: everybody whose clock has reached a step of the ladder, once per clock's end; how many are new.

    Never after attendance, withdrawal or lapse. All in one transaction: a run that fails is simply run again.
    """
    horizon = rules.extended(at, max(rules.REMIND_DAYS) + 2)
    running = Application.objects.filter(
        status=lifecycle.APPROVED, attended_at=None, clock_ends_at__gt=at, clock_ends_at__lte=horizon
    )
    facts = running.only("person_id", "clock_ends_at").order_by("clock_ends_at", "pk")
    due = [(a, step) for a in facts if a.clock_ends_at and (step := rules.reminder_due(a.clock_ends_at, at))]
    return notifications.clock_reminders(due, at=at)


def _approved(person_id: int) -> Application | None:
    return Application.objects.select_related("person").filter(person_id=person_id, status=lifecycle.APPROVED).first()
