"""Who is silent and what they were offered, and how evenly attention is spread (R34, R36)."""

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from community.events.selectors import measures as events
from community.figures import rules
from community.figures.sections import Figure, Group, Scope
from community.kernel.days import end_of
from community.matching.selectors import measures as matching
from community.members.selectors import care, chapters
from community.members.selectors import measures as members
from community.posts.selectors import measures as posts
from community.ties.selectors import counting


def silent(scope: Scope) -> Group:
    until = end_of(scope.seen_on)
    since = until - rules.SILENT_FOR
    asked = chapters.at_home_in(care.past_first_days(scope.seen_on), scope.cities)
    talked = counting.talked_in(since, until)
    heard = events.seat_in(since, until) | posts.spoke_in(since, until) | Q(pk__in=talked)
    quiet = asked.exclude(heard)
    offered = quiet.filter(events.offered_in(since, until) | matching.told_in(since, until))
    return Group(
        "silent", _("Silent members"),
        [
            Figure("silent", _("Silent for 60 days"),
                   _("Of the members past their first thirty days: no seat, no post, no answer and no one-to-one in 60 days."), asked, quiet),
            Figure("offered", _("Offered something meanwhile"),
                   _("Of the silent ones: a seat offered, an invitation by name, or told of a need that found them."), quiet, offered),
        ],
        says=_("Silent isn't bad: many read, come back and renew. It is a list of whom to ask."),
    )  # fmt: skip


def spread(scope: Scope) -> Group:
    people = members.members_on(scope.seen_on, scope.cities)
    seats = events.seats_by_person(scope.since, scope.until, people)
    places = matching.places_by_person(scope.since, scope.until, people)
    size = people.count()
    lines = [
        ("seats", _("Seats of the busiest tenth"),
         _("Of all seats members had at offline events of the period, those of the tenth who had most."), seats),
        ("places", _("Places of the most shown tenth"),
         _("Of all places on lists of people who fit a need, those of the tenth who stood there most."), places),
    ]  # fmt: skip
    return Group(
        "spread",
        _("How attention is spread"),
        [_held_by(code, name, says, people, counts, size) for code, name, says, counts in lines],
        says=_("A tenth of the members would hold 10% if all had the same."),
        chart="spread",
        drawn=[(name, rules.shares_by_tenth(counts.values(), size)) for _code, name, _says, counts in lines],
    )


def _held_by(code: str, name: str, says: str, people: QuerySet[Any], counts: dict[int, int], size: int) -> Figure:
    """The share the top tenth holds; what opens are these people, those who hold most first."""
    top = sorted(counts, key=lambda pk: (-counts[pk], pk))[: rules.tenth(size)]
    share = rules.top_share(counts.values(), size)
    order = Case(
        *(When(pk=pk, then=Value(n)) for n, pk in enumerate(top)), default=Value(0), output_field=IntegerField()
    )
    rows = people.filter(pk__in=top).order_by(order)
    return Figure(code, name, says, rows, told=lambda: None if share is None else f"{share}%")


GROUPS = {"silent": silent, "spread": spread}
