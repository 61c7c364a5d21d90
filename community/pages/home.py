"""The home page of whoever reads it: one next step, and below it what bears on that step.

Everything is computed at the instant of reading: a clock that has run out is over, even if no worker ran.
"""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.billing import selectors as billing
from community.events import selectors as events
from community.events.views import after
from community.kernel import access, formats
from community.kernel.days import ZONE, day_of
from community.members import policies, rules, states
from community.members import selectors as members
from community.members.forms import ApplicationForm
from community.members.views import wording
from community.pages import loop, member, progress
from community.pages.board import Board, ago, language, link, offered, until_said
from community.programmes.views import home as cohorts

STANDS = policies.STANDS


def page(person: Any, *, at: datetime) -> dict[str, Any]:
    term = members.term_of(person, day_of(at))
    standing = members.standing_by(term, day_of(at))
    made = board(person, at=at, standing=standing, term=term)
    made.notes += after.home_notes(person, at)
    made.notes += cohorts.home_notes(person, at) if standing in STANDS else []
    waits = loop.of(person, at=at) if standing in STANDS else {}
    return {"greeting": greeting(person, at), "board": made, "loop": waits, "at": at}


def greeting(person: Any, at: datetime) -> str:
    hour = at.astimezone(ZONE).hour
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": person.name}
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": person.name}
    return _("Good evening, %(name)s") % {"name": person.name}


def board(person: Any, *, at: datetime, standing: str = "", term: Any = None) -> Board:
    """`standing` and `term`: on the day, where they are known already."""
    application = members.live_application(person)
    standing = standing or members.standing_of(person, day_of(at))
    if application is not None and application.status == states.APPROVED:
        application.clock_ends_at = policies.clock_end_at(
            application, at
        )  # a week given by itself, not yet written down
    if standing in STANDS:
        return member.board(person, standing, application, term or members.term_of(person, day_of(at)), at=at)
    if standing == "suspended":
        return member.suspended_board(person, term or members.term_of(person, day_of(at)), at=at)
    if application is None or application.status == states.CLOSED:
        return _expired(person, at) if standing == "expired" else _nobody_yet(person)
    if standing == "expired" and application.status == states.ADMITTED:
        return _expired(person, at)
    return BOARDS[policies.status_at(application, at)](person, application, at)


def _nobody_yet(person: Any) -> Board:
    if access.roles_of(person):
        return Board(
            _("Your work is on the desk"),
            _("This account has a role and no membership."),
            [link(_("Open the desk"), "desk"), link(_("How to join"), "join")],
        )
    return Board(
        _("Next: start your application"),
        _("Have the business licence at hand. It takes about ten minutes, and you can stop and go on later."),
        [link(_("Start the application"), "application_edit"), link(_("How to join"), "join")],
    )


def _draft(person: Any, application: Any, at: datetime) -> Board:
    if application.ready_at is not None:
        return _in_line(application, at)
    form = ApplicationForm(application.draft, person=person, at=at)
    missing = len(wording.missing(form, list(application.documents.all()), lambda *_: ""))
    left = ngettext("%(n)d thing is still missing.", "%(n)d things are still missing.", missing) % {"n": missing}
    return Board(
        _("Next: finish your application"),
        (left if missing else _("Nothing is missing: look at it once more and send it."))
        + formats.gap(language=language())
        + _("Everything you typed is kept. Last changed %(when)s.") % {"when": ago(application.touched_at, at)},
        [link(_("Go on"), "application_edit"), link(_("What is needed"), "join")],
        steps=progress.steps(application, at=at),
    )


def _in_line(application: Any, at: datetime) -> Board:
    """Finished while no places were free: the place in line, or the turn and until when (R53: the real number)."""
    room = wording.waiting_room(application, at)
    look = link(_("Look at my application"), "application")
    if room["turn_until"]:
        until = formats.day_time(room["turn_until"], at=at, language=language())
        title, text = (
            _("Next: it is your turn, send it"),
            _("A place is kept for you until %(until)s.") % {"until": until},
        )
    elif room["turn_over"]:
        title, text = _("Next: send it again"), _("Your 72 hours have passed, and the place went to the next in line.")
    else:
        title = _("Ready: you are number %(place)d in line") % {"place": room["place"]}
        text = _("We write to you when it is your turn. You need do nothing.")
    return Board(title, text, [look], steps=progress.steps(application, at=at))


