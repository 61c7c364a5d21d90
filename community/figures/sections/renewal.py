"""Years that came to their end: who went on, who did not and why, who came back."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community.billing.selectors.measures import renewal_tried
from community.events.selectors.measures import seats_of
from community.figures import rules
from community.figures.sections import Figure, Group, Scope
from community.kernel.access import ORGANIZER, TREASURER
from community.kernel.days import start_of
from community.members.selectors import measures as members
from community.posts.selectors.measures import brought

WHO = (ORGANIZER, TREASURER)


def _decided(scope: Scope) -> QuerySet[Any]:
    return members.decided(scope.first_on, scope.seen_on, scope.cities)


def _renewed(code: str, name: str, rows: QuerySet[Any], says: str = "") -> Figure:
    return Figure(code, name, says, rows, rows.filter(members.RENEWED), roles=WHO)


def whole(scope: Scope) -> Group:
    rows = _decided(scope)
    back = members.came_to_revival(scope.first_on, scope.seen_on, scope.cities)
    return Group(
        "all", _("Renewal"),
        [
            _renewed("renewed", _("Renewed"), rows,
                     _("Of the years whose grace, or whose early end, came in the period: the next one is paid.")),
            Figure("revived", _("Came back"),
                   _("Of the years that nothing followed and whose thirty days to come back ended in the period: paid again within them."),
                   back, back.filter(members.REVIVED), roles=WHO),
        ],
    )  # fmt: skip


def lapses(scope: Scope) -> Group:
    """Each lapse stands in one of four lines."""
    rows = members.lapsed(_decided(scope))
    unpaid = ~members.CHOSEN & ~members.ENDED
    kinds = [
        ("chosen", _("By choice"), _("Left by themselves, or pressed “no more reminders” before the end."), members.CHOSEN),
        ("failed", _("Payment failed"), _("Began to pay for the next year, and the money never came."), unpaid & Q(renewal_tried())),
        ("ended", _("Ended by the club"), _("Expelled, or a trainee's six months without a company."), members.ENDED),
        ("silent", _("Without a word"), _("None of these: the year simply ran out."), unpaid & ~Q(renewal_tried())),
    ]  # fmt: skip
    return Group(
        "lapses", _("Chosen or not"),
        [Figure(code, name, says, rows, rows.filter(of), roles=WHO) for code, name, says, of in kinds],
        says=_("Of the years of the period that nothing followed. Payment failed and ended by the club are involuntary."),
    )  # fmt: skip


def tiers(scope: Scope) -> Group:
    rows = _decided(scope)
    found = members.tiers_of(rows)
    return Group(
        "tiers", _("Renewed, by tier"), [_renewed(f"tier-{one.pk}", one.name, rows.filter(tier=one)) for one in found]
    )


def cohorts(scope: Scope) -> Group:
    rows = _decided(scope)
    return Group(
        "cohorts", _("Renewed, by the quarter they joined"),
        [_renewed(f"{on:%Y-%m}", quarter_name(on), members.of_quarter(rows, on)) for on in members.by_quarter(rows)[:12]],
    )  # fmt: skip


def fifths(scope: Scope) -> Group:
    """By what the year brought (R40): seats, answers, introductions and business, each counted as one."""
    rows = _decided(scope)
    years = rows.values_list("pk", "person_id", "starts_on", "decided_on")
    periods = [(pk, person, start_of(begins), start_of(ends)) for pk, person, begins, ends in years]
    parts = rules.fifths(_ledger(periods)) if periods else []
    names = [
        _("The fifth it brought least"),
        _("Second fifth"),
        _("Third fifth"),
        _("Fourth fifth"),
        _("The fifth it brought most"),
    ]
    return Group(
        "fifths", _("Renewed, by what the year brought"),
        [
            _renewed(f"fifth-{n}", name, rows.filter(pk__in=keys))
            for n, (name, keys) in enumerate(zip(names, parts, strict=False), start=1)
        ],
        says=_("Seats taken, answers got, introductions and business of the year, each counted as one, in five parts as equal as can be. Of 25 years at least."),
    )  # fmt: skip


def _ledger(periods: list[Any]) -> dict[int, int]:
    seats, rest = seats_of(periods), brought(periods)
    return {pk: seats.get(pk, 0) + rest.get(pk, 0) for pk, *_rest in periods}


def quarter_name(on: Any) -> str:
    return _("Quarter %(n)d of %(year)d") % {"n": (on.month + 2) // 3, "year": on.year}


GROUPS = {"all": whole, "lapses": lapses, "tiers": tiers, "cohorts": cohorts, "fifths": fifths}
