"""The administrators' page of jobs in words: what each does, when it runs, how the last run ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.kernel import formats, jobs, resending
from community.kernel.days import ZONE
from community.kernel.kinds import all_kinds
from community.kernel.turns import Schedule, Turns

# Task → its name and what it does. A test asks for words for every task of the schedule.
WORDS: dict[str, tuple[Any, Any]] = {
    "kernel.deliver_waiting_messages": (gettext_lazy("Sending letters"), gettext_lazy("Hands the letters that wait to the mail server; what can wait stays until morning.")),
    "kernel.forget_runs": (gettext_lazy("Clearing this list"), gettext_lazy("Forgets runs older than thirty days.")),
    "kernel.forget_old": (gettext_lazy("Deleting what is old"), gettext_lazy("Ends sessions that are over, and takes the words out of messages that are two years old.")),
    "members.lapse_due": (gettext_lazy("Three weeks over"), gettext_lazy("Ends applications whose time is over, pays their fee back and frees their seats; gives the extra week where no seat could be had.")),
    "members.remind_clocks": (gettext_lazy("Reminders of the three weeks"), gettext_lazy("Writes 14, 7, 3 and 1 days before the end, naming events with seats left.")),
    "members.let_in": (gettext_lazy("Waiting room"), gettext_lazy("Invites the next in line when places are free.")),
    "members.purge_evidence": (gettext_lazy("Deleting papers"), gettext_lazy("Closes drafts nobody touched for 180 days and deletes papers that have served their time.")),
    "members.expire": (gettext_lazy("Memberships that ended"), gettext_lazy("Writes down that grace is over, frees future seats and closes open posts.")),
    "members.rights": (gettext_lazy("People’s own data"), gettext_lazy("Makes files people asked for, deletes them after seven days, and erases whoever asked when the days to undo it are over.")),
    "members.trainees": (gettext_lazy("Trainees"), gettext_lazy("Reminds trainees of their six months, and ends those without a company.")),
    "members.remind_reverification": (gettext_lazy("Yearly check of companies"), gettext_lazy("Tells members that the check is overdue and until when it costs nothing.")),
    "members.remind_drafts": (gettext_lazy("Drafts nobody touches"), gettext_lazy("Writes 14 and 3 days before a draft is closed.")),
    "events.remind": (gettext_lazy("Reminders of seats"), gettext_lazy("Writes the day before and two hours before an event, before an offer ends, and when a visit is open to its table first.")),
    "posts.remind_introductions": (gettext_lazy("Introductions that wait"), gettext_lazy("Calls unanswered questions to mind, and asks on day 3 and day 14 whether the two have talked.")),
    "ties.sweep": (gettext_lazy("One-to-ones and projects"), gettext_lazy("Ends what nobody confirmed in fourteen days.")),
    "ties.nudge": (gettext_lazy("After a table"), gettext_lazy("Asks on day 3 and day 14 whom somebody has met since or would like to meet again, unless they did something.")),
    "events.offer_seats": (gettext_lazy("Free seats"), gettext_lazy("Ends offers that are over, offers free seats to the next in line, runs allotments and releases visits.")),
    "events.plans_left": (gettext_lazy("Table plans"), gettext_lazy("Makes the plans whose bell was missed.")),
    "events.make_drafts": (gettext_lazy("Drafts of series"), gettext_lazy("Makes the dated drafts of every series for the weeks ahead.")),
    "events.ask_two_questions": (gettext_lazy("Two questions"), gettext_lazy("Asks everybody who was at an event whether it was worth it.")),
    "events.forget_guests": (gettext_lazy("Forgetting guests"), gettext_lazy("Thirty days after an event the names of guests go.")),
    "events.close_rosters": (gettext_lazy("Closing rosters"), gettext_lazy("Closes rosters seven days after an event, and notes who did not come.")),
    "matching.sweep": (gettext_lazy("Needs find people"), gettext_lazy("Compares new needs, offers and cards, and tells those who fit.")),
    "posts.ask_to_refresh": (gettext_lazy("Cards, once a quarter"), gettext_lazy("Asks members whether what they need and offer is still so.")),
    "posts.sweep": (gettext_lazy("Needs and offers"), gettext_lazy("Ends posts and unanswered introductions whose time is over, and writes before a post ends.")),
    "programmes.sweep": (gettext_lazy("Programmes by the calendar"), gettext_lazy("Begins and ends programmes and challenges, and gives back the places of former members.")),
    "programmes.remind": (gettext_lazy("Weeks of cohorts"), gettext_lazy("Reminds who is silent on a week’s last day, and tells hosts how the week went.")),
    "pages.write_weeks": (gettext_lazy("The letter of the week"), gettext_lazy("Writes to members on Sunday from 18:00 on: their week, open seats, needs they can answer.")),
    "pages.remind_desks": (gettext_lazy("What waits at the desk"), gettext_lazy("Tells whoever holds a role what has waited too long, once a day.")),
    "billing.backfill": (gettext_lazy("Payments missed"), gettext_lazy("Asks the payment provider for events that never arrived.")),
    "billing.reconcile": (gettext_lazy("Nightly comparison"), gettext_lazy("Compares our books with the payment provider’s record.")),
    "billing.release_income": (gettext_lazy("Income of the month"), gettext_lazy("Books the past month’s share of every running year.")),
    "billing.renewals": (gettext_lazy("Renewals"), gettext_lazy("Issues the next year’s invoices, reminds of them, and voids what nobody paid.")),
    "moving.sweep": (gettext_lazy("Imports left"), gettext_lazy("Takes up imports and exports whose bell was missed.")),
    "figures.ask": (gettext_lazy("Question of the quarter"), gettext_lazy("Asks each member once a quarter how likely they are to recommend the club.")),
    "moving.forget": (gettext_lazy("Forgetting imports"), gettext_lazy("Deletes exports after seven days, and what imported files held after thirty.")),
    "billing.sweep": (gettext_lazy("Payments under way"), gettext_lazy("Takes up webhooks, payment pages and refunds that a worker left.")),
}  # fmt: skip

# Why a letter did not leave, by the class of the error.
REASONS: dict[str, Any] = {
    "ConnectionRefusedError": gettext_lazy("the mail server was not reached"),
    "gaierror": gettext_lazy("the mail server was not reached"),
    "SMTPConnectError": gettext_lazy("the mail server was not reached"),
    "SMTPAuthenticationError": gettext_lazy("the mail server did not accept our password"),
    "SMTPRecipientsRefused": gettext_lazy("the mail server does not know the address"),
    "SMTPSenderRefused": gettext_lazy("the mail server refuses our sender address"),
    "SMTPDataError": gettext_lazy("the mail server refused the letter"),
    "SMTPServerDisconnected": gettext_lazy("the connection to the mail server broke"),
    "TimeoutError": gettext_lazy("the mail server did not answer in time"),
}  # fmt: skip


A_SUNDAY = date(2026, 11, 22)  # the days of a week count from here
ENDS = ("sent", "kept", "failed", "dropped")
TROUBLES = ("overdue", "failed", "broke_off")


@dataclass(frozen=True)
class Row:
    """One job as the page says it."""

    job: jobs.Job
    title: Any
    about: Any
    schedule: str
    state: str  # "overdue", "failed", "broke_off", "running", "done" or "never"
    took: str
    turn: str


def rows(found: list[jobs.Job], *, at: datetime) -> list[Row]:
    """Those that want a look first, then as they stand in the schedule."""
    made = [
        Row(
            job, *WORDS[job.name], said_schedule(job.turns), state_of(job, at), said_length(job.last.took if job.last else None),
            said_turn(job.next_at, at=at),
        )
        for job in found
    ]  # fmt: skip
    return sorted(made, key=lambda row: row.state not in TROUBLES)


def state_of(job: jobs.Job, at: datetime) -> str:
    if job.overdue:
        return "overdue"
    if job.last is None:
        return "never"
    return "broke_off" if job.last.broke_off(at) else job.last.outcome


def said_schedule(turns: Schedule) -> str:
    """Every 5 minutes · every day at 04:10 · Sundays at 18:00 · on days 1–3 of the month at 04:30."""
    if not isinstance(turns, Turns):
        return _every(round(turns) // 60)
    hours, minutes = sorted(turns.hours), sorted(turns.minutes)
    if len(hours) == 24 and len(minutes) > 1:
        return _every(60 // len(minutes))
    if len(hours) == 24:
        return _("every hour at :%(minute)02d") % {"minute": minutes[0]}
    times = ", ".join(f"{hour:02d}:{minute:02d}" for hour in hours for minute in minutes)
    if len(hours) > 6:
        first, last = f"{hours[0]:02d}:{minutes[0]:02d}", f"{hours[-1]:02d}:{minutes[-1]:02d}"
        return _("every hour from %(first)s to %(last)s") % {"first": first, "last": last}
    if len(turns.weekdays) == 1:
        day = formats.weekday(A_SUNDAY + timedelta(days=next(iter(turns.weekdays))), language=_language())
        return _("every week, %(day)s at %(times)s") % {"day": day, "times": times}
    if len(turns.days) < 28:
        days = sorted(turns.days)
        return _("days %(first)d–%(last)d of the month at %(times)s") % {
            "first": days[0], "last": days[-1], "times": times,
        }  # fmt: skip
    return _("every day at %(times)s") % {"times": times}


def _every(minutes: int) -> str:
    return _("every minute") if minutes == 1 else _("every %(n)d minutes") % {"n": minutes}


def _language() -> str:
    return get_language() or "zh-hans"


def said_length(took: timedelta | None) -> str:
    """0.4 s · 12 s · 3 min."""
    if took is None:
        return ""
    seconds = took.total_seconds()
    if seconds >= 100:
        return _("%(n)d min") % {"n": round(seconds / 60)}
    shown = "<0.1" if seconds < 0.05 else f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"
    return _("%(n)s s") % {"n": shown}


def said_turn(turn: datetime, *, at: datetime) -> str:
    """Today only the hour; another day with its name."""
    if turn.astimezone(ZONE).date() == at.astimezone(ZONE).date():
        return formats.clock(turn)
    return formats.day_time(turn, at=at, language=_language())


def title_of(kind: str) -> Any:
    """What a kind of letter is called; one that no longer exists, by its name."""
    known = all_kinds().get(kind)
    return known.title if known else kind


def letter_figures(at: datetime) -> list[dict[str, Any]]:
    """Kind by kind what became of the letters of seven days; most of them first."""
    made = []
    for kind, counts in resending.figures(at=at).items():
        waiting = counts.pop("waiting", 0) + counts.pop("sending", 0)
        counts["failed"] = counts.get("failed", 0) + counts.pop("refused", 0)
        made.append({"title": title_of(kind), "waiting": waiting} | {name: counts.get(name, 0) for name in ENDS})
    return sorted(made, key=lambda row: -sum(value for value in row.values() if isinstance(value, int)))


def reason_of(error: str) -> Any:
    return REASONS.get(error, error)
