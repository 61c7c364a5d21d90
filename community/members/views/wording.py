"""What the pages of an application show, in words: its timeline, its steps, what is missing."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.kernel import audit
from community.members import rules, selectors, states
from community.members.forms import ApplicationForm, asked_choices
from community.members.models import Application, Document, Verification

TITLES = {
    "start": gettext_lazy("Application started"),
    "wait": gettext_lazy("Ready, and in the waiting room"),
    "invite": gettext_lazy("Its turn: a place is kept for 72 hours"),
    "question": gettext_lazy("Question to the reviewers"),
    "answer": gettext_lazy("The reviewers answer"),
    "note": gettext_lazy("Note, for reviewers only"),
    "carry_check": gettext_lazy("Register check of the earlier application holds"),
    "carry_papers": gettext_lazy("Papers of the earlier application taken over"),
    "submit": gettext_lazy("Papers submitted"),
    "claim": gettext_lazy("In review"),
    "release": gettext_lazy("Back in the queue"),
    "verify": gettext_lazy("Register checked"),
    "approve": gettext_lazy("Papers approved: the three weeks begin"),
    "ask": gettext_lazy("More needed"),
    "reject": gettext_lazy("Not admitted"),
    "withdraw": gettext_lazy("Withdrawn"),
    "attend": gettext_lazy("Attended an event"),
    "attend_undo": gettext_lazy("Check-in taken back"),
    "pay": gettext_lazy("Fee paid"),
    "pay_undo": gettext_lazy("Fee refunded"),
    "admit": gettext_lazy("Admitted: welcome to the table"),
    "extend": gettext_lazy("A week more, because an event was cancelled"),
    "extend.no_seat": gettext_lazy("A week more, because no seat could be had"),
    "extend.reviewer": gettext_lazy("A week more, by two reviewers"),
    "extension_ask": gettext_lazy("A week more asked for; a second reviewer decides"),
    "extension_refuse": gettext_lazy("A week more refused"),
    "lapse": gettext_lazy("Lapsed"),
    "reinstate": gettext_lazy("Taken up again: the attendance was recorded late"),
    "undo": gettext_lazy("Admission undone"),
    "close": gettext_lazy("Closed"),
    "convert": gettext_lazy("Showed a company: a member like everybody else"),
    "sponsor_decline": gettext_lazy("The sponsor declined"),
}
TONES = {"approve": "done", "admit": "done", "attend": "done", "pay": "done", "reject": "refused", "lapse": "refused",
         "ask": "waiting", "undo": "refused"}  # fmt: skip
SYSTEM_REASONS = {
    "[masked]": gettext_lazy("(deleted)"),
    "role": gettext_lazy("Whoever had claimed it has no longer this role."),
    "untouched": gettext_lazy("Nobody touched the draft for 180 days."),
    "not_attended": gettext_lazy("No event attended in time"),
    "unpaid": gettext_lazy("Fee not paid in time"),
    "attendance inside the clock was recorded late": gettext_lazy("The roster was typed after the clock had ended."),
}
STEP_NAMES = {
    "me": gettext_lazy("About me"),
    "company": gettext_lazy("My company"),
    "words": gettext_lazy("Needs and offers"),
    "evidence": gettext_lazy("Papers"),
}


def timeline(entries: list[audit.AuditEntry]) -> list[dict[str, Any]]:
    """Audit entries as the timeline component shows them."""
    return [_entry(entry) for entry in entries]


def _entry(entry: audit.AuditEntry) -> dict[str, Any]:
    step = entry.action.partition(".")[2]
    detail = SYSTEM_REASONS.get(entry.reason, entry.reason)
    if step == "verify":
        result = Verification.Result(entry.data["result"]).label
        detail = f"{result}{_(': ')}{entry.reason}" if entry.reason else result
    if step == "ask" and entry.data.get("fields"):
        detail = f"{detail}\n→ {asked(entry.data['fields'])}"
    return {
        "at": entry.at,
        "title": TITLES.get(f"{step}.{entry.data.get('why')}") or TITLES.get(step, step),
        "by": entry.actor.name if entry.actor else _("the rules"),
        "detail": detail,
        "tone": TONES.get(step, ""),
    }


def waiting_room(application: Application, at: datetime) -> dict[str, Any]:
    """Where somebody stands in the line: a place, or their turn and until when, or that it has passed."""
    invited_at = application.invited_at
    until = invited_at + rules.INVITED_FOR if invited_at else None
    return {
        "intake": selectors.intake(at),
        "place": selectors.standing_before(application) + 1,
        "turn_until": until if until and at < until else None,
        "turn_over": bool(until and at >= until),
    }


def steps(current: str, url: Callable[[str], str], shown: list[str]) -> list[dict[str, Any]]:
    """The steps bar of the form; every step shown can be opened at any time."""
    names = [name for name in ApplicationForm.STEPS if name in shown or name == current]
    return [
        {
            "label": STEP_NAMES[name],
            "url": url(name),
            "state": "current" if name == current else "done" if names.index(name) < names.index(current) else "todo",
        }
        for name in names
    ]


def missing(form: ApplicationForm, documents: list[Document], url: Callable[..., str]) -> list[dict[str, Any]]:
    """What a submission still lacks: field, what is wrong, where to mend it."""
    lacking = []
    for step, names in form.STEPS.items():
        for name in names:
            if name in form.errors and name != "consent":
                lacking.append(
                    {"label": form.fields[name].label, "error": form.errors[name][0], "url": url(step, True)}
                )
    if not documents and form.data.get("role") != rules.TRAINEE:
        lacking.append({"label": _("Papers"), "error": _("Upload at least the business licence."), "url": "#papers"})
    return lacking


QUEUE_NAMES = {
    "waiting": gettext_lazy("Waiting"),
    "asked": gettext_lazy("Asked for more"),
    "approved": gettext_lazy("On the clock"),
    "done": gettext_lazy("Decided"),
}


def queue_tabs(current: str, sizes: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"{reverse('desk_applications')}?queue={name}", "current": name == current,
         "count": sizes[name] if name != "done" else None}
        for name, label in QUEUE_NAMES.items()
    ]  # fmt: skip


DECISIONS = {
    "approve": gettext_lazy("Approve the papers"),
    "ask": gettext_lazy("Ask for more"),
    "reject": gettext_lazy("Reject the application"),
}


def asked(names: Iterable[str]) -> str:
    """What reviewers ask for, in words and in the order of the form."""
    wanted = set(names)
    return _(", ").join(str(label) for name, label in asked_choices() if name in wanted)


def age(application: Application, at: datetime) -> dict[str, str]:
    """How long it has waited against the 72 hours (R4), in hours; nothing for what does not wait."""
    if application.status != states.SUBMITTED or application.submitted_at is None:
        return {}
    hours = int((at - application.submitted_at) / timedelta(hours=1))
    target = int(rules.REVIEW_TARGET / timedelta(hours=1))
    tone = "refused" if hours >= target else "waiting" if hours >= target * 2 // 3 else "neutral"
    return {"label": _("%(hours)d of %(target)d h") % {"hours": hours, "target": target}, "tone": tone}


def checks(application: Application, at: datetime) -> list[dict[str, str]]:
    """What the machine has checked, as chips: it informs, a person decides (R53)."""
    found = []
    if application.company_id:
        found.append({"tone": "done", "label": _("Check character is right")})
    if application.is_trainee:
        found.append({"tone": "info", "label": _("Trainee: no company yet")})
    kinds = {document.kind for document in application.documents.all()}
    if Document.Kind.LICENCE not in kinds and not application.is_trainee:
        found.append({"tone": "waiting", "label": _("No business licence among the papers")})
    last = list(application.verifications.all())[-1:]
    if last and last[0].result == Verification.Result.CONFIRMED:
        found.append({"tone": "done", "label": _("Register confirms company and role")})
    elif last:
        found.append({"tone": "refused", "label": last[0].get_result_display()})
    else:
        found.append({"tone": "waiting", "label": _("Register not checked yet")})
    if (
        application.submitted_at
        and at - application.submitted_at > rules.REVIEW_TARGET
        and application.status == "submitted"
    ):
        found.append({"tone": "refused", "label": _("Waiting longer than 72 hours")})
    return found
