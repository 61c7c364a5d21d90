"""The home page of whoever reads it: one next step, and below it what bears on that step.

Everything is computed at the instant of reading: a clock that has run out is over, even if no worker ran.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from community.billing import selectors as billing
from community.events import rules as event_rules
from community.events import selectors as events
from community.events.views import after
from community.kernel import access, formats
from community.kernel.days import ZONE, day_of
from community.members import policies, rules, states
from community.members import selectors as members
from community.members.forms import ApplicationForm
from community.members.views import wording
from community.pages import loop, progress

EVENTS_MOST = 5
FRESH = timedelta(days=14)


@dataclass
class Board:
    """What the page shows, top down; an empty part isn't shown."""

    title: str
    text: str = ""
    actions: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)
    facts: list[dict[str, str]] = field(default_factory=list)
    seats: list[Any] | None = None
    places: list[Any] = field(default_factory=list)
    events: list[Any] | None = None
    events_title: str = ""


def page(person: Any, *, at: datetime) -> dict[str, Any]:
    made = board(person, at=at)
    made.notes += after.home_notes(person, at)
    return {"greeting": greeting(person, at), "board": made, "loop": loop.of(person, at=at), "at": at}


def greeting(person: Any, at: datetime) -> str:
    hour = at.astimezone(ZONE).hour
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": person.name}
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": person.name}
    return _("Good evening, %(name)s") % {"name": person.name}


def board(person: Any, *, at: datetime) -> Board:
    application = members.live_application(person)
    standing = members.standing_of(person, day_of(at))
    if application is not None and application.status == states.APPROVED:
        application.clock_ends_at = policies.clock_end_at(
            application, at
        )  # a week given by itself, not yet written down
    if standing in ("active", "grace"):
        return _member(person, standing, application, at)
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
            [_link(_("Open the desk"), "desk"), _link(_("How to join"), "join")],
        )
    return Board(
        _("Next: start your application"),
        _("Have the business licence at hand. It takes about ten minutes, and you can stop and go on later."),
        [_link(_("Start the application"), "application_edit"), _link(_("How to join"), "join")],
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
        + " "
        + _("Everything you typed is kept. Last changed %(when)s.") % {"when": _ago(application.touched_at, at)},
        [_link(_("Go on"), "application_edit"), _link(_("What is needed"), "join")],
        steps=progress.steps(application, at=at),
    )


def _in_line(application: Any, at: datetime) -> Board:
    """Finished while no places were free: the place in line, or the turn and until when (R53: the real number)."""
    room = wording.waiting_room(application, at)
    look = _link(_("Look at my application"), "application")
    if room["turn_until"]:
        until = formats.day_time(room["turn_until"], at=at, language=_language())
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
        "when": _ago(application.submitted_at, at),
        "answer_by": formats.day_time(answer_by, at=at, language=_language()),
    }
    if at >= answer_by:
        text = _("Sent %(when)s. We promised 72 hours and are late; the reviewers see your papers at the top.") % {
            "when": _ago(application.submitted_at, at)
        }
    return Board(
        _("Your papers are being checked"),
        text,
        [_link(_("Look at my application"), "application")],
        steps=progress.steps(application, at=at),
        events=_offered(person, at, qualifying=True),
        events_title=_("What you can book once approved"),
    )


def _more_needed(person: Any, application: Any, at: datetime) -> Board:
    return Board(
        _("Next: answer the reviewers"),
        _("They need a little more. Add it and send the application again; everything else stays as it is."),
        [_link(_("Add what is asked"), "application_edit"), _link(_("Look at my application"), "application")],
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
            else _link(_("Pay the fee"), "billing_join")
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
        else _offered(person, at, qualifying=True, until=application.clock_ends_at),
        events_title=_("Seats before your three weeks end"),
    )


def _next_of_approved(application: Any, seats: list[Any], at: datetime) -> tuple[str, str, list[dict[str, str]]]:
    """Title, text and first action of the one card, by what is still missing (R8)."""
    ends_at = application.clock_ends_at
    if application.attended_at:
        due = rules.fee_due_at(ends_at, application.attended_at)
        return _("Next: pay the fee"), _("You have been there. Pay %(until)s, and you are a member at once.") % {
            "until": _until(due, at)}, []  # fmt: skip
    if at >= ends_at:
        return _("We are waiting for the roster"), _(
            "Your three weeks are over, and the list of the event you had a seat at is still open. If you were there, it counts."
        ), []  # fmt: skip
    left = rules.days_left(ends_at, at)
    when = _left(left) % {"until": _until(ends_at, at), "days": left}
    booked = next((s for s in seats if s.event.qualifying and s.event.starts_at < ends_at), None)
    if booked is not None:
        day = formats.day_time(booked.event.starts_at, at=at, language=_language())
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


def _member(person: Any, standing: str, application: Any, at: datetime) -> Board:
    term = members.term_of(person, day_of(at))
    seats = events.seats_of(person, at)
    last_day = (term.ends_early_on or term.ends_on) - timedelta(days=1)  # half-open (R14)
    fresh = application is not None and application.admitted_at and at - application.admitted_at < FRESH
    title, text, actions = _next_of_member(seats, last_day, fresh, at)
    return Board(
        title,
        text,
        actions,
        _notes_of_member(term, standing, fresh and seats, at),
        facts=[
            {"label": _("Tier"), "value": term.tier.name},
            {"label": _("Member until"), "value": formats.day(last_day, at=at, language=_language())},
            {"label": _("Included each month"), "value": _included(term.tier)},
        ],
        seats=seats,
        places=events.places_of(person, at),
        events=_offered(person, at),
        events_title=_("Seats at the next events"),
    )


