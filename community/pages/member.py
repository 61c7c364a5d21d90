"""A member's home: the next seat or the offer that waits, what to do in the first thirty days, whom one has met, what is
under way, and the year so far. Sixteen queries, whatever a member's years were like."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.billing import selectors as billing
from community.billing.selectors import year as years
from community.events import selectors as events
from community.events import states as seats_states
from community.events.selectors import year as event_years
from community.kernel import formats
from community.kernel.days import day_of, start_of
from community.members import policies, rules
from community.pages import first_days
from community.pages.board import Board, language, link, offered, until_said
from community.ties.selectors import people as ties

FRESH = timedelta(days=14)
PEOPLE_MOST = 4


def board(person: Any, standing: str, application: Any, term: Any, *, at: datetime) -> Board:
    """`term`: the one that runs, or whose grace does."""
    seats, places, hosting = events.ahead_of(person, at)
    since, until = years.began_at(term, application), min(at, start_of(term.ends_on))
    mates = ties.mates(person, since, until)
    last_day = (term.ends_early_on or term.ends_on) - timedelta(days=1)  # half-open (R14)
    fresh = application is not None and application.admitted_at and at - application.admitted_at < FRESH
    title, text, actions = _next(seats, places, last_day, fresh, at)
    checklist = first_days.of(person, application, met_again=any(mate.times > 1 for mate in mates), at=at)
    return Board(
        title,
        text,
        actions,
        _notes(term, standing, fresh and seats, at),
        facts=[
            {"label": _("Tier"), "value": term.tier.name},
            {"label": _("Member until"), "value": formats.day(last_day, at=at, language=language())},
            {"label": _("Included each month"), "value": _included(term.tier)},
            *_dues(person, term, at),
        ],
        seats=seats,
        places=places,
        events=offered(person, at),
        events_title=_("Seats at the next events"),
        member={
            "checklist": checklist,
            "hosting": hosting,
            "people": _people(mates),
            "year": None if checklist else _year(person, since, until, mates),
        },
    )


def suspended_board(person: Any, term: Any, *, at: datetime) -> Board:
    """Why, until when, what can be said about it, and what stays. `term`: the one that runs below, or whose grace does."""
    suspension = policies.suspension_of(person, day_of(at))
    assert suspension is not None
    ends_on = term.ends_early_on or term.ends_on  # half-open (R14)
    day = formats.day(suspension.last_on, at=at, language=language())
    text = _("No seats, posts, directory or programmes until the end of %(day)s; then all of it comes back by itself.")
    say = _("Tell us your side") if suspension.appealed_at is None else _("What you wrote, and the answer")
    actions = [link(say, "my_standing"), link(_("Introductions under way"), "introductions")]
    if policies.may_renew(person, at=at):
        actions.append(link(_("Renew"), "renewal"))
    return Board(
        _("Your membership is suspended"),
        text % {"day": day},
        [*actions, link(_("Invoices and receipts"), "billing")],
        [{"tone": "refused", "title": _("The administrator's reason:"), "text": suspension.reason}],
        facts=[
            {"label": _("Tier"), "value": term.tier.name},
            {
                "label": _("Your year runs until"),
                "value": formats.day(ends_on - timedelta(days=1), at=at, language=language()),
            },
        ],
    )


def _next(
    seats: list[Any], places: list[Any], last_day: date, fresh: bool, at: datetime
) -> tuple[str, str, list[dict[str, str]]]:
    """Title, text and actions of the one card: an offer that runs out before everything else."""
    offers = [one for one in places if one.status == seats_states.OFFERED and at < one.offer_ends_at]
    if offers:
        first = min(offers, key=lambda one: one.offer_ends_at)
        title = _("Next: take the seat or let it go, %(until)s") % {"until": until_said(first.offer_ends_at, at)}
        return title, first.event.topic, [{"label": _("Answer the offer"), "url": first.event.get_absolute_url()}]
    if seats:
        event = seats[0].event
        when = formats.day_time(event.starts_at, at=at, language=language())
        actions = [{"label": _("Look at my seat"), "url": event.get_absolute_url()}, link(_("All events"), "events")]
        text = f"{event.topic} · {event.place}" if event.place else event.topic
        return _("Your next seat: %(day)s") % {"day": when}, text, actions
    title = _("Welcome to the table") if fresh else _("See you on Saturday")
    day = formats.month_day(last_day, at=at, language=language())
    text = _("You are a member until %(day)s. Choose your next table.") % {"day": day}
    return title, text, [link(_("See the events"), "events")]


def _people(mates: list[ties.Mate]) -> dict[str, Any]:
    """Whom to meet again: those who wish it too first, then those met last. Who hides or left is counted, not named."""
    first = sorted((mate for mate in mates if mate.shown), key=lambda mate: (mate.mutual, mate.last_at), reverse=True)
    return {"met": sum(not mate.apart for mate in mates), "first": first[:PEOPLE_MOST]}


def _year(person: Any, since: datetime, until: datetime, mates: list[ties.Mate]) -> dict[str, int]:
    """Two figures of the running year; `/year/` has them all, counted in the same way."""
    return {"seats": event_years.seats_taken(person, since, until), "met": sum(mate.lately for mate in mates)}


def _dues(person: Any, term: Any, at: datetime) -> list[dict[str, str]]:
    """R15: what the next year costs, once its invoice is there."""
    if (term.ends_on - day_of(at)).days > rules.RENEW_DAYS_BEFORE or term.ends_early_on is not None:
        return []
    invoice = billing.open_renewal(person)
    if invoice is None:
        return []
    amount = formats.money(invoice.amount, invoice.currency, language=language())
    return [{"label": _("Open invoice"), "value": f"{amount} · {invoice.number}"}]


def _notes(term: Any, standing: str, welcome: bool, at: datetime) -> list[dict[str, str]]:
    left = (term.ends_on - day_of(at)).days
    if standing == "grace":
        ended = formats.month_day(term.ends_on - timedelta(days=1), at=at, language=language())
        last = formats.month_day(_grace_ends(term.ends_on), at=at, language=language())
        text = _("You keep all rights until %(last)s. See what the year brought, and what another one costs.") % {
            "last": last
        }
        note = {"tone": "waiting", "title": _("Your year ended on %(day)s.") % {"day": ended}, "text": text}
        return [note | link(_("Renew"), "renewal")]
    if left <= rules.RENEW_DAYS_BEFORE and term.ends_early_on is None:
        text = _(
            "After it you keep all rights for two more weeks. See what the year brought, and what another one costs."
        )
        note = {"tone": "waiting", "title": _left_of_year(left), "text": text}
        return [note | link(_("Renew"), "renewal")]
    if term.ends_early_on is not None:  # R11
        last = formats.month_day(term.ends_early_on - timedelta(days=1), at=at, language=language())
        title = _("Show your registered company by %(day)s.") % {"day": last}
        text = _("Then you are a member like everybody else; otherwise the membership ends that day.")
        return [{"tone": "waiting", "title": title, "text": text} | link(_("My company"), "my_company")]
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
