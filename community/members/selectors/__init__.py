"""Named lists and figures about people and applications; each with a bounded number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from community.kernel import audit
from community.kernel.access import REVIEWER
from community.kernel.prepared import Given, IsOneOf, Prepared
from community.members import policies, rules, states
from community.members.models import (
    Application,
    City,
    ClubSettings,
    Company,
    ExtensionRequest,
    Industry,
    Person,
    Question,
    Stake,
    Term,
    Tier,
)
from community.members.selectors import standing as listed

all_members, members_in_good_standing = listed.all_members, listed.members_in_good_standing
well_standing, earliest_end, stands_well = listed.well_standing, listed.earliest_end, listed.stands_well
in_standing_now, suspensions_on = listed.in_standing_now, listed.suspensions_on
live_application = policies.live_application
standing_of = policies.standing_of
last_term = policies.last_term
running_term = policies.running_term


def term_of(person: Person, on: date) -> Term | None:
    """The term running on a day, else the last one that ended before it; `suspended`: whether rights rest that day."""
    return (
        Term.objects.filter(person=person, voided_at=None, starts_on__lte=on)
        .annotate(suspended=Exists(suspensions_on(on, OuterRef("person"))))
        .select_related("tier", "next_tier")
        .order_by("-starts_on")
        .first()
    )


def terms_begun(person: Person, on: date) -> list[Term]:
    """Every term that has begun by a day, the newest first."""
    terms = Term.objects.filter(person=person, voided_at=None, starts_on__lte=on)
    return list(terms.select_related("tier", "application").order_by("-starts_on"))


def terms_left(person: Person, on: date) -> list[Term]:
    """Every term with days left from a day on, the running one first: what leaving cuts."""
    return list(Term.objects.filter(person=person, voided_at=None, ends_on__gt=on).order_by("starts_on"))


def standing_by(term: Term | None, on: date) -> str:
    """`standing_of` of whom `term_of` gave this term for the same day, without asking again: terms never overlap, so
    the last one that has begun decides."""
    if term is None:
        return "none"
    ends_on = term.ends_early_on or term.ends_on
    if term.starts_on >= ends_on:  # ended before it began: an earlier one decides
        return standing_of(term.person, on)
    standing = rules.standing([(term.starts_on, ends_on)], on, over={term.ends_early_on} - {None})
    return "suspended" if standing in policies.STANDS and getattr(term, "suspended", False) else standing


def terms_to_renew(on: date) -> QuerySet[Term]:
    """R15: terms in their last 30 days, in grace or in the 30 days of revival that nothing follows yet."""
    newest = on + timedelta(days=rules.RENEW_DAYS_BEFORE)
    oldest = on - timedelta(days=rules.GRACE_DAYS + rules.REVIVAL_DAYS)
    open_ones = Term.objects.filter(voided_at=None, ends_early_on=None, person__is_active=True)
    followed = Term.objects.filter(person=OuterRef("person"), voided_at=None, starts_on__gte=OuterRef("ends_on"))
    return open_ones.filter(ends_on__lte=newest, ends_on__gt=oldest).exclude(Exists(followed))


def member_since(person: Person) -> date | None:
    """Tenure: the first day of the unbroken row of terms that leads to the last one."""
    return rules.member_since(Term.objects.filter(person=person, voided_at=None).values_list("starts_on", "ends_on"))


def members_since(person_ids: Iterable[int]) -> dict[int, date]:
    """`member_since` of many at once, of those who have a term; one query."""
    periods: dict[int, list[tuple[date, date]]] = {}
    rows = Term.objects.filter(person__in=list(person_ids), voided_at=None)
    for person_id, starts_on, ends_on in rows.values_list("person_id", "starts_on", "ends_on"):
        periods.setdefault(person_id, []).append((starts_on, ends_on))
    return {person_id: since for person_id, terms in periods.items() if (since := rules.member_since(terms))}


def tiers_for(person: Person) -> list[Tier]:
    """The tiers a person may hold: trainees theirs, everybody else the others (R11, R12)."""
    application = live_application(person)
    trainee = application is not None and application.is_trainee
    return list(Tier.objects.filter(active=True, for_trainees=trainee))


def tiers() -> list[Tier]:
    return list(Tier.objects.filter(active=True))


def tiers_to_choose() -> list[Tier]:
    """R17: what members may change to; the trainees' own is nobody's choice."""
    return list(Tier.objects.filter(active=True, for_trainees=False))


def all_tiers() -> list[Tier]:
    """Those no longer given as well: people may still hold them."""
    return list(Tier.objects.annotate(holders=_holders()))


def renewing_from(tier: Tier, on: date) -> int:
    """How many running terms of a tier get their renewal invoice on a day or later."""
    ends_on = on + timedelta(days=rules.RENEW_DAYS_BEFORE)
    return Term.objects.filter(
        tier=tier, voided_at=None, closed_at=None, ends_early_on=None, ends_on__gte=ends_on
    ).count()


def _holders() -> Subquery:
    """How many running terms, by tier."""
    running = Term.objects.filter(tier=OuterRef("pk"), voided_at=None, closed_at=None).order_by()
    return Subquery(running.values("tier").annotate(n=Count("pk")).values("n"))


def tier_by_code(code: str) -> Tier | None:
    return Tier.objects.filter(code=code).first()


def tier_trail(tier: Tier) -> list[dict[str, Any]]:
    """Who changed what of a tier and its prices, newest first, as a timeline; the last twenty."""
    entries = audit.trail(tier).order_by("-at", "-pk")[:20]
    return [
        {
            "at": entry.at,
            "title": entry.actor.name if entry.actor else "",
            "detail": "\n".join(f"{name}: {old} → {new}" for name, (old, new) in entry.data.items()),
        }
        for entry in entries
    ]


def active_cities(*, also: int | Iterable[int] | None = None, within: Iterable[int] | None = None) -> QuerySet[City]:
    """The cities one can choose; `also` keeps those a thing already has when they were taken off the list.

    `within`: only some of them, such as an organizer's chapters.
    """
    kept = [also] if isinstance(also, int) else list(also or ())
    cities = City.objects.filter(Q(active=True) | Q(pk__in=kept))
    return cities if within is None else cities.filter(pk__in=within)


def active_industries() -> list[Industry]:
    return list(industries())


def industries(*, also: int | None = None) -> QuerySet[Industry]:
    """As `active_cities`."""
    return Industry.objects.filter(Q(active=True) | Q(pk=also))


def running_clocks(at: datetime) -> QuerySet[Application]:
    """Approved, not attended yet, clock not over: the people who come first for seats (R22)."""
    return Application.objects.filter(status=states.APPROVED, attended_at=None, clock_ends_at__gt=at)


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    return Person.objects.in_bulk(list(ids))


def teaser_industries(person_ids: Iterable[int]) -> list[str]:
    """The industries of some people, in the list's order: what a public teaser may say of who comes."""
    return [industry.name for industry in INDUSTRIES_OF(people=list(person_ids))]


