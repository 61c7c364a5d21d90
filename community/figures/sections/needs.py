"""Needs: answered in time, solved, business; and what was charged beside the fees."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.billing.selectors import measures as purchases
from community.figures.sections import Figure, Group, Scope
from community.kernel import formats
from community.kernel.access import ORGANIZER, TREASURER
from community.kernel.money import Money
from community.members.selectors import measures as members
from community.posts.selectors import measures as posts


def _yuan(sum_of: Money) -> str:
    return formats.money(sum_of.amount, sum_of.currency, language=get_language() or "zh-hans")


def _authors(scope: Scope) -> QuerySet[Any] | None:
    return None if scope.cities is None else members.people_in(scope.cities).values("pk")


def needs(scope: Scope) -> Group:
    asked = posts.asked(scope.since, scope.until, _authors(scope))
    due = posts.due(asked, scope.at)
    deals = posts.with_business(scope.since, scope.until, _authors(scope))
    found = [
        Figure("answered", _("Answered in 72 hours"),
               _("Of the needs and dilemmas opened in the period that are 72 hours old, or were answered before."),
               due, due.filter(posts.IN_TIME), roles=(ORGANIZER,)),
        Figure("solved", _("Solved"), _("Of the needs and dilemmas opened in the period, those their authors call solved."),
               asked, asked.filter(posts.SOLVED), roles=(ORGANIZER,)),
        Figure("deals", _("Business confirmed"), _("Posts whose business the helper confirmed in the period."), deals,
               roles=(ORGANIZER,)),
    ]  # fmt: skip
    if scope.money:
        found.append(_amount(scope, deals))
    return Group("needs", _("Needs and dilemmas"), found)


def _amount(scope: Scope, deals: QuerySet[Any]) -> Figure:
    def told() -> str | None:
        sum_of_all, _people = posts.amount(deals, scope.since, scope.until)
        return None if sum_of_all is None else _yuan(sum_of_all)

    return Figure(
        "amount", _("What it came to"),
        _("The sum of the amounts that were named; only as one sum, and only of five people or more."), deals,
        told=told, roles=(ORGANIZER,),
    )  # fmt: skip


def fees(scope: Scope) -> Group:
    """R12: whoever pays the fee pays little on top."""
    payers = members.joined(purchases.who_paid(scope.since, scope.until))
    if scope.cities is not None:
        payers = payers.filter(pk__in=_authors(scope))
    charged = purchases.charged(scope.since, scope.until, _authors(scope))

    def told() -> str | None:
        fees = charged.fees.amount
        return None if fees <= 0 else f"{round(100 * charged.on_top.amount / fees)}%"

    def note() -> str:
        if not scope.money:
            return ""
        return _("Fees %(fees)s, on top %(on_top)s.") % {"fees": _yuan(charged.fees), "on_top": _yuan(charged.on_top)}

    return Group(
        "fees", _("Charged on top"),
        [
            Figure("surcharge", _("Surcharge ratio"),
                   _("What was paid in the period for anything beside the membership, against the fees; refunds taken off."),
                   payers, payers.filter(pk__in=purchases.who_paid_on_top(scope.since, scope.until)), told=told, note=note,
                   roles=(TREASURER,)),
        ],
    )  # fmt: skip


GROUPS = {"needs": needs, "fees": fees}
