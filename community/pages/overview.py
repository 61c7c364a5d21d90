"""The desk's first page: today's figures of every section the reader may open, and the way there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from community.billing import selectors as billing
from community.complaints import selectors as complaints
from community.events import selectors as events
from community.kernel import access, formats, inbox, jobs, resending
from community.kernel.counting import in_one
from community.kernel.days import day_of
from community.members import rules
from community.members import selectors as members
from community.members.selectors import chapters, companies, office, standing
from community.pages import coverage, settings
from community.posts import selectors as posts

NEEDS_OF = timedelta(days=90)
TASKS_MOST = 5  # on this page; all of them stand with the events


@dataclass
class Section:
    """One section of the desk: its figures first, then the events and the tasks it lists."""

    title: str
    url: str
    link: str
    stats: list[dict[str, Any]]
    events: list[Any] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)


def sections(person: Any, *, at: datetime) -> list[Section]:
    """Those the person may open, in the order of the day's work."""
    roles = access.roles_of(person)
    return [build(person, at) for role, build in SECTIONS if role in roles]


def _applications(person: Any, at: datetime) -> Section:
    sizes = members.waits_for_reviewer(person, at)
    oldest = sizes["oldest"]
    late = oldest is not None and at - oldest > rules.REVIEW_TARGET
    return Section(
        _("Applications"),
        reverse("desk_applications"),
        _("Open the queue"),
        [
            _stat(_("Waiting"), sizes["waiting"], _age(oldest, at), _queue("waiting"), "refused" if late else ""),
            _stat(_("Asked for more"), sizes["asked"], _("the applicant's turn"), _queue("asked")),
            _stat(_("Clocks running"), sizes["clocks"], _("approved, not yet here"), _queue("approved")),
            _stat(
                _("Claimed by me"),
                sizes["mine"],
                "",
                f"{_queue('waiting')}&whose=mine",
                "waiting" if sizes["mine"] else "",
            ),
            _stat(
                _("Questions to answer"),
                sizes["asks"],
                _("from applicants"),
                f"{_queue('waiting')}&whose=question",
                "waiting" if sizes["asks"] else "",
            ),
        ],
    )


def _companies(_person: Any, at: datetime) -> Section:
    sizes = companies.sizes(day_of(at))
    url = reverse("desk_companies")
    return Section(
        _("Companies"),
        url,
        _("Open the companies"),
        [
            _stat(_("To be checked again"), sizes["due"], _("every twelve months"), url),
            _stat(_("To be mended"), sizes["mend"], _("the member's turn"), f"{url}?list=mend"),
            _stat(_("Changes asked for"), sizes["changes"], _("another company or role"), f"{url}?list=changes"),
        ],
    )


def _age(oldest: datetime | None, at: datetime) -> str:
    if oldest is None:
        return _("nobody is waiting")
    days = (day_of(at) - day_of(oldest)).days
    return ngettext("oldest: %(n)d day", "oldest: %(n)d days", days) % {"n": days} if days else _("oldest: today")


def _this_week(person: Any, at: datetime) -> Section:
    cities = chapters.cities_run_by(person)
    week = events.this_week(at, cities)
    figures = events.figures(week, at)
    for event in week:
        event.figures = figures[event.pk]
    seats = events.seats_for_clocks(at, cities)
    tasks = events.open_tasks(at, cities=cities)
    late = sum(due.late for due in tasks)
    return Section(
        _("This week"),
        reverse("desk_events"),
        _("Events and rosters"),
        [
            _stat(_("Events this week"), len(week), _people(sum(f.signed_up for f in figures.values()))),
            _stat(_("Free seats, three weeks"), seats.left, ngettext("%(n)d person on the clock needs one", "%(n)d people on the clock need one", seats.needed)
                  % {"n": seats.needed}, reverse("desk_events"), "refused" if seats.short else ""),
            _stat(_("To do in seven days"), len(tasks), _("%(n)s late") % {"n": late} if late else "", reverse("desk_events"), _tone(late, len(tasks))),
        ],
        week,
        tasks[:TASKS_MOST],
    )  # fmt: skip


def _needs(_person: Any, at: datetime) -> Section:
    """R33: nobody is left without an answer."""
    sizes, share = posts.office_sizes(at), posts.in_time(at - NEEDS_OF, at, at)
    url = reverse("desk_posts")
    in_time = "–" if share is None else f"{share}%"
    return Section(
        _("Needs and offers"),
        url,
        _("Open needs and offers"),
        [
            _stat(_("72 hours without an answer"), sizes["unanswered"], _("look for somebody to ask"), url,
                  "refused" if sizes["unanswered"] else ""),
            _stat(_("Reported"), sizes["reports"], "", f"{url}?list=reports", "waiting" if sizes["reports"] else ""),
            _stat(_("Answered in 72 hours"), in_time, _("of the last 90 days"), url),
        ],
    )  # fmt: skip


def _care(person: Any, at: datetime) -> Section:
    """R36: who was forgotten. What is to be done stands with the events of the week."""
    nobody = len(coverage.met_nobody(at, chapters.cities_run_by(person)))
    url = reverse("desk_figures_coverage")
    tone = "waiting" if nobody else ""
    stat = _stat(_("Have met nobody yet"), nobody, _("members past thirty days"), f"{url}?list=nobody", tone)
    return Section(_("Nobody is forgotten"), url, _("Who went without"), [stat])


def _people(signed_up: int) -> str:
    return ngettext("%(n)d person signed up", "%(n)d people signed up", signed_up) % {"n": signed_up}


