"""Where standing is computed (R14): from terms, suspensions and the day, and from nothing that is stored."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from community.kernel.days import start_of
from community.kernel.errors import YES, Verdict, no
from community.kernel.prepared import Given, Prepared
from community.members import rules
from community.members.models import Person, Suspension, Term

Period = tuple[date, date]  # half-open
STANDS = ("active", "grace")
HOLDS = (*STANDS, "suspended")


def _terms() -> QuerySet[Term, Any]:
    """Every term that counts, in order, each with the bounds of its person's suspensions: one question."""
    rows = Suspension.objects.filter(person=OuterRef("person")).order_by("pk")
    bounds = {name: ArraySubquery(rows.values(name)) for name in ("begins_on", "ends_on")}
    terms = Term.objects.filter(person_id=Given("person"), voided_at=None)
    return terms.annotate(suspended_from=bounds["begins_on"], suspended_to=bounds["ends_on"]).values_list(
        "starts_on", "ends_on", "ends_early_on", "suspended_from", "suspended_to",
        "tier__roundtables_a_month", "tier__visits_a_quarter", "tier__guests_a_quarter",
    )  # fmt: skip


TERMS = Prepared(_terms)
INCLUDED = slice(5, 8)  # what a row of TERMS says of the tier


def standing_on(terms: Iterable[tuple[Any, ...]], on: date) -> str:
    """The standing that rows of TERMS give on a day."""
    periods, over, suspended = counted(terms)
    return rules.standing(periods, on, over=over, suspended=suspended)


def counted(terms: Iterable[tuple[Any, ...]]) -> tuple[list[Period], set[date], list[Period]]:
    """The terms as they count, the ends among them that came early and have no grace (R11), and the suspensions."""
    rows = list(terms)
    periods = [(row[0], row[2] or row[1]) for row in rows]
    suspended = list(zip(rows[0][3], rows[0][4], strict=True)) if rows else []
    return periods, {row[2] for row in rows if row[2]}, suspended


def standing_of(person: Person, on: date) -> str:
    """ "active", "grace", "suspended", "expired" or "none" on a community day (R14)."""
    return standing_on(TERMS(person=person.pk), on)


def in_good_standing(person: Person, on: date) -> bool:
    """Admitted, with a term active or in grace on the day meant, and not suspended (product.md §5)."""
    return standing_of(person, on) in STANDS


def is_member(person: Person, on: date) -> bool:
    """Whether there is a membership at all, suspended or not: it can be left, renewed, and needs no application."""
    return standing_of(person, on) in HOLDS


def must_stand(person: Person, on: date, code: str) -> Verdict:
    """Good standing on a day, else `code`; whoever is suspended is told until when instead."""
    terms = TERMS(person=person.pk)
    standing = standing_on(terms, on)
    if standing in STANDS:
        return YES
    return no("standing.suspended", **said(terms, on)) if standing == "suspended" else no(code)


def said(terms: Iterable[tuple[Any, ...]], on: date) -> dict[str, Any]:
    """The last day of the suspension that covers a day, for the sentence of a refusal."""
    until = rules.suspended_until(counted(terms)[2], on)
    assert until is not None
    return {"day": until - timedelta(days=1), "at": start_of(on)}


def suspension_of(person: Person, on: date) -> Suspension | None:
    """The suspension that covers a day; they never overlap."""
    rows = Suspension.objects.filter(person=person, begins_on__lte=on, ends_on__gt=on)
    return rows.select_related("set_by", "answered_by").first()
