"""Who may do what with applications, documents, seats and fees. A refusal says why and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models.functions import Coalesce

from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.kernel.prepared import Given, Prepared
from community.members import ports, rules, states
from community.members.models import (
    Application,
    ClockExtension,
    ClubSettings,
    CompanyChange,
    Document,
    ExtensionRequest,
    Person,
    Stake,
    Term,
    Verification,
)
from community.members.policies.applying import live_application, live_first
from community.members.policies.ending import (
    administrators,
    is_expelled,
    may_answer_appeal,
    may_answer_expulsion,
    may_appeal,
    may_change_mind,
    may_change_suspension,
    may_leave,
    may_propose_expulsion,
    may_readmit,
    may_suspend,
    may_withdraw_expulsion,
    mind_open_until,
    others,
    suspension_ends,
)
from community.members.policies.standing import (
    HOLDS,
    INCLUDED,
    STANDS,
    TERMS,
    in_good_standing,
    is_member,
    must_stand,
    said,
    standing_of,
    standing_on,
    suspension_of,
)

__all__ = [
    "HOLDS",
    "STANDS",
    "administrators",
    "in_good_standing",
    "is_expelled",
    "is_member",
    "live_application",
    "may_answer_appeal",
    "may_answer_expulsion",
    "may_appeal",
    "may_change_mind",
    "may_change_suspension",
    "may_leave",
    "may_propose_expulsion",
    "may_readmit",
    "may_suspend",
    "may_withdraw_expulsion",
    "mind_open_until",
    "must_stand",
    "others",
    "standing_of",
    "suspension_ends",
    "suspension_of",
]

VOUCHED = Stake.objects.vouched().filter(person_id=Given("person"))
STAKES_VOUCHED = Prepared(lambda: VOUCHED.values_list(Coalesce("verified_on", "imported_on"), "failed_on"))
# `live_application` with no more columns than booking asks for: a crowd presses at once.
BOOKING = ("status", "person_id", "approved_at", "clock_ends_at", "attended_at", "paid_at")
OWN = Application.objects.filter(person_id=Given("person")).only(*BOOKING)
BOOKING_APPLICATION = Prepared(lambda: OWN.order_by(live_first(), "-pk")[:1])


def lapse_reason(application: Application, at: datetime) -> str:
    """Why an approved application is over at this instant ("" while it runs), swept or not (R9)."""
    if application.status != states.APPROVED:
        return ""
    assert application.clock_ends_at is not None
    facts = replace(application.facts(roster_open=False), clock_ends_at=clock_end_at(application, at))
    over = rules.lapse_reason(facts, at)
    if over == "not_attended" and ports.roster_open(application.person_id, facts.clock_ends_at, at):
        return ""
    return over


def clock_end_at(application: Application, at: datetime) -> datetime:
    """The clock's end as it counts at an instant: weeks that R6 gives by itself count, written down or not.

    While the stored end lies ahead nothing is asked of the database.
    """
    assert application.clock_ends_at is not None
    return (fair_ends(application, at) or [application.clock_ends_at])[-1]


def fair_ends(application: Application, at: datetime) -> list[datetime]:
    """R6: the ends this clock has got by itself up to `at` and that are not written down yet."""
    ends_at, since = application.clock_ends_at, application.approved_at
    if application.status != states.APPROVED or application.attended_at is not None:
        return []
    assert ends_at is not None and since is not None
    if at < ends_at:
        return []
    used = application.extensions.exclude(why=ClockExtension.Why.REVIEWER).count()

    def taken(until: datetime) -> bool:
        return rules.could_have_taken(ports.seat_chances(application.person_id, since, until), since, until)

    return rules.fair_ends(ends_at, rules.MOST_EXTENSIONS - used, taken, at)


def status_at(application: Application, at: datetime) -> str:
    """The status as it counts at an instant: a clock that has run out is over even if no worker ran."""
    return states.LAPSED if lapse_reason(application, at) else application.status


@dataclass(frozen=True)
class Included:
    """What a member's tier includes on a day (R12); applicants have no tier, what qualifies is theirs (R10)."""

    roundtables_a_month: int
    visits_a_quarter: int
    guests_a_quarter: int


@dataclass(frozen=True)
class Footing:
    """Whether somebody may book, until when the three weeks of an approved applicant run (None: no clock), what a
    member's tier includes on the event's day, and until when a renewal must be paid for the seat to stay."""

    may_book: Verdict
    clock_ends_at: datetime | None = None
    included: Included | None = None
    renew_by: datetime | None = None


def _member_may_book(person: Person, renew_by: datetime | None, at: datetime) -> Verdict:
    if renew_by is not None and at >= renew_by:
        return no("booking.standing")
    return no("booking.reverify") if must_mend(person, day_of(at)) else YES


def may_book(person: Person, *, starts_at: datetime, qualifying: bool, at: datetime) -> Verdict:
    """R10, R22: members in good standing on the event's day, or who may still renew for it; approved applicants for
    qualifying events."""
    return footing(person, starts_at=starts_at, qualifying=qualifying, at=at).may_book