def _industries_of() -> QuerySet[Industry]:
    people = IsOneOf(F("person"), Given("people", many=True))
    applications = Application.objects.filter(people, status__in=[states.APPROVED, states.ADMITTED])
    return Industry.objects.filter(pk__in=applications.values("industry_id")).only("name_zh", "name_en")


INDUSTRIES_OF = Prepared(_industries_of)


QUEUES = {
    "waiting": [states.SUBMITTED],
    "asked": [states.MORE_NEEDED],
    "approved": [states.APPROVED],
    "done": [states.ADMITTED, states.REJECTED, states.LAPSED, states.WITHDRAWN],
}


def review_queue(queue: str, text: str = "", *, at: datetime | None = None, **only: Any) -> QuerySet[Application]:
    """Applications of one queue; those waiting oldest first, the others newest first. `text` searches names.

    `only`: status, industry, city, role; whose = "mine" (with `reader`), "unclaimed" or "question"; late (over 72
    hours). Claims and lateness are judged at `at`.
    """
    rows = Application.objects.filter(status__in=QUEUES[queue]).select_related("person", "company", "claimed_by")
    rows = rows.annotate(asks=Exists(Question.objects.filter(application=OuterRef("pk"), answered_at=None)))
    if text:
        rows = rows.filter(
            Q(full_name__icontains=text)
            | Q(company__legal_name__icontains=text)
            | Q(company__credit_code=text.upper())
            | Q(person__email__iexact=text)
        )
    rows = rows.filter(**{name: only[name] for name in ("status", "industry", "city", "role") if only.get(name)})
    if at is not None:
        rows = _of_whom(rows, only.get("whose", ""), only.get("reader"), at)
        if only.get("late"):
            rows = rows.filter(submitted_at__lt=at - rules.REVIEW_TARGET)
    return rows.order_by("submitted_at" if queue == "waiting" else "-submitted_at", "pk")