def _next_of_member(
    seats: list[Any], last_day: date, fresh: bool, at: datetime
) -> tuple[str, str, list[dict[str, str]]]:
    if seats:
        first = seats[0].event
        when = formats.day_time(first.starts_at, at=at, language=_language())
        actions = [{"label": _("Look at my seat"), "url": first.get_absolute_url()}, _link(_("All events"), "events")]
        return _("Your next seat: %(day)s") % {"day": when}, first.topic, actions
    title = _("Welcome to the table") if fresh else _("See you on Saturday")
    day = formats.month_day(last_day, at=at, language=_language())
    text = _("You are a member until %(day)s. Choose your next table.") % {"day": day}
    return title, text, [_link(_("See the events"), "events")]


def _notes_of_member(term: Any, standing: str, welcome: bool, at: datetime) -> list[dict[str, str]]:
    left = (term.ends_on - day_of(at)).days
    if standing == "grace":
        ended = formats.month_day(term.ends_on - timedelta(days=1), at=at, language=_language())
        last = formats.month_day(_grace_ends(term.ends_on), at=at, language=_language())
        text = _("You keep all rights until %(last)s. See what the year brought, and what another one costs.") % {
            "last": last
        }
        note = {"tone": "waiting", "title": _("Your year ended on %(day)s.") % {"day": ended}, "text": text}
        return [note | _link(_("Renew"), "renewal")]
    if left <= rules.RENEW_DAYS_BEFORE and term.ends_early_on is None:
        text = _(
            "After it you keep all rights for two more weeks. See what the year brought, and what another one costs."
        )
        note = {"tone": "waiting", "title": _left_of_year(left), "text": text}
        return [note | _link(_("Renew"), "renewal")]
    if term.ends_early_on is not None:  # R11
        last = formats.month_day(term.ends_early_on - timedelta(days=1), at=at, language=_language())
        title = _("Show your registered company by %(day)s.") % {"day": last}
        text = _("Then you are a member like everybody else; otherwise the membership ends that day.")
        return [{"tone": "waiting", "title": title, "text": text} | _link(_("My company"), "my_company")]
    if welcome:
        text = _("Papers, attendance and fee are complete.")
        return [{"tone": "done", "title": _("Welcome to the table"), "text": text}]
    return []


def _left_of_year(days: int) -> str:
    return ngettext("%(n)d day left of your membership year.", "%(n)d days left of your membership year.", days) % {
        "n": days
    }


def _included(tier: Any) -> str:
    return ngettext("%(n)d roundtable", "%(n)d roundtables", tier.roundtables_a_month) % {"n": tier.roundtables_a_month}


def _grace_ends(ends_on: date) -> date:
    """The last day of grace: the term's end is half-open."""
    return ends_on + timedelta(days=rules.GRACE_DAYS - 1)


def _expired(person: Any, at: datetime) -> Board:
    term = members.term_of(person, day_of(at))
    verdict = policies.may_apply(person, at=at)
    text = _("Thank you for the year at the table. Your records stay here, and your place can be yours again.")
    notes = []
    if term is not None:
        day = formats.day(term.ends_on - timedelta(days=1), at=at, language=_language())
        notes = [{"tone": "info", "title": _("Your membership ended on %(day)s.") % {"day": day},
                  "text": _("You can apply again with what was verified before.")}]  # fmt: skip
    actions = [_link(_("Come back"), "application_edit")] if verdict else []
    if term is not None and policies.may_renew(person, at=at, term=policies.last_term(person)):
        until = formats.month_day(rules.renewal_dates(term.ends_on)["revival"], at=at, language=_language())
        notes[0]["text"] = _("Until %(day)s you can come back without applying; your time as a member goes on.") % {
            "day": until
        }
        actions = [_link(_("Renew"), "renewal")]
    return Board(_("Your membership year is over"), text, [*actions, _link(_("See the events"), "events")], notes)


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
        actions = [_link(_("Apply again"), "application_edit")] if application.status != states.APPROVED else []
    else:
        text = _("You can apply again from %(day)s. What was verified needn't be typed again.") % {
            "day": formats.day(again_on, at=at, language=_language())
        }
        actions = []
    return Board(titles[status], text, [*actions, _link(_("Look at my application"), "application")],
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


def _offered(person: Any, at: datetime, *, qualifying: bool = False, until: datetime | None = None) -> list[Any]:
    """The next events with seats the person holds none at."""
    found = events.open_events(at).filter(seats_left__gt=0)
    if qualifying:
        found = found.filter(kind__in=event_rules.QUALIFYING)
    if until is not None:
        found = found.filter(starts_at__lt=until)
    listed = list(found[: EVENTS_MOST * 2])
    held = events.events_held_by(person, listed)
    return [event for event in listed if event.pk not in held][:EVENTS_MOST]


def _link(label: str, name: str) -> dict[str, str]:
    return {"label": label, "url": reverse(name)}


def _language() -> str:
    return get_language() or "zh-hans"


def _until(end: datetime, at: datetime) -> str:
    return formats.until(end, at=at, language=_language())


def _ago(value: datetime, at: datetime) -> str:
    return formats.relative(value, at=at, language=_language())


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