def footing(person: Person, *, starts_at: datetime, qualifying: bool, at: datetime) -> Footing:
    """`may_book` with the reader's clock, for the page that explains it; two queries at most."""
    if not person.is_authenticated:
        return Footing(no("booking.sign_in"))
    terms = TERMS(person=person.pk)
    now = standing_on(terms, day_of(at))
    if now == "suspended":
        return Footing(no("booking.suspended", **said(terms, day_of(at))))
    if now in STANDS:
        renew_by = None if standing_on(terms, day_of(starts_at)) in STANDS else rules.renew_by(starts_at)
        verdict = _member_may_book(person, renew_by, at)
        tiers = [term[INCLUDED] for term in terms if term[0] <= day_of(starts_at)]  # in order of their start
        return Footing(verdict, included=Included(*tiers[-1]) if tiers else None, renew_by=renew_by)
    application = BOOKING_APPLICATION.first(person=person.pk)
    if application is not None and application.status == states.APPROVED:
        return _applicants_footing(application, qualifying, at)
    if now == "expired":
        return Footing(no("booking.standing"))
    waiting = application is not None and application.status in (states.SUBMITTED, states.MORE_NEEDED)
    return Footing(no("booking.not_approved" if waiting else "booking.apply_first"))


def _applicants_footing(application: Application, qualifying: bool, at: datetime) -> Footing:
    ends_at = clock_end_at(application, at)
    over = rules.lapse_reason(replace(application.facts(roster_open=False), clock_ends_at=ends_at), at)
    running = ends_at if application.attended_at is None and not over else None
    if not qualifying:
        return Footing(no("booking.qualifying_only"), running)
    return Footing(no("booking.clock_over") if over else YES, running)


def must_mend(person: Person, on: date) -> bool:
    """Every company of theirs has failed its yearly check, or waited for it too long, by more than 30 days (R2)."""
    found = STAKES_VOUCHED(person=person.pk)
    return bool(found) and all(on > rules.mend_until(since_on, failed_on) for since_on, failed_on in found)


def may_pay_fee(person: Person, *, at: datetime) -> Verdict:
    """R8: from approval on, or only after attendance (setting), until the fee's due time; once."""
    application = live_application(person)
    if application is None or application.status not in (states.APPROVED, states.ADMITTED):
        return no("fee.over" if application and application.status == states.LAPSED else "fee.not_approved")
    if application.paid_at:
        return no("fee.paid")
    if lapse_reason(application, at):
        return no("fee.over")
    if application.attended_at is None and club_settings().fee_opens == ClubSettings.FeeOpens.ATTENDANCE:
        return no("fee.after_attendance")
    return YES


def last_term(person: Person) -> Term | None:
    """The term a renewal would follow: the latest one that is not void."""
    return (
        Term.objects.filter(person=person, voided_at=None)
        .select_related("tier", "next_tier")
        .order_by("ends_on")
        .last()
    )


def may_renew(person: Person, *, at: datetime, term: Term | None = None) -> Verdict:
    """R15: from 30 days before the end of the term to 30 days after the end of grace. `term`: `last_term`, if known."""
    term = term or last_term(person)
    if term is None:
        return no("renewal.never")
    if term.ends_early_on is not None:
        return no("renewal.expelled" if is_expelled(person) else "renewal.ends_early")
    if day_of(at) < (opens_on := rules.renewal_opens_on(term.ends_on)):
        return no("renewal.early", day=opens_on, at=at)
    return YES if day_of(at) < rules.renewable_until(term.ends_on) else no("renewal.over")


def running_term(person: Person, on: date) -> Term | None:
    """The term a day lies in, grace not counted."""
    running = Term.objects.filter(person=person, voided_at=None, starts_on__lte=on, ends_on__gt=on)
    return running.select_related("tier", "next_tier", "application").first()


def may_move_up(person: Person, *, at: datetime) -> Verdict:
    """R17: the gate of the tiers one may choose, in a running term; once the renewal is open, that is paid first."""
    today = day_of(at)
    term, last = running_term(person, today), last_term(person)
    if term is None or last is None:
        return no("tier.not_running")
    if term.ends_early_on is not None:
        return no("tier.trainee")
    if must_mend(person, today):
        return no("tier.reverify")
    return no("tier.renewal_first") if last == term and today >= rules.renewal_opens_on(term.ends_on) else YES


def may_wish_tier(person: Person, *, at: datetime) -> Verdict:
    """R17: a tier for the next year, while there can be one."""
    term = last_term(person)
    if term is None or day_of(at) >= rules.renewable_until(term.ends_on):
        return no("tier.not_running")
    return YES if term.ends_early_on is None else no("tier.trainee")