def _of_whom(rows: QuerySet[Application], whose: str, reader: Any, at: datetime) -> QuerySet[Application]:
    held = Q(claimed_at__gt=at - rules.CLAIM_LASTS)
    if whose == "mine":
        return rows.filter(held, claimed_by=reader)
    if whose == "unclaimed":
        return rows.exclude(held)
    return rows.filter(asks=True) if whose == "question" else rows


def queue_sizes() -> dict[str, int]:
    counts = dict(Application.objects.order_by().values_list("status").annotate(n=Count("pk")))
    return {queue: sum(counts.get(status, 0) for status in of) for queue, of in QUEUES.items()}


def waits_for_reviewer(person: Person, at: datetime) -> dict[str, Any]:
    """The reviewers' morning in one query: `waiting` since `oldest`, `asked` for more, `clocks` running, and of those
    waiting the ones this reviewer holds (`mine`) or that have a question open (`asks`)."""
    waiting = Q(status=states.SUBMITTED)
    asked = waiting & Exists(Question.objects.filter(application=OuterRef("pk"), answered_at=None))
    running = Q(status=states.APPROVED, attended_at=None, clock_ends_at__gt=at)
    return Application.objects.filter(status__in=[states.SUBMITTED, states.MORE_NEEDED, states.APPROVED]).aggregate(
        waiting=Count("pk", filter=waiting),
        oldest=Min("submitted_at", filter=waiting),
        asked=Count("pk", filter=Q(status=states.MORE_NEEDED)),
        clocks=Count("pk", filter=running),
        mine=Count("pk", filter=waiting & Q(claimed_by=person, claimed_at__gt=at - rules.CLAIM_LASTS)),
        asks=Count("pk", filter=asked),
    )


def is_for_review(application: Application) -> bool:
    return application.status not in (states.DRAFT, states.CLOSED)


def for_review(public_id: str) -> QuerySet[Application]:
    return (
        Application.objects.filter(public_id=public_id)
        .exclude(status__in=[states.DRAFT, states.CLOSED])
        .select_related("person", "company", "industry", "city", "sponsor", "claimed_by", "approved_by", "tier")
        .prefetch_related("documents", "verifications__recorded_by", "extensions", "questions__answered_by")
    )


TOLD = ("wait", "invite", "question", "answer", "convert", "start", "submit", "approve", "ask", "reject", "withdraw", "attend", "pay", "admit", "extend", "lapse",
        "reinstate", "attend_undo", "pay_undo", "undo", "close")  # fmt: skip


def timeline(application: Application, *, staff: bool = False) -> list[audit.AuditEntry]:
    """What happened, oldest first; the applicant reads the steps, staff also claims and checks. At most 100."""
    entries = audit.trail(application)
    if not staff:
        entries = entries.filter(action__in=[f"application.{step}" for step in TOLD])
    return list(entries[:100])


def reviewers_of(application: Application) -> list[Person]:
    """Whom to tell about an application: reviewers, without who applies and who sponsors. Fifty at most."""
    return reviewers_but(application.person_id, application.sponsor_id)


