"""A club's people and companies from before (R51): written as history, many at once, and nobody is written to.

Called by the import inside its one transaction; every row has its audit entry with the import as its reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection

from community.kernel import audit, outbox
from community.kernel.days import day_of, start_of
from community.members import notifications, rules
from community.members import states as lifecycle
from community.members.models import Application, Company, Person, Stake, Term, sort_key

MADE = dict[str, list[int]]  # label of a model → keys of the rows that were made
AT_ONCE = 1000
LOCK = "SELECT pg_advisory_xact_lock(hashtext('members.moving_in'))"


@dataclass(frozen=True)
class Shown:
    """The company somebody stands for, as the old records have it; a trainee has none."""

    credit_code: str
    role: str
    share_percent: Decimal | None = None
    verified_on: date | None = None


@dataclass(frozen=True)
class Years:
    starts_on: date
    ends_on: date
    ends_early_on: date | None
    tier_id: int


@dataclass(frozen=True)
class Newcomer:
    """A member from before. `account`: columns of the person; `card`: of the application; `terms` oldest first.
    `person_id`: who has an account already."""

    email: str
    account: Mapping[str, Any]
    card: Mapping[str, Any]
    shown: Shown
    sponsor: str
    terms: tuple[Years, ...]
    person_id: int | None = None


@dataclass
class Roll:
    """Keys by what a file calls things."""

    people: dict[str, int] = field(default_factory=dict)
    companies: dict[str, int] = field(default_factory=dict)
    new_companies: list[int] = field(default_factory=list)


def lock() -> None:
    """One import at a time: two of them could name the same newcomer."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def companies(new: Iterable[tuple[str, str]], roll: Roll, *, by: Person, at: datetime, reason: str) -> MADE:
    """One row per credit code (R2); (code, name) pairs, known to be new."""
    rows = Company.objects.bulk_create([Company(credit_code=code, legal_name=name) for code, name in new], AT_ONCE)
    audit.record_all("company.import", rows, by=by, at=at, reason=reason, of_people=False)
    roll.companies |= {row.credit_code: row.pk for row in rows}
    roll.new_companies = [row.pk for row in rows]
    return {"members.Company": [row.pk for row in rows]}


def people(new: list[Newcomer], roll: Roll, *, by: Person, at: datetime, reason: str) -> MADE:
    """Accounts with their first sign-in still to come, admitted applications, stakes and terms. Writes no letter:
    reminders whose moment is over are recorded as passed (R51)."""
    fresh = [one for one in new if one.person_id is None]
    accounts = Person.objects.bulk_create([_account(one) for one in fresh], AT_ONCE)
    Person.objects.filter(pk__in=[row.pk for row in accounts]).update(joined_at=at)  # a column that reads the clock
    audit.record_all("person.import", accounts, by=by, at=at, reason=reason, of_people=False)
    addresses = EmailAddress.objects.bulk_create(
        [EmailAddress(user=row, email=row.email, primary=True, verified=False) for row in accounts], AT_ONCE
    )
    roll.people |= {row.email: row.pk for row in accounts}
    applications = Application.objects.bulk_create([_application(one, roll, by, at) for one in new], AT_ONCE)
    audit.record_all("application.import", applications, by=by, at=at, reason=reason, new=lifecycle.ADMITTED,
                     of_people=False)  # fmt: skip
    stakes = Stake.objects.bulk_create([_stake(one, roll, at) for one in new if one.shown.credit_code], AT_ONCE)
    audit.record_all("stake.import", stakes, by=by, at=at, reason=reason, of_people=False)
    _checked(stakes, roll.new_companies)
    by_person = {row.person_id: row for row in applications}
    given = {roll.people[one.email]: one.terms for one in new}
    made = terms(given, by_person, by=by, at=at, reason=reason)
    return made | {
        "members.Person": [row.pk for row in accounts],
        "account.EmailAddress": [row.pk for row in addresses],
        "members.Application": [row.pk for row in applications],
        "members.Stake": [row.pk for row in stakes],
        "kernel.Message": made["kernel.Message"] + _stakes_passed(stakes, at),
    }


def terms(
    given: Mapping[int, Iterable[Years]], first: Mapping[int, Application], *, by: Person, at: datetime, reason: str
) -> MADE:
    """Years of membership by person. `first`: whose first term belongs to a new application. The database refuses any
    that overlaps another (R14); what was over before this day is closed, and nobody hears of it."""
    rows = []
    for person_id, years in given.items():
        ordered = sorted(years, key=lambda one: one.starts_on)
        for place, one in enumerate(ordered):
            followed = place + 1 < len(ordered)
            over = day_of(at) >= (one.ends_early_on or rules.grace_ends_on(one.ends_on))
            rows.append(
                Term(
                    person_id=person_id, tier_id=one.tier_id, starts_on=one.starts_on, ends_on=one.ends_on,
                    ends_early_on=one.ends_early_on, recorded_at=at, closed_at=at if followed or over else None,
                    application=first.get(person_id) if place == 0 else None,
                )
            )  # fmt: skip
    rows = Term.objects.bulk_create(rows, AT_ONCE)
    audit.record_all("term.import", rows, by=by, at=at, reason=reason, of_people=False)
    return {"members.Term": [row.pk for row in rows], "kernel.Message": _trainees_passed(rows, at)}