def may_apply(person: Person, *, at: datetime) -> Verdict:
    """R9: no live application, no membership, and the waiting time after the last one is over."""
    if is_member(person, day_of(at)):
        return no("application.member_already")
    if is_expelled(person):
        return no("application.expelled")
    if suspension := suspension_of(person, day_of(at)):
        return no("application.suspended", day=suspension.ends_on, at=at)
    last = live_application(person)
    if last is None:
        return YES
    if last.status in states.LIVE:
        return no("application.one_live")
    ended_at = last.rejected_at or last.lapsed_at or last.withdrawn_at or last.touched_at
    if last.status == states.ADMITTED:
        return YES
    again_on = rules.may_apply_again_on(last.status, day_of(ended_at))
    return YES if day_of(at) >= again_on else no("application.wait", day=again_on, at=at)


def may_edit(application: Application) -> Verdict:
    ok = application.status in (states.DRAFT, states.MORE_NEEDED)
    return YES if ok else no("application.not_editable")


def may_change(application: Application, names: Iterable[str]) -> Verdict:
    """R4: a draft freely; what reviewers asked for while more is needed, and nothing else."""
    verdict = may_edit(application)
    if not verdict or application.status == states.DRAFT or set(names) <= asked_of(application):
        return verdict
    return no("application.not_asked")


def asked_of(application: Application) -> set[str]:
    """The fields that may be changed while more is needed. Another role brings along what depends on it."""
    asked = set(application.asked_fields)
    return asked | set(rules.HANGS_ON_ROLE) if "role" in asked else asked


def may_ask_question(application: Application) -> Verdict:
    """From the first submission until it ended; three open questions at most."""
    if application.status not in (states.SUBMITTED, states.MORE_NEEDED, states.APPROVED):
        return no("question.closed")
    open_now = application.questions.filter(answered_at=None).count()
    return YES if open_now < rules.QUESTIONS_MOST else no("question.many")


def club_settings() -> ClubSettings:
    """What administrators set in the desk; the defaults until they do."""
    return ClubSettings.objects.filter(pk=1).first() or ClubSettings(pk=1)


def may_review(person: Person, application: Application) -> Verdict:
    """R4: nobody decides their own application or one they sponsor."""
    if person.pk in (application.person_id, application.sponsor_id):
        return no("review.own")
    return YES


def may_decide(person: Person, application: Application, *, at: datetime) -> Verdict:
    """R4: the reviewer who holds the claim decides."""
    verdict = may_review(person, application)
    if not verdict:
        return verdict
    if application.claim_holds(at) and application.claimed_by_id != person.pk:
        assert application.claimed_by is not None
        return no("review.claimed", name=application.claimed_by.name)
    return YES if application.claim_holds(at) else no("review.not_claimed")


def may_ask_for_time(person: Person, application: Application, *, at: datetime) -> Verdict:
    """R6: a reviewer may ask for one week more while the clock runs; once, whatever it was extended for before."""
    verdict = may_review(person, application)
    if not verdict:
        return verdict
    over = application.status != states.APPROVED or application.attended_at is not None
    if over or lapse_reason(application, at):
        return no("extension.over")
    if application.extensions.filter(why=ClockExtension.Why.REVIEWER).exists():
        return no("extension.once")
    if application.extension_requests.filter(status=states.ASKED).exists():
        return no("extension.asked")
    return YES


def may_answer_request(person: Person, request: ExtensionRequest, *, at: datetime) -> Verdict:
    """R6: another reviewer consents or refuses; never who asked, never on one's own application."""
    if person.pk == request.asked_by_id:
        return no("extension.same_person")
    verdict = may_review(person, request.application)
    if not verdict:
        return verdict
    if request.status != states.ASKED:
        return no("extension.stale")
    application = request.application
    over = application.status != states.APPROVED or application.attended_at is not None
    return no("extension.over") if over or lapse_reason(application, at) else YES


def papers_in_order(application: Application, *, at: datetime) -> Verdict:
    """R2, R11: what must stand before an approval: a confirmed check, or a trainee's sponsor who stands by them."""
    if application.is_trainee:
        sponsor = application.sponsor
        stands = sponsor is not None and application.sponsor_declined_at is None
        return YES if stands and in_good_standing(sponsor, day_of(at)) else no("review.sponsor")
    last = application.verifications.order_by("-recorded_at", "-pk").first()
    confirmed = last is not None and last.result == Verification.Result.CONFIRMED
    return YES if confirmed else no("review.not_verified")


def may_change_company(person: Person, *, at: datetime) -> Verdict:
    """R2, R11: members, trainees included, a suspended one as well; one change at a time."""
    if not is_member(person, day_of(at)):
        return no("change.members_only")
    open_already = CompanyChange.objects.filter(person=person, status=states.ASKED).exists()
    return no("change.one_open") if open_already else YES


def may_decide_change(person: Person, change: CompanyChange) -> Verdict:
    """R4: nobody decides their own."""
    return no("review.own") if person.pk == change.person_id else YES


def may_open(person: Person, document: Document) -> Verdict:
    """R3, R4: a reviewer opens the papers of others, never of their own application or of one they sponsor."""
    if document.application is not None:
        return may_review(person, document.application)
    assert document.change is not None
    return may_decide_change(person, document.change)
