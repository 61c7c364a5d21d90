"""Companies at the desk: whose yearly check is due, who has to mend something, what members ask to change."""

from datetime import date, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community.members import rules, states
from community.members.models import Company, CompanyChange, Person, RegisterAnswer, Stake, Term, Verification
from community.members.models.companies import StakeQuerySet
from community.members.selectors import all_members

LISTS = ("due", "mend", "changes", "all")


def _held(on: date) -> StakeQuerySet:
    """Confirmed and imported stakes of members, suspended ones too: theirs are the companies the club vouches for."""
    return Stake.objects.vouched().filter(person__in=all_members(on).order_by())


def due(on: date) -> QuerySet[Company]:
    """R2: due within the next 30 days or overdue, the longest overdue first. `first_on`: the oldest check."""
    cutoff = rules.verified_until(on + timedelta(days=rules.REVERIFY_AHEAD_DAYS))
    stakes = _held(on).looked_up_until(cutoff).annotate(since_on=Coalesce("verified_on", "imported_on"))
    return _listed(stakes, "since_on").annotate(never=~Exists(_checks()))


def to_mend(on: date) -> QuerySet[Company]:
    """Whose last check failed, the oldest first."""
    return _listed(_held(on).filter(failed_on__isnull=False), "failed_on")


def _listed(stakes: QuerySet[Stake], day: str) -> QuerySet[Company]:
    first = stakes.filter(company=OuterRef("pk")).order_by().values("company").annotate(first=Min(day)).values("first")
    rows = Company.objects.filter(pk__in=stakes.values("company"))
    return rows.annotate(first_on=Subquery(first), people=_people()).order_by("first_on", "pk")


def _checks() -> QuerySet[Stake]:
    """Anybody's confirmed role in the company of an outer question."""
    return Stake.objects.filter(company=OuterRef("pk"), ended_at=None, verified_on__isnull=False)


def every(text: str = "") -> QuerySet[Company]:
    """All companies, the newest first; `text` searches name and code."""
    rows = Company.objects.annotate(people=_people())
    if text:
        rows = rows.filter(Q(legal_name__icontains=text) | Q(credit_code=text.upper()))
    return rows.order_by("-pk")


def _people() -> Count:
    return Count("stakes", filter=Q(stakes__ended_at=None), distinct=True)


def open_changes() -> QuerySet[CompanyChange]:
    """What members ask to change, oldest first."""
    return (
        CompanyChange.objects.filter(status=states.ASKED).select_related("person", "company").order_by("asked_at", "pk")
    )


def overdue(on: date) -> int:
    """How many companies have not been looked at for twelve months."""
    cutoff = rules.verified_until(on)
    return _held(on).looked_up_until(cutoff).values("company").distinct().count()


def sizes(on: date) -> dict[str, int]:
    return {"due": due(on).count(), "mend": to_mend(on).count(), "changes": open_changes().count()}


def page_of(public_id: str) -> QuerySet[Company]:
    stakes = Stake.objects.select_related("person").order_by("ended_at", "pk")
    checks = Verification.objects.select_related("recorded_by").order_by("-recorded_at", "-pk")
    return Company.objects.filter(public_id=public_id).prefetch_related(
        Prefetch("stakes", stakes), Prefetch("verifications", checks)
    )


def change_of(public_id: str) -> QuerySet[CompanyChange]:
    rows = CompanyChange.objects.filter(public_id=public_id).select_related("person", "company", "decided_by")
    return rows.prefetch_related("documents", "verifications__recorded_by")


def changes_of(person: Person) -> QuerySet[CompanyChange]:
    return CompanyChange.objects.filter(person=person).select_related("company").prefetch_related("documents")


def stakes_of(person: Person) -> list[Stake]:
    """A person's companies, today's first, then history."""
    return list(Stake.objects.filter(person=person).select_related("company").order_by("-ended_at", "-pk")[:20])


def trainee_term(person: Person, on: date) -> Term | None:
    """The running term of a trainee who has yet to show a company (R11)."""
    running = Term.objects.filter(person=person, voided_at=None, starts_on__lte=on, ends_early_on__gt=on)
    return running.first()


def last_answer(company: Company | None) -> RegisterAnswer | None:
    """What the register's interface said last of this company."""
    return RegisterAnswer.objects.filter(company=company).last() if company is not None else None


def holders(company: Company) -> list[str]:
    """The names of everybody with a role in it today."""
    stakes = Stake.objects.filter(company=company, ended_at=None)
    return list(stakes.values_list("person__full_name", flat=True))
