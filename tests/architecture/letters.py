"""One of every letter the club can write, with the facts its own function hands over, and the longest names allowed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from community.billing import notifications as billing
from community.billing.models import Attempt, AutoRenewal, CardCharge, Coupon, Fapiao, Invoice, Payment, Refund
from community.billing.services import receiving
from community.billing.services import refunds as going_back
from community.complaints import notifications as complaints
from community.complaints.models import Complaint
from community.events import notifications as events
from community.events.models import Announcement, Event, Invitation, Signup
from community.events.selectors.reminders import Coming
from community.figures import notifications as figures
from community.kernel.access import ROLES
from community.kernel.models import Message
from community.kernel.money import Money
from community.matching import notifications as matching
from community.matching.models import Match
from community.members import notifications as members
from community.members.models import Application, DataExport, Erasure, Expulsion, Person, Question, Suspension, Term
from community.members.notifications import rights, standing
from community.pages import notifications as pages
from community.posts import notifications as posts
from community.posts.models import Introduction, Profile, Thanks
from community.programmes import notifications as programmes
from community.programmes.models import Asking, CheckIn, Participation, Place, Reply
from community.ties import notifications as ties
from tests import make
from tests.billing import make as make_billing
from tests.events import make as make_events
from tests.figures.make import letters as _of_figures
from tests.matching import make as make_matching
from tests.posts import make as make_posts
from tests.programmes import make as make_programmes
from tests.ties.letters import of_ties

MODULES = (members, rights, standing, complaints, figures, events, billing, matching, programmes, posts, pages, ties)
LONG_NAME = "欧阳" * 29 + "·W"  # 60 characters, the most a name may have
LONG_TOPIC = "从第一家店到第十家店：" * 7 + "§"
SENTENCE = "请补一份加盖公章的股东名册，最近三个月内打印的。" * 8

Call = tuple[Callable[..., bool | int], tuple[Any, ...], dict[str, Any]]


def written() -> list[tuple[str, Message]]:
    """(function, message) for every letter, each variant once."""
    found = []
    for letters in (
        _of_members,
        _of_standing,
        _of_complaints,
        _of_figures,
        _of_events,
        _of_billing,
        _of_matching,
        _of_programmes,
        _of_posts,
        of_ties,
        _of_pages,
    ):
        for function, things, more in letters():
            Message.objects.all().delete()  # a variant is another occasion
            assert function(*things, **more), f"{function.__name__} wrote nothing"
            name = f"{function.__module__}.{function.__name__}"
            found += [(name, message) for message in Message.objects.select_related("person").order_by("pk")]
    return found


def _of_members() -> Iterator[Call]:
    at = {"at": make.NOON}
    application = make.approved(make.person(LONG_NAME))
    yield members.application_received, (application,), at
    reviewer = make.person(LONG_NAME)
    for again in (False, True):
        yield members.review_waiting, (application, reviewer), {"again": again, **at}
    question = Question(pk=1, application=application, text=SENTENCE, asked_at=make.NOON, answer=SENTENCE)
    yield members.question_asked, (question, reviewer), at
    yield members.question_answered, (question, application), at
    application.ready_at = make.NOON
    yield members.in_waiting_room, (application,), at
    yield members.intake_open, (application,), at
    yield members.application_approved, (application,), at
    yield members.more_needed, (application,), {"reason": SENTENCE, **at}
    for why, reason in (("cancelled", LONG_TOPIC), ("no_seat", ""), ("reviewer", SENTENCE)):
        yield members.clock_extended, (application,), {"why": why, "reason": reason, **at}
    yield members.welcome, (application,), {"ends_on": make.NOON.date().replace(year=2027), **at}
    for step in (14, 1):
        yield members.clock_reminders, ([(application, step)],), at
    yield members.clock_reminders, ([(application, 1)],), {"at": application.clock_ends_at - timedelta(hours=3)}
    for number in range(3):
        make_events.event(topic=f"{LONG_TOPIC[:-2]}{number}")
    yield members.clock_reminders, ([(application, 7)],), at
    yield members.draft_closed, (application,), at
    for number, role in enumerate(ROLES):
        yield members.role_given, (application.person, role), {"entry_id": number, **at}
        yield members.role_taken, (application.person, role), {"entry_id": -number - 1, **at}
    yield members.draft_ending, ([(application, 14)],), at
    yield from _of_companies(at)
    application.reason = SENTENCE
    for code in Application.Reason.values:
        application.status, application.reason_code = "rejected", code
        yield members.application_rejected, (application,), at
    for why in Application.LapseReason.values:
        for paid_at in (None, make.NOON):
            application.status, application.lapse_reason, application.paid_at = "lapsed", why, paid_at
            yield members.application_lapsed, (application,), at
    expired = Term.objects.get(person=make.member(LONG_NAME, since=make.NOON - 385 * make_events.DAY))
    yield members.membership_expired, (expired,), at


def _of_companies(at: dict[str, Any]) -> Iterator[Call]:
    who = make.member(LONG_NAME)
    stake = make.stake(who, verified_on=make.NOON.date(), name="深" * 120, failed_on=make.NOON.date())
    yield members.reverification_failed, (stake,), at
    yield members.reverification_overdue, ([stake],), at
    for failed_on in (None, make.NOON.date()):
        stake.failed_on = failed_on
        yield members.mend_ending, ([(stake, 7)],), at
    change = make.change(who)
    change.company.legal_name, change.reason = "深" * 120, SENTENCE
    yield members.change_approved, (change,), at
    yield members.change_waiting, (change, who), at
    yield members.change_refused, (change,), at
    trainee = make.submitted(make.person(LONG_NAME), role="trainee", sponsor=who)
    Message.objects.all().delete()
    yield members.sponsor_named, (trainee,), at
    term = who.terms.get()
    term.ends_early_on = make.NOON.date() + timedelta(days=7)
    yield members.trainee_reminders, ([(term, 7)],), at
    yield members.trainee_ended, (term,), at
    yield from _of_rights(at)


def _of_rights(at: dict[str, Any]) -> Iterator[Call]:
    who = make.person(LONG_NAME)
    export = DataExport(pk=1, person=who, asked_at=make.NOON, ends_at=make.NOON + timedelta(days=7))
    yield rights.export_ready, (export,), at
    erasure = Erasure(pk=1, person=who, asked_at=make.NOON, due_at=make.NOON + timedelta(days=7))
    yield rights.erasure_asked, (erasure,), at
    yield rights.phone_changed, (who,), {"entry_id": 1, **at}
    yield rights.erasure_undone, (erasure,), at
    yield rights.erasure_waits, (erasure,), {"until": make.NOON.date() + timedelta(days=10), **at}


def _of_standing() -> Iterator[Call]:
    at = {"at": make.NOON}
    who, one = make.member(LONG_NAME), make.person(LONG_NAME)
    today = make.NOON.date()
    row = Suspension(
        pk=1, person=who, begins_on=today, ends_on=today + timedelta(days=7), reason=SENTENCE, appeal=SENTENCE,
        answer=SENTENCE,
    )  # fmt: skip
    yield standing.suspended, (row,), at
    yield standing.suspension_moved, (row,), {"reason": SENTENCE, "entry_id": 1, **at}
    yield standing.suspension_lifted, (row,), {"reason": SENTENCE, **at}
    yield standing.appeal_waiting, (row, [one]), at
    for lifted in (True, False):
        yield standing.appeal_answered, (row,), {"lifted": lifted, **at}
    expulsion = Expulsion(pk=1, person=who, reason=SENTENCE, permission=SENTENCE)
    yield standing.expulsion_waiting, (expulsion, [one]), at
    yield standing.expelled, (expulsion,), at
    yield standing.may_apply_again, (expulsion,), at


def _of_complaints() -> Iterator[Call]:
    at = {"at": make.NOON}
    row = Complaint(pk=1, filer=make.person(LONG_NAME), taken_by=make.person(LONG_NAME), filed_at=make.NOON)
    for about in Complaint.About.values:
        row.about = about
        yield complaints.filed, (row, [row.taken_by_id]), at
    yield complaints.added, (row, 1), at
    yield complaints.answered, (row, 1), at
    yield complaints.closed, (row,), at


def _of_events() -> Iterator[Call]:
    at = {"at": make.NOON}
    for kind in ("roundtable", "visit", "online", "trip"):
        event = make_events.event(kind=kind, topic=LONG_TOPIC, starts_at=make_events.SATURDAY)
        signup = make_events.seat(event, make.member(LONG_NAME))
        before = events.facts_of(event)
        for signup.with_guest in (True, False):
            yield events.seat_confirmed, (signup, event), at
        event.waiver, signup.is_host = SENTENCE, True
        yield events.seat_confirmed, (signup, event), at
        event.waiver, signup.is_host = "", False
        event.cancel_reason = SENTENCE
        yield events.event_cancelled, (signup, event), at
        event.place = "深圳湾科技生态园"
        yield events.event_moved, (signup, event), {"before": before, **at}
        event.starts_at += timedelta(hours=2)
        event.ends_at += timedelta(hours=2)
        yield events.event_moved, (signup, event), {"before": before, **at}
        signup.status, signup.offer_ends_at = "offered", make.NOON + timedelta(hours=12)
        yield events.event_moved, (signup, event), {"before": before, **at}
        yield events.event_cancelled, (signup, event), {"waited": True, **at}
        for signup.with_guest in (True, False):
            yield events.seat_offered, (signup, event), at
        yield events.seat_offered, (signup, event), {"price": Money(make_billing.FEE), **at}
        yield events.event_cancelled, (signup, event), {"costs": True, **at}
        yield events.seat_unpaid, (signup, event), at
        yield events.seat_free, ([signup], event), {"since": make.NOON, **at}
        yield events.two_questions, ([signup], event), {"until": make.NOON + timedelta(days=14), **at}
        for wechat in ("", "lin_xiao"):
            yield events.meet_again, (signup.person, Person(pk=0, full_name=LONG_NAME, wechat=wechat), event), at
        yield from _of_reminders(signup, event)
        yield events.not_allotted, (signup, event), {"place": 14, **at}
        yield events.seat_not_renewed, (signup, event), at
        yield events.taken_off, (signup, event), {"reason": SENTENCE, **at}
        for kept in (True, False):
            yield events.host_released, (signup, event), {"kept": kept, "reason": SENTENCE, **at}
        made = Announcement(event=event, text=SENTENCE, sent_by=signup.person, public_id="announcement")
        yield events.announcement, ([signup], made), at
        asked = Invitation(event=event, person=signup.person, invited_by=signup.person)
        yield events.invited, (asked,), at


def _of_cards(unpaid: Invoice, term: Term) -> Iterator[Call]:
    kept = AutoRenewal(
        person=term.person, brand="mastercard", last4="4242", exp_year=2034, exp_month=12, consent=SENTENCE * 3, pk=1
    )
    planned = CardCharge(invoice=unpaid, auto_renewal=kept, charge_on=term.ends_on)
    yield billing.renewal_notices, ([(unpaid, 7)],), {"at": timezone.now(), "charges": {unpaid.pk: planned}}
    for told in (billing.auto_renewal_on, billing.auto_renewal_off):
        yield told, (kept,), {"at": timezone.now()}
    for code, again in (("authentication_required", None), ("generic_decline", term.ends_on)):
        yield billing.card_declined, (Attempt(pk=1, invoice=unpaid), planned, code, again), {"at": timezone.now()}


def _of_reminders(signup: Signup, event: Event) -> Iterator[Call]:
    at = {"at": make.NOON}
    for step in ("day", "hours"):
        for is_host in (False, True):
            for bring in ("", SENTENCE):
                event.bring = bring
                coming = Coming(signup.pk, signup.person_id, event, step, is_host, with_guest=not is_host)
                yield events.event_soon, ([coming],), at
    signup.offer_ends_at = make.NOON + timedelta(hours=3)
    signup.event = event
    yield events.offer_ending, ([signup],), at
    event.releases_at = event.starts_at - timedelta(days=2)
    yield events.visit_first, ([(signup.person_id, event, event)],), at
    yield events.visit_open, (event, [signup.person_id]), at


def _of_billing() -> Iterator[Call]:
    at = timezone.now()
    term = Term.objects.get(person=make.member(LONG_NAME, since=at - 350 * make_events.DAY))
    unpaid = Invoice(
        number="2026-000001", person=term.person, purpose="renewal", renews=term, tier=term.tier,
        tier_name_zh=term.tier.name_zh, tier_name_en=term.tier.name_en, amount=make_billing.FEE, currency="CNY",
    )  # fmt: skip
    for step, days in ((30, 0), (-7, 25)):
        when = at + days * make_events.DAY
        yield billing.renewal_notices, ([(unpaid, step)],), {"at": when}
    yield from _of_cards(unpaid, term)
    unpaid.coupon, unpaid.discount = Coupon(code="W" * 20), make_billing.FEE
    yield billing.settled, (unpaid,), {"at": at}
    invoice = make_billing.invoice(at)
    receipt = receiving.Receipt("stripe", "pi_letters", Money(make_billing.FEE), at)
    payment = receiving.receive(invoice.pk, receipt, at=at)
    yield billing.receipt, (payment, invoice), {"at": at}
    yield billing.taken_back, (payment, invoice), {"at": at}
    refund = going_back.request(payment, origin=Refund.Origin.TREASURER, reason=SENTENCE, by=None, at=at)
    for origin in Refund.Origin.values:
        refund.origin = origin
        yield billing.refund_sent, (refund,), {"at": at}
    refund.channel = "bank"
    yield billing.refund_sent, (refund,), {"at": at}
    yield billing.refund_account, (refund,), {"at": at}
    for status in ("issued", "returned", "flushed"):
        paper = Fapiao(
            pk=1, invoice=invoice, person=term.person, status=status, why=SENTENCE, number="2" * 20, amount=1
        )
        yield billing.fapiao, (paper,), {"at": at}
    for case in Payment.Case.values:
        payment.case = case
        for known in (payment.invoice, None):
            payment.invoice = known
            yield billing.money_held, (payment,), {"at": at}


def _of_matching() -> Iterator[Call]:
    need = make_matching.need(LONG_TOPIC, make.member(LONG_NAME))
    reasons = [
        *({"kind": kind, "title": LONG_TOPIC} for kind in ("offer", "card", "answer")),
        {"kind": "words", "words": ["直播", "供应链"]},
        *({"kind": kind, "zh": "深圳", "en": "Shenzhen"} for kind in ("industry", "city")),
        *({"kind": kind} for kind in ("topic", "stage", "meaning")),
        {"kind": "met", "met_at": make.NOON.isoformat()},
        {"kind": "helped", "count": 2},
    ]
    match = Match(need=need, person=make.member(LONG_NAME), reasons=reasons)
    yield matching.tell, (need, [match]), {"at": make.NOON}


def _of_programmes() -> Iterator[Call]:
    at = {"at": make.NOON}
    who, host = make.member(LONG_NAME), make.member(LONG_NAME)
    programme = make_programmes.programme(name_zh="从" * 60, name_en="W" * 60)
    Message.objects.all().delete()
    place = Place(pk=1, programme=programme, person=who, number=30, joined_at=make.NOON, sentence=SENTENCE)
    yield programmes.joined, (place, programme), at
    programme.cancel_reason = SENTENCE
    yield programmes.cancelled, ([place], programme), at
    for text in ("", SENTENCE):
        asking = Asking(pk=1, programme=programme, person=who, text=text)
        yield programmes.asked, (asking, host), at
    for asking.let_in in (True, False):
        yield programmes.answered, (asking,), at
    week = programme.weeks[0]
    yield programmes.check_in_due, ([place], programme, week), at
    for silent, waiting in (([LONG_NAME] * 29, [LONG_NAME]), ([], [LONG_NAME]), ([LONG_NAME], [])):
        yield programmes.week_over, (programme, week, [host]), {"silent": silent, "waiting": waiting, **at}
    said = CheckIn(pk=1, place=place, week=1, public_id="abcdefghjkmn")
    yield programmes.replied, (Reply(check_in=said, author=host, text=SENTENCE), said), at
    for count in (1, 30):
        yield programmes.to_decide, (programme, [host], count), at
    for place.status, stage in (("moved_up", "established"), ("moved_up", ""), ("repeats", ""), ("let_go", "")):
        for following in (programme, None):
            yield programmes.decided, (place, programme), {"stage": stage, "following": following, **at}
    challenge = make_programmes.challenge(name="每" * 60)
    for total, best in ((21, 21), (1, 1), (0, 0)):
        part = Participation(pk=1, challenge=challenge, person=who)
        yield programmes.challenge_over, ([(part, total, best)], challenge), at
    yield programmes.challenge_cancelled, ([who], challenge, SENTENCE), at


def _of_waiting(introduction: Introduction) -> Iterator[Call]:
    introduction.expires_at, introduction.answered_at = make.NOON + timedelta(days=11), make.NOON
    yield posts.introduction_waiting, ([introduction],), {"at": make.NOON}
    for step in (3, 14):
        yield posts.introduction_quiet, ([(introduction, step)],), {"at": make.NOON}


def _of_posts() -> Iterator[Call]:
    at = {"at": make.NOON}
    who = make.member(LONG_NAME)
    for kind in ("need", "offer", "dilemma"):
        post = make_posts.post(who, kind=kind, title=LONG_TOPIC[-60:])
        for step in (7, 1):
            yield posts.post_ending, ([(post, step, 0)],), at
        given = make_posts.answer(post)
        yield posts.post_ending, ([(post, 7, 1)],), at
        yield posts.answered, (given,), at
        if kind == "dilemma":
            yield posts.best_answer, (given,), at
        for answer in (False, True):
            yield posts.taken_down, (who, post), {"answer": answer, "reason": SENTENCE, **at}
        introduction = Introduction(
            pk=1, asker=make.member(LONG_NAME), asked=who, post=post, note=SENTENCE, talk_at=make.NOON
        )
        yield posts.introduction_asked, (introduction,), at
        yield posts.introduced, (introduction, who), at
        yield posts.introduction_declined, (introduction,), at
        yield from _of_waiting(introduction)
        yield posts.thanked, (Thanks(pk=1, post=post, helper=who, text=SENTENCE),), at
    introduction.post, introduction.note = None, ""
    yield posts.introduction_asked, (introduction,), at
    yield posts.introduced, (introduction, who), at
    yield posts.introduction_declined, (introduction,), at
    yield from _of_waiting(introduction)
    profile = Profile(person=who, offers=SENTENCE, needs=SENTENCE)
    yield posts.refresh_asked, ([profile],), at
    yield posts.refresh_asked, ([Profile(person=who)],), at


PILES = ("applications", "changes", "companies", "transfers", "refunds", "unmatched", "fapiao", "differences", "unanswered",
         "reports", "people", "appeals", "expulsions", "complaints", "introductions", "tasks", "jobs", "letters")  # fmt: skip


def _of_pages() -> Iterator[Call]:
    who, at = make.person(LONG_NAME), {"at": make.NOON}
    sunday = make.NOON.date() + timedelta(days=1)
    when = {"topic": LONG_TOPIC, "starts_at": make.NOON.isoformat(), "path": "/events/x/"}
    reason = {"kind": "met", "met_at": make.NOON.isoformat()}
    parts: dict[str, list[dict[str, Any]]] = {
        "seats": [when | {"is_host": is_host} for is_host in (False, True)],
        "open": [when | {"seats_left": n, "code": code} for n, code in enumerate(("clock", "table", "quiet", "missed", "standing"))],
        "needs": [{"title": LONG_TOPIC, "author": LONG_NAME, "path": "/posts/x/", "reasons": [reason]}],
        "again": [{"name": LONG_NAME, "topic": LONG_TOPIC, "path": "/events/x/after/"}],
        "waits": [
            {"what": what, "name": LONG_NAME, "title": title, "path": "/introductions/"}
            for what in ("introduction", "thanks", "questions")
            for title in ((LONG_TOPIC, "") if what == "introduction" else (LONG_TOPIC,))
        ],
    }  # fmt: skip
    for said in ([*parts], ["open"], ["needs"], ["waits"], ["again"]):
        yield pages.week, ({who.pk: {name: parts[name] if name in said else [] for name in parts}}, sunday), at
    for count in (1, 12):
        for first in range(len(PILES)):
            piles = [(what, count, "/desk/") for what in (*PILES[first:], *PILES[:first])]
            yield pages.desk_waiting, ({who.pk: piles}, make.NOON.date()), at
