"""Named lists and figures about people and applications; each with a bounded number of queries."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from community.kernel import audit
from community.kernel.days import day_of
from community.members import policies, rules, states
from community.members.models import Application, City, Industry, Person, Term, Tier

live_application = policies.live_application
standing_of = policies.standing_of


def term_of(person: Person, on: date) -> Term | None:
    """The term running on a day, else the last one that ended before it."""
    return (
        Term.objects.filter(person=person, voided_at=None, starts_on__lte=on)
        .select_related("tier")
        .order_by("-starts_on")
        .first()
    )


def tiers_for(person: Person) -> list[Tier]:
    """The tiers a person may hold: trainees theirs, everybody else the others (R11, R12)."""
    application = live_application(person)
    trainee = application is not None and application.is_trainee
    return list(Tier.objects.filter(active=True, for_trainees=trainee))


def tiers() -> list[Tier]:
    return list(Tier.objects.filter(active=True))


def active_cities(*, also: int | None = None) -> QuerySet[City]:
    """The cities one can choose; `also` keeps the one a thing already has when it was taken off the list."""
    return City.objects.filter(Q(active=True) | Q(pk=also))


def active_industries() -> list[Industry]:
    return list(Industry.objects.filter(active=True))


def running_clocks(at: datetime) -> QuerySet[Application]:
    """Approved, not attended yet, clock not over: the people who come first for seats (R22)."""
    return Application.objects.filter(status=states.APPROVED, attended_at=None, clock_ends_at__gt=at)


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    return Person.objects.in_bulk(list(ids))


def teaser_industries(person_ids: Iterable[int]) -> list[str]:
    """The industries of some people, in the list's order: what a public teaser may say of who comes."""
    applications = Application.objects.filter(
        person_id__in=list(person_ids), status__in=[states.APPROVED, states.ADMITTED]
    )
    industries = Industry.objects.filter(pk__in=applications.values("industry_id"))
    return [industry.name for industry in industries.only("name_zh", "name_en")]


def members_in_good_standing(on: date) -> QuerySet[Person]:
    """Everybody whose term is active or in grace on a day, by name."""
    earliest_end = date.fromordinal(on.toordinal() - rules.GRACE_DAYS)
    current = Term.objects.filter(voided_at=None, starts_on__lte=on, ends_on__gt=earliest_end)
    return Person.objects.filter(pk__in=current.values("person_id"), is_active=True).order_by("name_key", "pk")


QUEUES = {
    "waiting": [states.SUBMITTED],
    "asked": [states.MORE_NEEDED],
    "approved": [states.APPROVED],
    "done": [states.ADMITTED, states.REJECTED, states.LAPSED, states.WITHDRAWN],
}


def review_queue(queue: str, text: str = "") -> QuerySet[Application]:
    """Applications of one queue; those waiting oldest first, the others newest first. `text` searches names."""
    rows = Application.objects.filter(status__in=QUEUES[queue]).select_related("person", "company", "claimed_by")
    if text:
        rows = rows.filter(
            Q(full_name__icontains=text)
            | Q(company__legal_name__icontains=text)
            | Q(company__credit_code=text.upper())
            | Q(person__email__iexact=text)
        )
    return rows.order_by("submitted_at" if queue == "waiting" else "-submitted_at", "pk")


def queue_sizes() -> dict[str, int]:
    counts = dict(Application.objects.order_by().values_list("status").annotate(n=Count("pk")))
    return {queue: sum(counts.get(status, 0) for status in of) for queue, of in QUEUES.items()}


def for_review(public_id: str) -> QuerySet[Application]:
    return (
        Application.objects.filter(public_id=public_id)
        .exclude(status__in=[states.DRAFT, states.CLOSED])
        .select_related("person", "company", "industry", "city", "sponsor", "claimed_by", "approved_by", "tier")
        .prefetch_related("documents", "verifications__recorded_by", "extensions")
    )


def colleagues(application: Application) -> list[Application]:
    """Other applications for the same company: several people may apply, each with their own stake (R2)."""
    if application.company_id is None:
        return []
    others = Application.objects.filter(company_id=application.company_id).exclude(person_id=application.person_id)
    return list(others.exclude(status=states.DRAFT).select_related("person").order_by("-submitted_at")[:5])


TOLD = ("start", "submit", "approve", "ask", "reject", "withdraw", "attend", "pay", "admit", "extend", "lapse",
        "reinstate", "attend_undo", "pay_undo", "undo", "close")  # fmt: skip


def timeline(application: Application, *, staff: bool = False) -> list[audit.AuditEntry]:
    """What happened, oldest first; the applicant reads the steps, staff also claims and checks. At most 100."""
    entries = audit.trail(application)
    if not staff:
        entries = entries.filter(action__in=[f"application.{step}" for step in TOLD])
    return list(entries[:100])


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """Invariants 4, 5 and 6 on the live data (reliability.md): name → public ids of what breaks it."""
    term = Term.objects.filter(application=OuterRef("pk"), voided_at=None).values("pk")[:1]
    admitted = Application.objects.filter(status=states.ADMITTED).annotate(term=Subquery(term))
    complete = Application.objects.filter(
        status=states.APPROVED, approved_at__isnull=False, attended_at__isnull=False, paid_at__isnull=False
    )
    late = Application.objects.filter(status=states.APPROVED, clock_ends_at__lte=at)
    return {
        "admitted_without_term": list(admitted.filter(term=None).values_list("public_id", flat=True)),
        "complete_not_admitted": list(complete.values_list("public_id", flat=True)),
        "lapsed_not_swept": [a.public_id for a in late if policies.lapse_reason(a, at)],
    }


def waiting_days(application: Application, at: datetime) -> int:
    """Community days since submission: the age the queue shows against the 72-hour target (R4)."""
    assert application.submitted_at is not None
    return (day_of(at) - day_of(application.submitted_at)).days