def _submitted(person: Any, application: Any, at: datetime) -> Board:
    answer_by = application.submitted_at + rules.REVIEW_TARGET
    text = _("Sent %(when)s. You have an answer by %(answer_by)s, by e-mail and on this page.") % {
        "when": ago(application.submitted_at, at),
        "answer_by": formats.day_time(answer_by, at=at, language=language()),
    }
    if at >= answer_by:
        text = _("Sent %(when)s. We promised 72 hours and are late; the reviewers see your papers at the top.") % {
            "when": ago(application.submitted_at, at)
        }
    return Board(
        _("Your papers are being checked"),
        text,
        [link(_("Look at my application"), "application")],
        steps=progress.steps(application, at=at),
        events=offered(person, at, qualifying=True),
        events_title=_("What you can book once approved"),
    )


def _more_needed(person: Any, application: Any, at: datetime) -> Board:
    return Board(
        _("Next: answer the reviewers"),
        _("They need a little more. Add it and send the application again; everything else stays as it is."),
        [link(_("Add what is asked"), "application_edit"), link(_("Look at my application"), "application")],
        [{"tone": "waiting", "title": _("The reviewers write:"), "text": application.asked}],
        steps=progress.steps(application, at=at),
    )


def _approved(person: Any, application: Any, at: datetime) -> Board:
    seats = events.seats_of(person, at)
    invoice = billing.open_invoice(person)
    title, text, actions = _next_of_approved(application, seats, at)
    if not application.paid_at and policies.may_pay_fee(person, at=at):
        actions.append(
            {
                "label": _("Pay invoice %(number)s") % {"number": invoice.number},
                "url": reverse("invoice", args=[invoice.number]),
            }
            if invoice
            else link(_("Pay the fee"), "billing_join")
        )
    return Board(
        title,
        text,
        actions,
        steps=progress.steps(application, at=at, invoice=invoice),
        seats=seats,
        places=events.places_of(person, at),
        events=None
        if application.attended_at
        else offered(person, at, qualifying=True, until=application.clock_ends_at),
        events_title=_("Seats before your three weeks end"),
    )


def _next_of_approved(application: Any, seats: list[Any], at: datetime) -> tuple[str, str, list[dict[str, str]]]:
    """Title, text and first action of the one card, by what is still missing (R8)."""
    ends_at = application.clock_ends_at
    if application.attended_at:
        due = rules.fee_due_at(ends_at, application.attended_at)
        return _("Next: pay the fee"), _("You have been there. Pay %(until)s, and you are a member at once.") % {
            "until": until_said(due, at)}, []  # fmt: skip
    if at >= ends_at:
        return _("We are waiting for the roster"), _(
            "Your three weeks are over, and the list of the event you had a seat at is still open. If you were there, it counts."
        ), []  # fmt: skip
    left = rules.days_left(ends_at, at)
    when = _left(left) % {"until": until_said(ends_at, at), "days": left}
    booked = next((s for s in seats if s.event.qualifying and s.event.starts_at < ends_at), None)
    if booked is not None:
        day = formats.day_time(booked.event.starts_at, at=at, language=language())
        return _("Next: come on %(day)s") % {"day": day}, _(
            "Your seat at “%(topic)s” is kept. Being checked in there is your attendance. %(when)s"
        ) % {"topic": booked.event.topic, "when": when}, [
            {"label": _("Look at my seat"), "url": booked.event.get_absolute_url()}
        ]  # fmt: skip
    return _("Next: come to one event"), _("Your papers are approved. %(when)s") % {"when": when}, [
        {"label": _("Choose a seat"), "url": "#events"}
    ]  # fmt: skip


def _left(days: int) -> str:
    if days == 0:
        return _("Come %(until)s: today is the last day.")
    return ngettext("Come %(until)s: %(days)d day left.", "Come %(until)s: %(days)d days left.", days)