def _money(_person: Any, at: datetime) -> Section:
    """What waits for a treasurer today, the money without an owner first: the figures of the money desk."""
    found, url = billing.todays_work(day_of(at)), reverse("desk_billing")
    flush, soon = found["fapiao_to_flush"], found["disputes_soon"]
    to_flush = _("%(n)s to red-flush") % {"n": flush} if flush else ""
    overdue = _("%(n)s overdue") % {"n": found["late"]} if found["late"] else ""
    due_soon = _("%(n)s due within seven days") % {"n": soon} if soon else ""
    return Section(
        _("Money"),
        url,
        _("Open the money desk"),
        [
            _stat(_("Fits nothing"), found["unmatched"], _amount(found["unmatched_amount"]), url, _tone(found["unmatched"])),
            _wait(_("Transfers to confirm"), found["to_confirm"], reverse("desk_transfers")),
            _wait(_("Statement rows to match"), found["to_match"], reverse("desk_statements")),
            _stat(_("Refunds to transfer"), found["to_send"], overdue, reverse("desk_refunds"),
                  _tone(found["late"], found["to_send"])),
            _stat(_("Refunds under way or failed"), found["refunds"], "", f"{url}?list=refunds"),
            _wait(_("Refunds to decide"), found["to_decide"], reverse("desk_leavings"), _("left early, or a lower tier")),
            _stat(_("Disputes to answer"), found["disputes"], due_soon, f"{url}?list=disputes", _tone(found["disputes"])),
            _wait(_("Fapiao to issue"), found["fapiao"], reverse("desk_fapiaos"), to_flush),
            _stat(_("Differences to the provider"), found["differences"], "", reverse("desk_reconciliation"),
                  _tone(found["differences"])),
        ],
    )  # fmt: skip


def _complaints(person: Any, at: datetime) -> Section:
    """What people told the office in private, as far as this reader may know of it."""
    sizes, url = complaints.sizes(person, at), reverse("desk_complaints")
    return Section(
        _("Complaints"),
        url,
        _("Open the complaints"),
        [
            _wait(_("Open"), sizes["open"], url),
            _stat(_("Over their time"), sizes["overdue"], _("72 hours, 14 days"), url, _tone(sizes["overdue"])),
            _stat(_("Mine"), sizes["mine"], "", url),
        ],
    )


def _standing(_person: Any, at: datetime) -> Section:
    """What waits for an administrator's word, and who is suspended."""
    url = reverse("desk_standing")
    counts = in_one(
        {
            "appeals": standing.appeals_waiting(),
            "expulsions": standing.expulsions_waiting(),
            "suspended": standing.suspensions(day_of(at)),
        }
    )
    return Section(
        _("Standing"),
        url,
        _("Open the list"),
        [
            _wait(_("Appeals to answer"), counts["appeals"], url),
            _wait(_("Expulsions to decide"), counts["expulsions"], url),
            _stat(_("Suspended"), counts["suspended"], "", url),
        ],
    )


def _house(_person: Any, at: datetime) -> Section:
    """What runs by itself and didn't, whom no letter reaches, and who could not open the desk."""
    found, url = jobs.all_jobs(at=at), reverse("desk_jobs")
    overdue, failures = sum(job.overdue for job in found), sum(job.failures for job in found)
    counts = in_one(
        {
            "letters": resending.failed(at=at),
            "mailboxes": inbox.refusing(),
            "open": office.without_second_factor(),
            "staff": office.holders(),
            "tiers": office.tiers(),
        }
    )
    return Section(
        _("Jobs, letters, roles and settings"),
        url,
        _("Open the jobs"),
        [
            _stat(pgettext("job", "Overdue"), overdue, _("missed three turns"), url, _tone(overdue)),
            _stat(_("Failures"), failures, _("in 24 hours"), url, _tone(failures)),
            _wait(_("Letters that did not leave"), counts["letters"], reverse("desk_letters"), _("in thirty days")),
            _wait(_("Mailboxes that refuse us"), counts["mailboxes"], reverse("desk_mailboxes"), _("read in the app alone")),
            _wait(_("No second factor"), counts["open"], reverse("desk_roles"), _("administrators")),
            _stat(_("Roles"), counts["staff"], _("people who work here"), reverse("desk_roles")),
            _stat(_("Tiers"), counts["tiers"], _("with their prices"), reverse("desk_tiers")),
            _wait(_("Settings missing"), settings.missing(), reverse("desk_settings"), _("all that is set")),
            _stat(_("Audit trail"), _("all"), _("who did what, and when"), reverse("desk_audit")),
        ],
    )  # fmt: skip


def _tone(bad: int, waiting: int = 0) -> str:
    return "refused" if bad else "waiting" if waiting else ""


def _amount(fen: int) -> str:
    return formats.money(fen, language=get_language() or "zh-hans")


def _queue(name: str) -> str:
    return f"{reverse('desk_applications')}?queue={name}"


def _wait(label: str, count: int, url: str, note: str = "") -> dict[str, Any]:
    """A figure that wants doing while it is more than nothing."""
    return _stat(label, count, note, url, _tone(0, count))


def _stat(label: str, value: Any, note: str, url: str = "", tone: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "note": note, "url": url, "tone": tone}


SECTIONS: tuple[tuple[str, Callable[[Any, datetime], Section]], ...] = (
    (access.REVIEWER, _applications),
    (access.REVIEWER, _companies),
    (access.ORGANIZER, _this_week),
    (access.ORGANIZER, _needs),
    (access.ORGANIZER, _care),
    (access.ORGANIZER, _complaints),
    (access.TREASURER, _money),
    (access.ADMINISTRATOR, _standing),
    (access.ADMINISTRATOR, _house),
)
