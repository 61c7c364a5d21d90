"""The messages of admission, one function each. Context is plain facts; the words are in templates/members/mail/."""

from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from community.kernel import outbox
from community.kernel.days import day_of
from community.members import ports, rules
from community.members.models import Application


def application_received(application: Application, *, at: datetime) -> bool:
    return outbox.post(
        "members/application_received",
        application.person,
        occasion=f"application-received:{application.pk}:{at.isoformat()}",
        at=at,
        context={"path": reverse("application")},
    )


def application_approved(application: Application, *, at: datetime) -> bool:
    assert application.clock_ends_at is not None
    return outbox.post(
        "members/application_approved",
        application.person,
        occasion=f"application-approved:{application.pk}",
        at=at,
        context={"clock_ends_at": application.clock_ends_at.isoformat(), "path": reverse("home")},
    )


def more_needed(application: Application, *, reason: str, at: datetime) -> bool:
    return outbox.post(
        "members/more_needed",
        application.person,
        occasion=f"application-more-needed:{application.pk}:{at.isoformat()}",
        at=at,
        context={"reason": reason, "path": reverse("application")},
    )


def application_rejected(application: Application, *, at: datetime) -> bool:
    again_on = rules.may_apply_again_on(application.status, day_of(at))
    return outbox.post(
        "members/application_rejected",
        application.person,
        occasion=f"application-rejected:{application.pk}",
        at=at,
        context={
            "reason_code": application.reason_code,
            "reason": application.reason,
            "again_on": again_on.isoformat(),
            "path": reverse("application"),
        },
    )


def application_lapsed(application: Application, *, at: datetime) -> bool:
    return outbox.post(
        "members/application_lapsed",
        application.person,
        occasion=f"application-lapsed:{application.pk}:{at.isoformat()}",
        at=at,
        context={
            "lapse_reason": application.lapse_reason,
            "refunded": application.paid_at is not None,
            "again_on": rules.may_apply_again_on(application.status, day_of(at)).isoformat(),
            "path": reverse("application"),
        },
    )


def clock_extended(application: Application, *, why: str, reason: str, at: datetime) -> bool:
    """R6, with why: "cancelled" (`reason` is the event's topic), "no_seat", or "reviewer" (`reason` in their words)."""
    assert application.clock_ends_at is not None
    return outbox.post(
        "members/clock_extended",
        application.person,
        occasion=f"clock-extended:{application.pk}:{application.clock_ends_at.isoformat()}",
        at=at,
        context={
            "why": why,
            "reason": reason,
            "clock_ends_at": application.clock_ends_at.isoformat(),
            "path": reverse("events"),
        },
    )


def clock_reminders(due: list[tuple[Application, int]], *, at: datetime) -> int:
    """R7: (application, step of the ladder) pairs; names events with seats left before each clock's end.

    The occasion carries the end date, so an extended clock reminds afresh. How many were new.
    """
    ends = {application.clock_ends_at for application, _ in due if application.clock_ends_at}
    events = {
        end: [{**event, "starts_at": event["starts_at"].isoformat()} for event in ports.qualifying_events(at, end, at)]
        for end in ends
    }
    return outbox.post_all([_clock_reminder(application, step, events, at) for application, step in due])


def _clock_reminder(
    application: Application, step: int, events: dict[datetime, list[dict[str, Any]]], at: datetime
) -> outbox.Message:
    end = application.clock_ends_at
    assert end is not None
    return outbox.draft(
        "members/clock_reminder",
        application.person_id,
        occasion=f"clock:{application.pk}:{end.date().isoformat()}:{step}",
        at=at,
        context={
            "clock_ends_at": end.isoformat(),
            "days_left": rules.days_left(end, at),
            "events": events[end],
            "path": reverse("events"),
        },
        transactional=False,
        valid_until=rules.reminder_valid_until(end, step),
    )


def welcome(application: Application, *, ends_on: date, at: datetime) -> bool:
    return outbox.post(
        "members/welcome",
        application.person,
        occasion=f"welcome:{application.pk}",
        at=at,
        context={"last_on": (ends_on - timedelta(days=1)).isoformat(), "path": reverse("home")},
    )
