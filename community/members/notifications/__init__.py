"""The messages of admission, one function each. Context is plain facts; the words are in templates/members/mail/."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from community.kernel import outbox
from community.kernel.days import day_of, start_of
from community.members import policies, ports, rules, states
from community.members.models import Application, ClubSettings, CompanyChange, Person, Question, Stake, Term


def application_received(application: Application, *, at: datetime) -> bool:
    return outbox.post(
        "members/application_received",
        application.person,
        occasion=f"application-received:{application.pk}:{at.isoformat()}",
        at=at,
        context={"path": reverse("application")},
    )


def letter(
    decision: str, application: Application, *, at: datetime, reason: str = "", reason_code: str = ""
) -> tuple[str, dict[str, Any]]:
    """The kind and the facts of a decision's letter ("approve", "ask", "reject"), sent or only looked at before."""
    if decision == "approve":
        ends_at = application.clock_ends_at or rules.clock_end(at)
        fee_later = policies.club_settings().fee_opens == ClubSettings.FeeOpens.ATTENDANCE
        facts = {"clock_ends_at": ends_at.isoformat(), "fee_later": fee_later, "path": reverse("home")}
        return "members/application_approved", facts
    if decision == "ask":
        return "members/more_needed", {"reason": reason, "path": reverse("application")}
    again_on = rules.may_apply_again_on(states.REJECTED, day_of(at))
    return "members/application_rejected", {
        "reason_code": reason_code,
        "reason": reason,
        "again_on": again_on.isoformat(),
        "path": reverse("application"),
    }


def draft_closed(application: Application, *, at: datetime) -> bool:
    """R3: nobody touched the draft for 180 days."""
    return outbox.post(
        "members/draft_closed",
        application.person,
        occasion=f"draft-closed:{application.pk}",
        at=at,
        context={"path": reverse("application")},
    )


def application_approved(application: Application, *, at: datetime) -> bool:
    kind, facts = letter("approve", application, at=at)
    occasion = f"application-approved:{application.pk}"
    return outbox.post(kind, application.person, occasion=occasion, at=at, context=facts)


def more_needed(application: Application, *, reason: str, at: datetime) -> bool:
    kind, facts = letter("ask", application, reason=reason, at=at)
    occasion = f"application-more-needed:{application.pk}:{at.isoformat()}"
    return outbox.post(kind, application.person, occasion=occasion, at=at, context=facts)


def application_rejected(application: Application, *, at: datetime) -> bool:
    kind, facts = letter("reject", application, reason=application.reason, reason_code=application.reason_code, at=at)
    occasion = f"application-rejected:{application.pk}"
    return outbox.post(kind, application.person, occasion=occasion, at=at, context=facts)


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
    contexts = {end: _before(end, at) for end in ends}
    return outbox.post_all([_clock_reminder(application, step, contexts, at) for application, step in due])


def _before(end: datetime, at: datetime) -> dict[str, Any]:
    """What a reminder says to everybody whose clock has this end."""
    events = ports.qualifying_events(at, end, at)
    return {
        "clock_ends_at": end.isoformat(),
        "days_left": rules.days_left(end, at),
        "events": [{**event, "starts_at": event["starts_at"].isoformat()} for event in events],
        "path": reverse("events"),
    }