def reviewers_but(*concerned: int | None) -> list[Person]:
    """The reviewers without those whom the matter concerns. Fifty at most."""
    people = Person.objects.filter(groups__name=REVIEWER, is_active=True).exclude(pk__in=[p for p in concerned if p])
    return list(people.order_by("pk")[:50])


def extension_requests(at: datetime) -> list[ExtensionRequest]:
    """What waits for a second reviewer, oldest first: clocks still running."""
    rows = ExtensionRequest.objects.filter(status=states.ASKED, application__status=states.APPROVED)
    found = list(rows.select_related("application__company", "asked_by")[:20])
    return [request for request in found if not policies.lapse_reason(request.application, at)]


def settings_trail() -> list[dict[str, Any]]:
    """Who changed what is set for the gate, newest first, as a timeline; the last ten."""
    entries = audit.trail(ClubSettings(pk=1)).order_by("-at", "-pk")[:10]
    names = {field.name: str(field.verbose_name) for field in ClubSettings._meta.fields}
    return [
        {
            "at": entry.at,
            "title": entry.actor.name if entry.actor else "",
            "detail": "\n".join(f"{names[key]}: {old} → {new}" for key, (old, new) in entry.data.items()),
        }
        for entry in entries
    ]


@dataclass(frozen=True)
class Intake:
    """How many may still come in this month, in real numbers (R53). `cap` and `left` are None without a cap."""

    open: bool
    cap: int | None
    used: int
    kept: int  # let in from the waiting room, not sent yet
    waiting: int
    month_ends_at: datetime
    note: str

    @property
    def left(self) -> int | None:
        return None if self.cap is None else max(self.cap - self.used - self.kept, 0)

    @property
    def free(self) -> bool:
        """Whether a newcomer's application is taken at once."""
        return self.open and (self.left is None or self.left > self.waiting)


def intake(at: datetime, row: ClubSettings | None = None) -> Intake:
    """Two queries. `row`: the settings, when the caller holds them already."""
    row = row or policies.club_settings()
    begins_at, ends_at = rules.month_of(at)
    in_room = Q(status=states.DRAFT, ready_at__isnull=False)
    counts = Application.objects.filter(Q(first_submitted_at__gte=begins_at) | in_room).aggregate(
        used=Count("pk", filter=Q(first_submitted_at__gte=begins_at, first_submitted_at__lt=ends_at)),
        kept=Count("pk", filter=in_room & Q(invited_at__gt=at - rules.INVITED_FOR)),
        waiting=Count("pk", filter=in_room & Q(invited_at=None)),
    )
    return Intake(row.applications_open, row.monthly_cap, month_ends_at=ends_at, note=row.note, **counts)


def standing_before(application: Application) -> int:
    """How many in the waiting room come before this person: all of them before who is not in it."""
    line = Application.objects.filter(status=states.DRAFT, ready_at__isnull=False, invited_at=None)
    if application.ready_at is not None:
        line = line.filter(
            Q(ready_at__lt=application.ready_at) | Q(ready_at=application.ready_at, pk__lt=application.pk)
        )
    return line.exclude(pk=application.pk).count()


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


def company_of(person: Person) -> Company | None:
    """The company somebody stands for today: the latest one shown and verified, if any."""
    stakes = Stake.objects.filter(person=person, ended_at=None, verified_on__isnull=False)
    stake = stakes.select_related("company").order_by("-verified_on", "-pk").first()
    return stake.company if stake else None


def companies_of(person_ids: Iterable[int]) -> dict[int, int]:
    """The company each of these people stands for today, by key; one query."""
    stakes = Stake.objects.filter(person_id__in=list(person_ids), ended_at=None, verified_on__isnull=False)
    return dict(stakes.order_by("verified_on", "pk").values_list("person_id", "company_id"))


def people_called(text: str) -> list[Person]:
    """Who has this e-mail, else exactly this name; at most two, so that one can tell one from several."""
    active = Person.objects.filter(is_active=True)
    return list(active.filter(email__iexact=text)[:1]) or list(active.filter(full_name=text).order_by("pk")[:2])