def _admitted(person: Any, application: Any, at: datetime) -> Board:
    """Admitted, and the term hasn't begun or is gone: the next look decides."""
    return _expired(person, at)


def _expired(person: Any, at: datetime) -> Board:
    term = members.term_of(person, day_of(at))
    verdict = policies.may_apply(person, at=at)
    text = _("Thank you for the year at the table. Your records stay here, and your place can be yours again.")
    notes = []
    if term is not None:
        day = formats.day(term.ends_on - timedelta(days=1), at=at, language=language())
        notes = [{"tone": "info", "title": _("Your membership ended on %(day)s.") % {"day": day},
                  "text": _("You can apply again with what was verified before.")}]  # fmt: skip
    actions = [link(_("Come back"), "application_edit")] if verdict else []
    if term is not None and policies.may_renew(person, at=at, term=policies.last_term(person)):
        until = formats.month_day(rules.renewal_dates(term.ends_on)["revival"], at=at, language=language())
        notes[0]["text"] = _("Until %(day)s you can come back without applying; your time as a member goes on.") % {
            "day": until
        }
        actions = [link(_("Renew"), "renewal")]
    if policies.is_expelled(person):
        return _expelled(person, at)
    return Board(_("Your membership year is over"), text, [*actions, link(_("See the events"), "events")], notes)


def _expelled(person: Any, at: datetime) -> Board:
    """By two administrators; only a permission in writing opens the way back."""
    text = _("The letter you had says why. Your invoices and records stay open to you.")
    return Board(
        _("The club has ended your membership"),
        text,
        [link(_("Invoices and receipts"), "billing"), link(_("See the events"), "events")],
    )


def _ended(person: Any, application: Any, at: datetime) -> Board:
    """Rejected, lapsed or withdrawn: what happened, in decent words, and from when on one may apply again (R9)."""
    status = policies.status_at(application, at)
    titles = {
        states.REJECTED: _("We could not admit you this time"),
        states.LAPSED: _("Your three weeks ran out")
        if _lapse(application, at) != "unpaid"
        else _("The fee was not paid in time"),
        states.WITHDRAWN: _("You withdrew your application"),
    }
    again_on = rules.may_apply_again_on(status, day_of(_ended_at(application, status, at)))
    if day_of(at) >= again_on:
        text = _("You can apply again now. What was verified needn't be typed again.")
        actions = [link(_("Apply again"), "application_edit")] if application.status != states.APPROVED else []
    else:
        text = _("You can apply again from %(day)s. What was verified needn't be typed again.") % {
            "day": formats.day(again_on, at=at, language=language())
        }
        actions = []
    return Board(titles[status], text, [*actions, link(_("Look at my application"), "application")],
                 _ended_notes(application, status), steps=progress.steps(application, at=at))  # fmt: skip


def _ended_notes(application: Any, status: str) -> list[dict[str, str]]:
    if status == states.REJECTED:
        return [{"tone": "info", "title": application.get_reason_code_display(), "text": application.reason}]
    if application.paid_at:
        return [{"tone": "info", "title": _("What you paid goes back in full, by itself."), "text": ""}]
    return []


def _lapse(application: Any, at: datetime) -> str:
    return application.lapse_reason or policies.lapse_reason(application, at)


def _ended_at(application: Any, status: str, at: datetime) -> datetime:
    """When it ended; for a lapse no worker has written down yet, the instant the rules give."""
    if status != application.status:
        if application.attended_at:
            return rules.fee_due_at(application.clock_ends_at, application.attended_at)
        return application.clock_ends_at
    return application.rejected_at or application.lapsed_at or application.withdrawn_at or at


BOARDS = {
    states.DRAFT: _draft,
    states.SUBMITTED: _submitted,
    states.MORE_NEEDED: _more_needed,
    states.APPROVED: _approved,
    states.ADMITTED: _admitted,
    states.REJECTED: _ended,
    states.LAPSED: _ended,
    states.WITHDRAWN: _ended,
}