def rename(pk: int, legal_name: str, *, by: Person, at: datetime, reason: str) -> None:
    """A company's name as the old records have it now."""
    Company.objects.filter(pk=pk).update(legal_name=legal_name)
    audit.record("company.import", Company(pk=pk), by=by, at=at, reason=reason)


def correct(
    changes: Mapping[int, tuple[int | None, Mapping[str, Any], Mapping[str, Any]]],
    *, by: Person, at: datetime, reason: str,
) -> None:  # fmt: skip
    """Cells that say something else than the club: person → (application, columns of the person, of the application)."""
    found = Person.objects.in_bulk(list(changes))
    cards = Application.objects.in_bulk([pk for pk, _, _ in changes.values() if pk])
    touched: dict[str, set[str]] = {"person": set(), "card": set()}
    for person_id, (application_id, account, card) in changes.items():
        for name, value in account.items():
            setattr(found[person_id], name, value)
        if "full_name" in account:
            found[person_id].name_key = sort_key(found[person_id].name)
        for name, value in card.items():
            setattr(cards[application_id or 0], name, value)
        touched["person"] |= account.keys()
        touched["card"] |= card.keys()
    if touched["person"]:
        Person.objects.bulk_update(found.values(), sorted(touched["person"] | {"name_key"}), batch_size=AT_ONCE)
    if touched["card"]:
        Application.objects.bulk_update(cards.values(), sorted(touched["card"]), batch_size=AT_ONCE)
    audit.record_all("person.import", list(found.values()), by=by, at=at, reason=reason)


def _account(one: Newcomer) -> Person:
    person = Person(email=one.email, **one.account)
    person.password = make_password(None)
    person.name_key = sort_key(person.name)
    return person


def _application(one: Newcomer, roll: Roll, by: Person, at: datetime) -> Application:
    since = start_of(min(term.starts_on for term in one.terms))
    account = one.account
    return Application(
        person_id=roll.people[one.email], status=lifecycle.ADMITTED, role=one.shown.role,
        share_percent=one.shown.share_percent, company_id=roll.companies.get(one.shown.credit_code),
        full_name=account.get("full_name", ""), phone=account.get("phone", ""), wechat=account.get("wechat", ""),
        sponsor_id=roll.people.get(one.sponsor), started_at=since, touched_at=since, approved_at=since, approved_by=by,
        clock_ends_at=rules.clock_end(since), attended_at=since, paid_at=since, admitted_at=since,
        tier_id=one.terms[0].tier_id, **one.card,
    )  # fmt: skip


def _stake(one: Newcomer, roll: Roll, at: datetime) -> Stake:
    first_on = min(term.starts_on for term in one.terms)
    return Stake(
        person_id=roll.people[one.email], company_id=roll.companies[one.shown.credit_code], role=one.shown.role,
        share_percent=one.shown.share_percent, verified_on=one.shown.verified_on,
        imported_on=None if one.shown.verified_on else rules.counted_from(day_of(at), first_on),
    )  # fmt: skip


def _checked(stakes: list[Stake], new: list[int]) -> None:
    """A new company counts as checked on the latest day on which somebody's role in it was."""
    latest: dict[int, date] = {}
    for stake in stakes:
        if stake.verified_on:
            latest[stake.company_id] = max(stake.verified_on, latest.get(stake.company_id, stake.verified_on))
    fresh = [company for company in Company.objects.filter(pk__in=new) if company.pk in latest]
    for company in fresh:
        company.verified_at = start_of(latest[company.pk])
    Company.objects.bulk_update(fresh, ["verified_at"], batch_size=AT_ONCE)


# What is over before it was known (R51) -----------------------------------------------------------


def _stakes_passed(stakes: list[Stake], at: datetime) -> list[int]:
    """R2: the letters about checks that fell due before the import. What falls due later is written as ever."""
    today = day_of(at)
    keys = [stake.pk for stake in stakes if stake.due_on and stake.due_on < today]
    overdue = list(Stake.objects.filter(pk__in=keys).select_related("company").order_by("pk"))
    ending = [
        (stake, step)
        for stake in overdue
        if (last_on := stake.mend_until_on) and (step := rules.mend_step(last_on, today)) is not None
        if last_on - timedelta(days=step) < today
    ]
    with outbox.passing_over() as passed:
        notifications.reverification_overdue(overdue, at=at)
        notifications.mend_ending(ending, at=at)
    return passed


def _trainees_passed(rows: list[Term], at: datetime) -> list[int]:
    """R11: the notice whose day came before the import."""
    today = day_of(at)
    due = [
        (row, step)
        for row in rows
        if (ends_on := row.ends_early_on) and (step := rules.trainee_reminder_due(ends_on, today)) is not None
        if ends_on - timedelta(days=step) < today
    ]
    with outbox.passing_over() as passed:
        notifications.trainee_reminders(due, at=at)
    return passed
