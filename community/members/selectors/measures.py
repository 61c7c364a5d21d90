"""Who stayed, who left and who came back: people and terms behind the club's figures. Facts of terms alone, never of
whether an account is still there: whoever was erased is counted as somebody who was."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import DateField, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from community.kernel.days import months_later
from community.members import rules
from community.members.models import Application, Farewell, Person, Term, Tier
from community.members.selectors.chapters import at_home_in
from community.members.selectors.standing import earliest_end, lasting

GRACE = timedelta(days=rules.GRACE_DAYS)
Cities = frozenset[int] | None

# Of everybody whose first term began in [since, until): by the quarter it began in and the months since, how many there
# are, how many have come so far, and how many of these were members then, grace included.
SURVIVAL = """
WITH first AS (
    SELECT person_id, min(starts_on) AS joined_on FROM members_term
    WHERE voided_at IS NULL AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s)) GROUP BY person_id
    HAVING min(starts_on) >= %(since)s AND min(starts_on) < %(until)s
), seen AS (
    SELECT first.person_id, joined_on, months.n, bool_or(t.id IS NOT NULL) AS member
    FROM first CROSS JOIN generate_series(0, %(months)s::int) AS months(n)
    LEFT JOIN members_term t ON t.person_id = first.person_id AND t.voided_at IS NULL
        AND t.starts_on <= joined_on + make_interval(months => months.n)
        AND coalesce(t.ends_early_on, t.ends_on + %(grace)s) > joined_on + make_interval(months => months.n)
    GROUP BY 1, 2, 3
)
SELECT date_trunc('quarter', joined_on)::date, n, count(*),
    count(*) FILTER (WHERE joined_on + make_interval(months => n) <= %(today)s),
    count(*) FILTER (WHERE joined_on + make_interval(months => n) <= %(today)s AND member)
FROM seen GROUP BY 1, 2 ORDER BY 1, 2
"""


def people_in(cities: Cities) -> QuerySet[Person]:
    """Everybody at home in some cities; None: everybody."""
    return at_home_in(Person.objects.all(), cities)


def members_on(on: date, cities: Cities = None) -> QuerySet[Person]:
    """Whoever was a member on a day: a term that ran or was in grace, suspended or not, still there today or not."""
    return people_in(cities).filter(_member_on(on)).order_by("name_key", "pk")


def _member_on(on: date) -> Exists:
    running = lasting(on, earliest_end(on))
    return Exists(Term.objects.filter(running, person=OuterRef("pk"), voided_at=None, starts_on__lte=on))


def left(first_on: date, last_on: date, cities: Cities = None) -> QuerySet[Person]:
    """Members on the first day who are none on the last: they left, were not renewed, or were expelled."""
    return members_on(first_on, cities).filter(~_member_on(last_on))


def joined(person_ids: QuerySet[Any]) -> QuerySet[Person]:
    """People by the keys a query of another floor gives."""
    return Person.objects.filter(pk__in=person_ids).order_by("name_key", "pk")


def decided(first_on: date, last_on: date, cities: Cities = None) -> QuerySet[Term]:
    """Years whose grace, or whose early end, came in a period: it was decided whether they go on. `decided_on`: the day."""
    rows = Term.objects.filter(voided_at=None).annotate(
        decided_on=Coalesce("ends_early_on", F("ends_on") + GRACE, output_field=DateField())
    )
    rows = rows.filter(decided_on__gte=first_on, decided_on__lte=last_on)
    if cities is not None:
        rows = rows.filter(person__in=people_in(cities).values("pk"))
    return rows.order_by("decided_on", "pk")


def _followed(**when: Any) -> Exists:
    return Exists(Term.objects.filter(person=OuterRef("person"), voided_at=None, **when))


# A renewed year goes on at its old end (R15); a revival begins later, within thirty days of the end of grace.
RENEWED = _followed(starts_on=OuterRef("ends_on")) & Q(ends_early_on=None)
REVIVED = _followed(
    starts_on__gt=OuterRef("ends_on"), starts_on__lt=OuterRef("ends_on") + GRACE + timedelta(days=rules.REVIVAL_DAYS)
)
_farewell = Farewell.objects.filter(
    person=OuterRef("person"), left_at__date__gte=OuterRef("ends_early_on"),
    left_at__date__lte=OuterRef("ends_early_on") + GRACE,
)  # fmt: skip
# Whoever left by themselves, or pressed "no more reminders" before the year was over.
CHOSEN = Q(ends_early_on__isnull=False) & Exists(_farewell) | Q(ends_early_on=None, reminders_off_at__isnull=False)
# What the club ended: an expulsion, or a trainee without a company after six months (R11).
ENDED = Q(ends_early_on__isnull=False) & ~Exists(_farewell)


def lapsed(rows: QuerySet[Term]) -> QuerySet[Term]:
    """Those of them that nothing followed in time."""
    return rows.filter(~RENEWED)


def came_to_revival(first_on: date, last_on: date, cities: Cities = None) -> QuerySet[Term]:
    """Lapsed years whose thirty days to come back were over in a period."""
    wait = timedelta(days=rules.REVIVAL_DAYS)
    return lapsed(decided(first_on - wait, last_on - wait, cities)).filter(ends_early_on=None)


def by_quarter(rows: QuerySet[Term]) -> list[date]:
    """The quarters in which the people of these terms first joined, the latest first; one query."""
    found = _first_terms().filter(person__in=rows.order_by().values("person")).values_list("joined_on", flat=True)
    return sorted({_quarter(on) for on in found}, reverse=True)


def of_quarter(rows: QuerySet[Term], first_on: date) -> QuerySet[Term]:
    ends_on = months_later(first_on, 3)
    joined_then = _first_terms().filter(joined_on__gte=first_on, joined_on__lt=ends_on)
    return rows.filter(person__in=joined_then.values("person"))


def _first_terms() -> QuerySet[Any, Any]:
    terms = Term.objects.filter(voided_at=None).order_by()
    return terms.values("person").annotate(joined_on=Min("starts_on"))


def _quarter(on: date) -> date:
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def tiers_of(rows: QuerySet[Term]) -> list[Any]:
    """The tiers of these terms, in the club's order; one query."""
    return list(Tier.objects.filter(pk__in=rows.order_by().values("tier")))


def industries() -> QuerySet[Any, Any]:
    """(person, industry) of every member's admitted application, once a person."""
    rows = Application.objects.filter(admitted_at__isnull=False, industry__isnull=False)
    return rows.order_by("person_id", "-pk").distinct("person_id").values_list("person_id", "industry_id")


@dataclass(frozen=True)
class Month:
    """Of everybody who joined in the quarter of `joined_on`: how many there are, how many months later have come for how
    many of them, and how many of these were members then."""

    joined_on: date
    months: int
    people: int
    reached: int
    members: int


def survival(since_on: date, until_on: date, today: date, months: int, cities: Cities = None) -> list[Month]:
    """One query, whatever the number of people."""
    keys = None if cities is None else list(people_in(cities).values_list("pk", flat=True))
    asked = {
        "since": since_on, "until": until_on, "today": today, "months": months, "grace": rules.GRACE_DAYS, "people": keys,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SURVIVAL, asked)
        return [Month(*row) for row in cursor.fetchall()]


def on_clock(person: str, at: str) -> Exists:
    """Whether somebody's three weeks ran at a moment, both named as columns of the outer query: papers approved, and no
    admission yet."""
    rows = Application.objects.filter(person=OuterRef(person), approved_at__lte=OuterRef(at))
    return Exists(rows.filter(Q(admitted_at=None) | Q(admitted_at__gt=OuterRef(at))))
