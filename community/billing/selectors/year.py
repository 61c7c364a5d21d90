"""A membership year in figures (R40): only what is on record, and every figure from the one place that knows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from community.billing import ports, rules, states
from community.billing.models import Invoice
from community.billing.selectors import openings
from community.events.selectors import year as events
from community.kernel.days import day_of, start_of
from community.kernel.money import Money
from community.members import selectors as members
from community.ties import selectors as ties

if TYPE_CHECKING:
    from community.members.models import Application, Person, Term

MEMBERSHIP = (Invoice.Purpose.ADMISSION, Invoice.Purpose.RENEWAL, Invoice.Purpose.UPGRADE)


@dataclass(frozen=True)
class Year:
    """What one year brought and cost. `last_on` is its last day; `member_since` begins the unbroken membership.

    `elsewhere`: its fee was paid before the club moved here, so that `paid` says nothing of it.
    """

    since_on: date
    last_on: date
    member_since: date
    seats: int
    met: int
    again: int
    exchange: ports.Exchange
    paid: Money
    on_top: Money
    elsewhere: bool = False

    @property
    def surcharge_percent(self) -> int:
        """What was ever charged on top, against the fees; 0 where nothing was."""
        return rules.percent(self.on_top.amount, self.paid.amount)


def year_of(person: "Person", at: datetime, term: "Term | None" = None) -> Year | None:
    """The year of a person's running term, else of the last one; None for somebody who never had one.

    An applicant's first table belongs to the year it opened; money counts in the year of its term.
    """
    term = term or members.term_of(person, day_of(at))
    if term is None:
        return None
    since = began_at(term, term.application)
    until = min(at, start_of(term.ends_on))
    met = ties.of(person.pk, since, until).values()
    fees, on_top = _fees(person, term)
    return Year(
        since_on=term.starts_on, last_on=(term.ends_early_on or term.ends_on) - timedelta(days=1),
        member_since=members.member_since(person) or term.starts_on,
        seats=events.seats_taken(person, since, until), met=len(met), again=sum(tie.again for tie in met),
        exchange=ports.exchanged(person, since, until), paid=_sum(fees), on_top=Money(on_top),
        elsewhere=not fees and openings.was_imported(term),
    )  # fmt: skip


def terms_of(person: "Person", at: datetime) -> "list[Term]":
    """Every year that has begun, the newest first."""
    return members.terms_begun(person, day_of(at))


def began_at(term: "Term", application: "Application | None") -> datetime:
    """From when on a year counts: an applicant's first table belongs to the year it opened."""
    starts_at = start_of(term.starts_on)
    if application is None or application.pk != term.application_id or application.approved_at is None:
        return starts_at
    return min(starts_at, application.approved_at)


def paid_for(person: "Person", term: "Term") -> Money:
    """What was paid here for one term, refunds that arrived taken off."""
    return _sum(_fees(person, term)[0])


@dataclass(frozen=True)
class Unused:
    """What is not used of some terms: of what was paid here, and of balances the club brought along; `unknown`: of a term
    that was paid elsewhere no balance came along."""

    here: Money
    before: Money
    unknown: bool


def unused_of(person: "Person", terms: "Iterable[Term]", left_on: date) -> Unused:
    """R18: what the paid days from `left_on` on come to; a way up counts from the day it was issued (R17)."""
    here = before = 0
    unknown = False
    for term in terms:
        fees = _fees(person, term)[0]
        here += sum(rules.unused_share(amount, since, term.ends_on, left_on) for since, amount in fees)
        brought = openings.unused_of(person, term, left_on)
        before += brought
        unknown = unknown or not fees and not brought and openings.was_imported(term)
    return Unused(Money(here), Money(before), unknown)


def admitted_here(person: "Person") -> bool:
    """A fee of an admission was invoiced here: what R18 gives back within 72 hours."""
    return Invoice.objects.filter(person=person, purpose=Invoice.Purpose.ADMISSION).exists()


def _sum(fees: list[tuple[date, int]]) -> Money:
    return Money(sum(amount for _, amount in fees))


def _fees(person: "Person", term: "Term") -> tuple[list[tuple[date, int]], int]:
    """Each payment for the term with the day from which it pays for it, and the sum of everything else while it ran;
    refunds that arrived taken off."""
    began_at, ended_at = start_of(term.starts_on), start_of(term.ends_on)
    of_term = Q(purpose__in=MEMBERSHIP, term=term)
    if term.application_id is not None:
        of_term |= Q(purpose=Invoice.Purpose.ADMISSION, application=term.application_id)
    beside = ~Q(purpose__in=MEMBERSHIP) & Q(paid_at__gte=began_at, paid_at__lt=ended_at)
    rows = Invoice.objects.filter(of_term | beside, person=person, status__in=[states.PAID, states.REFUNDED])
    arrived = Q(allocations__payment__refunds__status=states.SUCCEEDED)
    back = Sum("allocations__payment__refunds__amount", filter=arrived, default=0)
    fees, on_top = [], 0
    found = rows.annotate(back=back).values_list("purpose", "amount", "back", "issued_at")
    for purpose, amount, returned, issued_at in found:
        if purpose in MEMBERSHIP:
            since = day_of(issued_at) if purpose == Invoice.Purpose.UPGRADE else term.starts_on
            fees.append((since, amount - returned))
        else:
            on_top += amount - returned
    return fees, on_top
