"""The top row: who leaves, who pays, who buys again, who was content."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.billing.selectors import measures as purchases
from community.events.selectors import after
from community.events.selectors import measures as events
from community.figures import rules
from community.figures.sections import Figure, Group, Scope
from community.figures.sections.renewal import quarter_name
from community.figures.selectors import voices
from community.figures.selectors.behind import Columns
from community.kernel.access import ORGANIZER, REVIEWER, TREASURER
from community.kernel.days import months_later
from community.members.selectors import gate
from community.members.selectors import measures as members


def top(scope: Scope) -> Group:
    return Group("top", "", [*_exits(scope), _paying(scope), _again(scope), worth(scope)])


def _exits(scope: Scope) -> list[Figure]:
    last = scope.seen_on
    says = _("Of the members on the first of these days, whoever is none on the last: left, not renewed, expelled.")
    spans = [
        ("exit_90", _("Exit rate, 90 days"), scope.days_before(rules.EXIT_DAYS)),
        ("exit_year", _("Exit rate, 12 months"), months_later(last, -12)),
    ]
    return [
        Figure(
            code, name, says, members.members_on(first, scope.cities), members.left(first, last, scope.cities),
            roles=(ORGANIZER, TREASURER),
        )
        for code, name, first in spans
    ]  # fmt: skip


def _paying(scope: Scope) -> Figure:
    rows = gate.approved(scope.since, scope.until, scope.cities)
    return Figure(
        "paying", _("Paying rate"), _("Of the applications approved in the period, those whose fee is paid."),
        rows, rows.filter(gate.reached("paid_at")), roles=(REVIEWER, TREASURER),
    )  # fmt: skip


def _again(scope: Scope) -> Figure:
    within = purchases.AGAIN_WITHIN
    buyers = members.people_in(scope.cities).annotate(bought_at=purchases.first_bought_at()).order_by("name_key", "pk")
    until = min(scope.until, scope.at)
    buyers = buyers.filter(bought_at__gte=scope.since - within, bought_at__lt=until - within)
    return Figure(
        "again", _("Bought again"),
        _("Of those whose 180 days after the first purchase ended in the period, who bought a second time, of whatever kind, within them."),
        buyers, buyers.filter(purchases.bought_again()), roles=(ORGANIZER, TREASURER),
    )  # fmt: skip


def worth(scope: Scope) -> Figure:
    """CSAT: only as a share; what opens are events, never who answered."""
    held = events.held(scope.since, scope.until, scope.at, scope.cities)
    answers, here = events.answers(held), events.came(held)
    said = events.told(answers)

    def response() -> str:
        given = answers.count()
        share, held_back = rules.percent(given, here.count()), given - said.count()
        notes = [] if share is None else [_("%(share)d%% of those who were there answered.") % {"share": share}]
        if held_back:
            notes.append(
                ngettext("%(n)d answer is left out.", "%(n)d answers are left out.", held_back) % {"n": held_back}
            )
        return " ".join(notes)

    return Figure(
        "worth", _("Worth it"),
        _("Of the answers to “Was it worth it?” after events of the period, those that say yes; of events with three answers at least."),
        said, said.filter(events.WORTH_IT), opens=events.with_people(held), note=response, more=_scores(), guarded=True,
    )  # fmt: skip


def _scores() -> Columns:
    """Each event's own score, from as many answers on as its own page shows it (R29), and how many of those there answered."""
    few = _("too few to say")

    def cells(rows: Sequence[Any]) -> dict[Any, list[Any]]:
        found = {}
        for pk, one in after.satisfaction(rows).items():
            share = rules.percent(one.answers, one.there)
            found[pk] = [
                f"{one.percent}%" if one.told else few, one.answers, one.there, few if share is None else f"{share}%"
            ]  # fmt: skip
        return found

    return Columns([_("Worth it"), _("Have answered"), _("Were there"), _("Share who answered")], cells)


def recommending(scope: Scope) -> Group:
    """NPS: the last quarter that was asked about, as a number; what opens is its page."""
    found = voices.quarters(scope.cities)[:1]
    title = " · ".join([_("Recommending"), *(quarter_name(one.first_on) for one in found)])
    return Group("recommending", title, [], drawn=found[0] if found else None, chart="recommending")


def charts(scope: Scope) -> Group:
    """Survival: of those who joined in one quarter, who is still a member, month by month."""
    first = months_later(rules.quarter_of(scope.seen_on), -3 * (rules.COHORTS + 2))
    months = members.survival(
        first, scope.seen_on + timedelta(days=1), scope.seen_on, rules.SURVIVAL_MONTHS, scope.cities
    )
    curves = rules.curves((one.joined_on, one.months, one.people, one.reached, one.members) for one in months)
    drawn = [(quarter_name(curve.joined_on), curve) for curve in curves[-rules.COHORTS :]]
    return Group(
        "survival", _("Still a member, month by month"), [], chart="survival", drawn=drawn,
        says=_("Of everybody who joined in one quarter, the share who were members so many months later. A year has twelve; the thirteenth month shows who went on."),
    )  # fmt: skip


GROUPS = {"top": top, "recommending": recommending, "survival": charts}
