"""People as the desk looks them up: found by name, address, number or company, and what stands at the head of a page."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from community.kernel.access import ROLES
from community.members import states
from community.members.models import Application, CompanyChange, Person, Stake, Suspension, Term
from community.members.policies.standing import standing_on
from community.members.selectors import chapters

CODE_LENGTH, DIGITS_LEAST = 18, 5


def people(text: str, cities: frozenset[int] | None) -> QuerySet[Person]:
    """Everybody with an account, by name; an organizer's cities limit them to who is at home there. `text`: a part of the
    name or its pinyin, of the address, of the company's name; the end of a phone number; a credit code."""
    rows = Person.objects.all() if text else Person.objects.filter(erased_at=None)
    rows = rows.alias(pinyin=Replace("name_key", Value(" "))).filter(_called(text)) if text else rows
    return chapters.at_home_in(rows, cities).order_by("name_key", "pk")


def _called(text: str) -> Q:
    found = (
        Q(full_name__icontains=text) | Q(email__icontains=text) | Q(pinyin__startswith=text.casefold().replace(" ", ""))
    )
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= DIGITS_LEAST and digits == text.replace(" ", "").lstrip("+"):
        found |= Q(phone__endswith=digits)
    company = (
        Q(company__credit_code=text.upper()) if len(text) == CODE_LENGTH else Q(company__legal_name__icontains=text)
    )
    stakes = Stake.objects.filter(company, ended_at=None)
    typed = Application.objects.filter(company, status__in=[*states.LIVE, states.ADMITTED])
    return found | Q(pk__in=stakes.values("person")) | Q(pk__in=typed.values("person"))


def one(public_id: str, cities: frozenset[int] | None) -> Person | None:
    """Whom a colleague looks at; nobody where an organizer's cities are not theirs."""
    return chapters.at_home_in(Person.objects.filter(public_id=public_id), cities).first()


def standings(keys: Iterable[int], on: date) -> dict[int, str]:
    """`policies.standing_of` of many at once; two queries."""
    wanted = list(keys)
    pauses: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for key, begins_on, ends_on in Suspension.objects.filter(person__in=wanted).values_list(
        "person_id", "begins_on", "ends_on"
    ):
        pauses[key].append((begins_on, ends_on))
    terms: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = Term.objects.filter(person__in=wanted, voided_at=None).order_by("starts_on")
    for key, *bounds in rows.values_list("person_id", "starts_on", "ends_on", "ends_early_on"):
        starts, ends = zip(*pauses[key], strict=True) if pauses[key] else ((), ())
        terms[key].append((*bounds, starts, ends))
    return {key: standing_on(terms[key], on) for key in wanted}


def latest_application(person_id: int) -> Application | None:
    """The one that lives, else the newest."""
    rows = Application.objects.filter(person=person_id).select_related("city", "company")
    found = list(rows.order_by("-pk")[:20])
    return next((row for row in found if row.status in states.LIVE), found[0] if found else None)


def companies_of(person_id: int) -> list[Stake]:
    """What they stand for today, the newest check first."""
    rows = Stake.objects.filter(person=person_id, ended_at=None).select_related("company")
    return list(rows.order_by("-verified_on", "-pk")[:10])


def roles_of(person_id: int) -> list[str]:
    """The staff roles as they were given, in the order of the house."""
    held = set(Person.objects.filter(pk=person_id).values_list("groups__name", flat=True))
    return [role for role in ROLES if role in held]


def rows_of(person_id: int) -> dict[str, list[int]]:
    """The keys of what an import may have brought in, where the trail stands at the thing alone; one query."""
    parts = [
        model.objects.filter(person=person_id)
        .order_by()
        .annotate(label=Value(model._meta.label))
        .values_list("label", "pk")
        for model in (Application, Stake, Term)
    ]
    found: dict[str, list[int]] = defaultdict(list, {"members.Person": [person_id]})
    for label, key in parts[0].union(*parts[1:], all=True):
        found[label].append(key)
    return found


def named(label: str, keys: Iterable[int]) -> dict[int, str]:
    """Applications, stakes and changes by key: the company; terms: the tier."""
    wanted = list(keys)
    if label == "members.Term":
        return {row.pk: row.tier.name for row in Term.objects.filter(pk__in=wanted).select_related("tier")}
    model: Any = {"members.Application": Application, "members.Stake": Stake, "members.CompanyChange": CompanyChange}[
        label
    ]
    rows = model.objects.filter(pk__in=wanted, company__isnull=False)
    return dict(rows.values_list("pk", "company__legal_name"))
