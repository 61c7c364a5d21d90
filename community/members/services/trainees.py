"""Trainees (R11): a sponsor who stands by them, and six months to show a registered company."""

from datetime import datetime

from django.db.models import F

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import notifications, ports, rules
from community.members import states as lifecycle
from community.members.models import Application, Person, Term
from community.members.services.people import lock_person


@settled()
def decline(application_id: int, *, by: Person, at: datetime) -> Application:
    """The sponsor does not stand by this trainee; the reviewers see it and the papers can't be approved so.

    Raises RuleBroken("sponsor.decided") once the application is decided, or when they declined before.
    """
    person_id = Application.objects.values_list("person_id", flat=True).get(pk=application_id)
    lock_person(person_id)
    application = Application.objects.select_related("person").get(pk=application_id, sponsor=by)
    undecided = application.status in (lifecycle.SUBMITTED, lifecycle.MORE_NEEDED)
    if not undecided or application.sponsor_declined_at is not None:
        raise RuleBroken("sponsor.decided")
    application.sponsor_declined_at = at
    application.save(update_fields=["sponsor_declined_at"])
    audit.record("application.sponsor_decline", application, by=by, at=at)
    return application


@settled()
def remind_all_due(*, at: datetime) -> int:
    """R11: every trainee 30 and 7 days before the six months end, once per end and step; how many are new."""
    today = day_of(at)
    near = Term.objects.filter(voided_at=None, ends_early_on__gt=today, ends_early_on__lte=rules.trainee_horizon(today))
    due = [
        (term, step)
        for term in near.filter(person__is_active=True).order_by("pk")
        if term.ends_early_on and (step := rules.trainee_reminder_due(term.ends_early_on, today)) is not None
    ]
    return notifications.trainee_reminders(due, at=at)


@settled()
def end_if_due(person_id: int, *, at: datetime) -> bool:
    """R11: six months without a company: the membership is over. It was so from that day on, swept or not; this
    writes it down once, gives future seats back and tells the person."""
    lock_person(person_id)
    over = Term.objects.filter(person_id=person_id, voided_at=None, ends_early_on__lte=day_of(at))
    term = over.select_related("person").order_by("starts_on").last()
    if term is None or term.ends_on == term.ends_early_on:
        return False
    assert term.ends_early_on is not None
    term.ends_on = term.ends_early_on
    term.save(update_fields=["ends_on"])
    audit.record("term.end", term, by=None, at=at, reason="trainee_over")
    ports.give_back_seats(person_id, by=None, at=at, reason="trainee_over")
    ports.close_posts(person_id, by=None, at=at, reason="trainee_over")
    ports.leave_programmes(person_id, by=None, at=at, reason="trainee_over")
    ports.stop_auto_renewal(person_id, by=None, at=at)
    notifications.trainee_ended(term, at=at)
    return True


def end_all_due(*, at: datetime) -> int:
    """One transaction a person, so that one failure stops nobody else."""
    over = Term.objects.filter(voided_at=None, ends_early_on__lte=day_of(at)).exclude(ends_on=F("ends_early_on"))
    return sum(end_if_due(pk, at=at) for pk in list(over.order_by("pk").values_list("person_id", flat=True)))
