"""Ties (R35): how many each member has, who has none, and whether tables lead further."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from community.figures import rules
from community.figures.sections import Figure, Group, Scope
from community.members.selectors import measures as members
from community.ties.selectors import counting


def ties(scope: Scope) -> Group:
    people = members.members_on(scope.seen_on, scope.cities)
    known = counting.by_person()
    tied = counting.having(people, known)

    def median() -> str | None:
        found = counting.distribution(people, known)
        return None if found.median is None or found.people < rules.LEAST else f"{found.median:g}"

    return Group(
        "ties", _("Ties"),
        [
            Figure("median", _("Ties per member, median"), _("Half of the members have so many or more: people they sat with at a table, talked with, or work with."), people, told=median),
            Figure("none", _("None yet"), _("Of the members on the last day: no tie with anybody."), people, people.exclude(pk__in=tied.order_by().values("pk"))),
            Figure("three", _("Three or more"), "", people, counting.having(people, known, 3)),
            Figure("ten", _("Ten or more"), "", people, counting.having(people, known, 10)),
        ],
    )  # fmt: skip


def further(scope: Scope) -> Group:
    """Of the whole club: a tie between two cities belongs to neither alone."""
    if scope.cities is not None:
        return Group("further", _("Whether tables lead further"), [])
    met = counting.having(members.members_on(scope.seen_on), counting.by_person(scope.since, scope.until))

    def share(of: tuple[int, int]) -> str | None:
        found = rules.percent(of[1], of[0])
        return None if found is None else f"{found}%"

    def mixed() -> tuple[int, int]:
        found = counting.between(members.industries(), scope.since, scope.until)
        return sum(found.values()), sum(n for (one, other), n in found.items() if one != other)

    lines: list[tuple[str, str, str, Callable[[], tuple[int, int]]]] = [
        ("second", _("Second connection"), _("Of the seats with somebody else at the table: met one of them again within 14 days, at a visit or one to one."),
         lambda: counting.second_connections(scope.since, scope.until)),
        ("repeat", _("Pairs that met again"), _("Of the pairs with a tie of the period, those who met more than once in it."),
         lambda: counting.pairs(scope.since, scope.until)),
        ("mixed", _("Across industries"), _("Of the pairs with a tie of the period, those from two industries."), mixed),
    ]  # fmt: skip
    return Group(
        "further", _("Whether tables lead further"),
        [Figure(code, name, says, met, told=lambda ask=ask: share(ask())) for code, name, says, ask in lines],
        says=_("What opens are the members with a tie of the period."),
    )  # fmt: skip


GROUPS = {"ties": ties, "further": further}
