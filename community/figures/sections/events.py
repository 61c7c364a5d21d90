"""Events: chairs, absences, second visits, whose the seats are, and what they take of the office."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community.events.selectors import measures as events
from community.figures import rules
from community.figures.sections import Figure, Group, Scope
from community.figures.sections.overview import worth
from community.members.selectors import measures as members


def _held(scope: Scope) -> QuerySet[Any]:
    return events.held(scope.since, scope.until, scope.at, scope.cities)


def chairs(scope: Scope) -> Group:
    held = _held(scope)
    all_chairs, expected, booked = events.chairs(held), events.expected(held), events.booked(held)
    firsts = members.joined(events.first_timers(scope.since, scope.until, scope.cities))
    return Group(
        "chairs", _("Chairs and people"),
        [
            Figure("fill", _("Fill"), _("Of the chairs at events of the period that are over, those somebody had at the start, guests included."),
                   all_chairs, events.taken(all_chairs), opens=held),
            Figure("missed", _("No-show"), _("Of those who had a seat to the end, who didn't come; excused ones included."),
                   expected, expected.exclude(status="attended")),
            Figure("late", _("Late cancellation"), _("Of those who had a seat 24 hours before the start, who gave it back after that."),
                   booked, booked.filter(withdrawn_late=True)),
            Figure("second", _("Came a second time"), _("Of those checked in for the first time in the period: checked in again since, at any offline event."),
                   firsts, firsts.filter(pk__in=events.came_again(scope.cities))),
            worth(scope),
        ],
    )  # fmt: skip


def whose(scope: Scope) -> Group:
    """Every seat stands in one of three lines (R22)."""
    came = events.came(_held(scope))
    kinds = [
        (
            "deadline",
            _("Three weeks running"),
            _("Papers approved and not admitted yet, when it began."),
            Q(events.DEADLINE),
        ),
        ("quiet", _("Quiet members"), _("No seat in the 60 days before."), ~Q(events.DEADLINE) & Q(events.QUIET)),
        ("regular", _("Regulars"), _("Everybody else."), ~Q(events.DEADLINE) & ~Q(events.QUIET)),
    ]
    return Group(
        "whose", _("Whose the seats were"),
        [Figure(code, name, says, came, came.filter(of)) for code, name, says, of in kinds],
        says=_("Of the people checked in, hosts left out."),
    )  # fmt: skip


def minutes(scope: Scope) -> Group:
    held = _held(scope)

    def told() -> str | None:
        spent = events.desk_minutes(held)
        average = rules.mean([spent.get(pk, 0.0) for pk in spent])
        return None if average is None or len(spent) < rules.LEAST else _("%(n)d min") % {"n": round(average)}

    return Group(
        "minutes", _("The office's time"),
        [
            Figure("desk", _("Desk minutes per event"),
                   _("Between two acts of one colleague for the event, five minutes at most are counted, for the first act one. Phone calls and the evening itself are on no record."),
                   held, told=told),
        ],
    )  # fmt: skip


GROUPS = {"chairs": chairs, "whose": whose, "minutes": minutes}