def _clock_reminder(
    application: Application, step: int, contexts: dict[datetime, dict[str, Any]], at: datetime
) -> outbox.Draft:
    end = application.clock_ends_at
    assert end is not None
    return outbox.draft(
        "members/clock_reminder",
        application.person_id,
        occasion=f"clock:{application.pk}:{end.date().isoformat()}:{step}",
        at=at,
        context=contexts[end],
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


def review_waiting(application: Application, reviewer: Person, *, again: bool, at: datetime) -> bool:
    """To a reviewer: an application came in, or an answer. Once per submission; useless when the target is past."""
    return outbox.post(
        "members/review_waiting",
        reviewer,
        occasion=f"review:{application.pk}:{at.isoformat()}:{reviewer.pk}",
        at=at,
        context={
            "name": application.full_name,
            "company": application.company.legal_name if application.company else "",
            "again": again,
            "answer_by_at": (at + rules.REVIEW_TARGET).isoformat(),
            "path": reverse("desk_application", args=[application.public_id]),
        },
        valid_until=at + rules.REVIEW_TARGET,
    )


def change_waiting(change: CompanyChange, reviewer: Person, *, at: datetime) -> bool:
    """To a reviewer: a member shows another company. Once per request; useless when the target is past."""
    return outbox.post(
        "members/change_waiting",
        reviewer,
        occasion=f"change:{change.pk}:{reviewer.pk}",
        at=at,
        context={
            "name": change.person.name,
            "company": change.company.legal_name,
            "answer_by_at": (at + rules.REVIEW_TARGET).isoformat(),
            "path": reverse("desk_change", args=[change.public_id]),
        },
        valid_until=at + rules.REVIEW_TARGET,
    )


def question_asked(question: Question, reviewer: Person, *, at: datetime) -> bool:
    application = question.application
    return outbox.post(
        "members/question_asked",
        reviewer,
        occasion=f"question:{question.pk}:{reviewer.pk}",
        at=at,
        context={
            "name": application.full_name,
            "question": question.text,
            "path": reverse("desk_application", args=[application.public_id]),
        },
        valid_until=at + rules.REVIEW_TARGET,
    )


def question_answered(question: Question, application: Application, *, at: datetime) -> bool:
    return outbox.post(
        "members/question_answered",
        application.person,
        occasion=f"question-answered:{question.pk}",
        at=at,
        context={"question": question.text, "answer": question.answer, "path": reverse("application")},
    )


def in_waiting_room(application: Application, *, at: datetime) -> bool:
    assert application.ready_at is not None
    return outbox.post(
        "members/in_waiting_room",
        application.person,
        occasion=f"waiting-room:{application.pk}:{application.ready_at.isoformat()}",
        at=at,
        context={"path": reverse("application")},
    )


def intake_open(application: Application, *, at: datetime) -> bool:
    """The person's turn in the waiting room: the place is kept for 72 hours."""
    until_at = at + rules.INVITED_FOR
    return outbox.post(
        "members/intake_open",
        application.person,
        occasion=f"intake-open:{application.pk}:{at.isoformat()}",
        at=at,
        context={"until_at": until_at.isoformat(), "path": reverse("application")},
        valid_until=until_at,
    )


def reverification_failed(stake: Stake, *, at: datetime) -> bool:
    """R2: the yearly check did not confirm company or role; 30 days to mend it."""
    assert stake.failed_on is not None
    return outbox.post(
        "members/reverification_failed",
        stake.person,
        occasion=f"reverification-failed:{stake.pk}:{stake.failed_on.isoformat()}",
        at=at,
        context=_to_mend(stake),
    )


def reverification_overdue(stakes: Iterable[Stake], *, at: datetime) -> int:
    """R2: nobody looked for twelve months; 30 days until it costs new seats. Once each; how many are new."""
    kind, due = "members/reverification_overdue", [(stake, stake.due_on) for stake in stakes]
    return outbox.post_all(
        [
            outbox.draft(kind, stake.person_id, occasion=f"reverification-overdue:{stake.pk}:{on.isoformat()}", at=at,
                         context=_to_mend(stake) | {"unchecked": stake.verified_on is None})
            for stake, on in due
            if on is not None
        ]
    )  # fmt: skip


def mend_ending(due: Iterable[tuple[Stake, int]], *, at: datetime) -> int:
    """R2: (stake, step) pairs: a failed or overdue check soon costs new seats. Once per end and step."""
    return outbox.post_all([_mend_ending(stake, step, at) for stake, step in due])


def _mend_ending(stake: Stake, step: int, at: datetime) -> outbox.Draft:
    assert stake.mend_until_on is not None
    return outbox.draft(
        "members/mend_ending", stake.person_id, at=at,
        occasion=f"mend:{stake.pk}:{stake.mend_until_on.isoformat()}:{step}",
        context=_to_mend(stake) | {"failed": stake.failed_on is not None},
        valid_until=rules.mend_step_until(stake.mend_until_on, step),
    )  # fmt: skip


def draft_ending(due: Iterable[tuple[Application, int]], *, at: datetime) -> int:
    """R3: (draft, step) pairs: nobody touches it, so it is closed soon. Once per last touch and step."""
    return outbox.post_all(
        [_draft_ending(draft.pk, draft.person_id, draft.touched_at, step, at) for draft, step in due]
    )


def _draft_ending(pk: int, person_id: int, touched_at: datetime, step: int, at: datetime) -> outbox.Draft:
    return outbox.draft(
        "members/draft_ending", person_id, at=at, occasion=f"draft-ending:{pk}:{touched_at.isoformat()}:{step}",
        context={"closes_at": rules.draft_closes_at(touched_at).isoformat(), "path": reverse("application_edit")},
        valid_until=rules.draft_step_until(touched_at, step),
    )  # fmt: skip


def _to_mend(stake: Stake) -> dict[str, Any]:
    assert stake.mend_until_on is not None
    return {
        "company": stake.company.legal_name,
        "mend_until_on": stake.mend_until_on.isoformat(),
        "path": reverse("my_company"),
    }


def change_approved(change: CompanyChange, *, at: datetime) -> bool:
    """R2: the new company counts from now on."""
    return outbox.post(
        "members/change_approved",
        change.person,
        occasion=f"change-approved:{change.pk}",
        at=at,
        context={"company": change.company.legal_name, "path": reverse("my_company")},
    )


def change_refused(change: CompanyChange, *, at: datetime) -> bool:
    """R2: the new company doesn't count, and why."""
    return outbox.post(
        "members/change_refused",
        change.person,
        occasion=f"change-refused:{change.pk}",
        at=at,
        context={"company": change.company.legal_name, "reason": change.reason, "path": reverse("my_company")},
    )


def sponsor_named(application: Application, *, at: datetime) -> bool:
    """R11: a trainee names a member as sponsor; the member is told and can decline."""
    assert application.sponsor is not None
    return outbox.post(
        "members/sponsor_named",
        application.sponsor,
        occasion=f"sponsor-named:{application.pk}:{application.sponsor.pk}",
        at=at,
        context={"name": application.full_name, "path": reverse("sponsoring", args=[application.public_id])},
    )


def trainee_reminders(due: Iterable[tuple[Term, int]], *, at: datetime) -> int:
    """R11: (term, step) pairs: so many days are left to show a company. Once per end and step."""
    return outbox.post_all([_trainee_reminder(term, step, at) for term, step in due])


def _trainee_reminder(term: Term, step: int, at: datetime) -> outbox.Draft:
    assert term.ends_early_on is not None
    later = [other for other in rules.TRAINEE_REMIND_DAYS if other < step]
    next_on = term.ends_early_on - timedelta(days=max(later, default=0))
    return outbox.draft(
        "members/trainee_reminder",
        term.person_id,
        occasion=f"trainee:{term.pk}:{term.ends_early_on.isoformat()}:{step}",
        at=at,
        context={
            "last_on": (term.ends_early_on - timedelta(days=1)).isoformat(),
            "days_left": (term.ends_early_on - day_of(at)).days,
            "path": reverse("my_company"),
        },
        valid_until=start_of(next_on),
    )


def trainee_ended(term: Term, *, at: datetime) -> bool:
    """R11: the six months are over."""
    return outbox.post(
        "members/trainee_ended",
        term.person,
        occasion=f"trainee-ended:{term.pk}",
        at=at,
        context={"path": reverse("application")},
    )


def membership_expired(term: Term, *, at: datetime) -> bool:
    """R15: grace is over; until when the membership can be taken up again without applying."""
    last_on = rules.renewable_until(term.ends_on) - timedelta(days=1)
    return outbox.post(
        "members/membership_expired",
        term.person,
        occasion=f"expired:{term.pk}:{term.ends_on.isoformat()}",
        at=at,
        context={"last_on": last_on.isoformat(), "path": reverse("renewal")},
        valid_until=start_of(last_on + timedelta(days=1)),
    )


def role_given(person: Person, role: str, *, entry_id: int, at: datetime) -> bool:
    return outbox.post(
        "members/role_given",
        person,
        occasion=f"role:{entry_id}",
        at=at,
        context={"role": role, "second_factor": settings.STAFF_SECOND_FACTOR, "path": reverse("desk")},
    )


def role_taken(person: Person, role: str, *, entry_id: int, at: datetime) -> bool:
    return outbox.post(
        "members/role_taken",
        person,
        occasion=f"role:{entry_id}",
        at=at,
        context={"role": role, "path": reverse("home")},
    )
