"""Applicants with invoices, and the outside world of payments: a stand-in for Stripe that the gateway speaks to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from community.billing import gateway, selectors, states
from community.billing.models import (
    Attempt,
    AutoRenewal,
    BankTransfer,
    CardCharge,
    Coupon,
    Fapiao,
    Invoice,
    Line,
    Payment,
    ReceivingEntity,
    Refund,
    Statement,
    StatementRow,
    WebhookEvent,
)
from community.billing.services import (
    auto_renewals,
    coupons,
    importing,
    inbox,
    invoicing,
    ledger,
    paying,
    paying_back,
    refunds,
    renewals,
    sweeping,
    transfers,
)
from community.kernel.days import day_of, months_later, start_of
from community.kernel.money import Money
from community.members.models import Application, Person
from community.members.services import admission
from devtools.stripe_double import DoubleClient, StripeDouble
from tests import make
from tests.events import make as events

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEE = 380_000


def new_double() -> StripeDouble:
    double = StripeDouble(api_key=settings.STRIPE_SECRET_KEY, webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS)
    gateway.use_transport(DoubleClient(double))
    return double


def applicant(at: datetime, *, attended: bool = False, **changes: Any) -> Application:
    """Papers approved an hour ago; with `attended`, present at an event half an hour ago: only the fee is missing."""
    application = make.approved(make.person(), at=at - HOUR, **changes)
    if attended:
        admission.record_attendance(application.person_id, began_at=at - HOUR / 2, by=None, at=at)
    events.chance(application)
    application.refresh_from_db()
    return application


def invoice(at: datetime, *, tier: str = "member", **changes: Any) -> Invoice:
    return invoicing.choose_tier(applicant(at, **changes).person, tier, at=at)


def start(bill: Invoice, at: datetime) -> str:
    """Press pay; the session's id."""
    url = paying.start(bill, person=bill.person, channel="stripe", language="zh-hans", at=at)
    assert url
    return session_of(bill)


def session_of(bill: Invoice) -> str:
    attempt = Attempt.objects.filter(invoice=bill).first()
    assert attempt is not None and attempt.session_id
    return attempt.session_id


def webhook(body: bytes, headers: dict[str, str]) -> int:
    sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return Client().post("/webhooks/stripe/", body, content_type="application/json", **sent).status_code


def deliver(double: StripeDouble, at: datetime, **how: Any) -> None:
    """Everything the provider has to tell, through the view, then the worker."""
    assert all(done.accepted for done in double.deliver(webhook, **how))
    work(max(at, timezone.now()))  # the view read the clock


def work(at: datetime) -> None:
    """What the worker does with the inbox and with refunds to send."""
    for pk in (
        WebhookEvent.objects.filter(look_at__lte=at).exclude(status=states.PROCESSED).values_list("pk", flat=True)
    ):
        inbox.take(pk, at=at)
    for pk in Refund.objects.filter(status=states.REQUESTED).values_list("pk", flat=True):
        refunds.send(pk, at=at)


def sweep(at: datetime) -> None:
    sweeping.sweep(at=at)


def paid(at: datetime, double: StripeDouble, **changes: Any) -> Payment:
    """An invoice paid by card, told by webhook."""
    bill = invoice(at, **changes)
    double.pay(start(bill, at))
    deliver(double, at)
    return Payment.objects.get(invoice=bill)


def status_of(person: Person) -> str:
    return Application.objects.filter(person=person).latest("pk").status


def books(account: str) -> int:
    return sum(Line.objects.filter(account=account, currency="CNY").values_list("amount", flat=True))


def assert_whole(at: datetime, double: StripeDouble | None = None) -> None:
    """After every scenario: books in balance and equal to the provider's, nothing stuck, every invariant holds."""
    connection.check_constraints()
    assert {name: found for name, found in selectors.broken_invariants(at).items() if found} == {}
    assert not WebhookEvent.objects.exclude(status=states.PROCESSED).exists()
    if double is not None:
        assert books(Line.Account.STRIPE) == provider_balance(double)


def provider_balance(double: StripeDouble) -> int:
    """What the stand-in took and gave back, in the currency the payer saw."""
    taken = sum(c["amount"] for c in double.store.all("charge") if c["paid"] and c["currency"] == "cny")
    back = sum(r["amount"] for r in double.store.all("refund") if r["status"] in ("pending", "succeeded"))
    gone = sum(d["amount"] for d in double.store.all("dispute") if d["status"] != "won")
    return taken - back - gone


# Bank transfers -----------------------------------------------------------------------------------


def treasurer(name: str = "") -> Person:
    return make.person(name, roles=("treasurer",))


def entity(**changes: Any) -> ReceivingEntity:
    wanted = {
        "payee": "深圳同桌企业服务有限公司",
        "bank": "招商银行深圳分行",
        "account": "755900001234567",
        "currency": "CNY",
    }
    return transfers.name_entity(**(wanted | changes), by=make.person(), at=timezone.now())


def recorded(at: datetime, *invoices: Invoice, amount: int = FEE, currency: str = "CNY", by: Person | None = None,
             serial: str = "", value_on: date | None = None) -> BankTransfer:  # fmt: skip
    return transfers.record(
        serial=serial or f"S{next(make.count)}", value_on=value_on or day_of(at), payer="深圳云帆科技有限公司",
        money=Money(amount, currency), invoices=invoices, by=by or treasurer(), at=at,
    )  # fmt: skip


def transferred(at: datetime, *invoices: Invoice, **changes: Any) -> Payment:
    """Written down by one treasurer and confirmed by another."""
    return transfers.confirm(recorded(at, *invoices, **changes), by=treasurer(), at=at)


def statement(at: datetime, rows: int = 1) -> tuple[Statement, StatementRow]:
    """A file waiting to be taken, and a row of one that was."""
    by, day = treasurer(), day_of(at).isoformat()
    for number in range(2):
        lines = "".join(f"{day},R{next(make.count)},某公司,1,\n" for _ in range(rows))
        file = SimpleUploadedFile("s.csv", f"date,serial,payer,credit,memo\n{lines}".encode())
        found = importing.hand_in(file, by=by, at=at)
        if not number:
            importing.take(found, by=by, at=at)
    return found, StatementRow.objects.latest("pk")


ACCOUNT = {"holder": "林晓", "bank": "招商银行", "account": "6225880012345678"}


@dataclass(frozen=True)
class BackByBank:
    """Public ids: of a person's refund, of one whose payer nobody knows, of a batch."""

    own: str
    nobodys: str
    batch: str


def refund_by_bank(at: datetime, who: Person | None, **changes: Any) -> Refund:
    payment = Payment.objects.create(
        channel="bank", external_id=f"B{next(make.count)}", person=who, amount=FEE, currency="CNY", status="held",
        case="unnamed", received_at=at, recorded_at=at, **changes,
    )  # fmt: skip
    ledger.payment_received(payment, applied=False, at=at)
    return refunds.refund_payment(payment, by=treasurer(), reason="test", at=at)


def back_by_bank(at: datetime, who: Person) -> BackByBank:
    exported = refund_by_bank(at, make.person())
    paying_back.tell_account(exported, **ACCOUNT, by=exported.payment.person, at=at)
    batch = paying_back.export(by=treasurer(), at=at)
    return BackByBank(refund_by_bank(at, who).public_id, refund_by_bank(at, None).public_id, batch.public_id)


# Codes --------------------------------------------------------------------------------------------


def coupon(at: datetime, code: str = "TABLE", **limits: Any) -> Coupon:
    """A code of 20 per cent for anything, once per person, from today on."""
    wanted = {"first_on": day_of(at)} | ({} if "amount" in limits else {"percent": 20}) | limits
    return coupons.create(code=code, tiers=wanted.pop("tiers", []), by=treasurer(), at=at, **wanted)


def with_code(bill: Invoice, code: str, at: datetime) -> Invoice:
    return coupons.use(bill, code, person=bill.person, at=at)


# Auto-renewal -------------------------------------------------------------------------------------


def ending(days: int, at: datetime) -> Person:
    """A member whose half-open term ends in so many days (negative: ended)."""
    return make.member(since=start_of(months_later(day_of(at) + timedelta(days=days), -12)) + 10 * HOUR)


def with_card(bill: Invoice, double: StripeDouble, at: datetime, card: str = "4242424242424242") -> AutoRenewal:
    """The member whose renewal this is let a card be kept when paying the year before."""
    method = double.kept_card(card, bill.person.email)
    before = at - 330 * DAY
    attempt = Attempt.objects.create(
        key=f"a-year-ago-{next(make.count)}", invoice=bill, status="complete", language="zh-hans", email="x@x.test",
        started_at=before, expires_at=before, look_at=before,
    )  # fmt: skip
    kept = method["card"]
    saved = gateway.SavedCard(
        method["customer"], method["id"], kept["brand"], kept["last4"], kept["exp_month"], kept["exp_year"]
    )
    auto_renewals.ask(attempt, at=before)
    auto_renewals.keep(attempt, saved, counts=True, at=before)
    return AutoRenewal.objects.get(attempt=attempt)


def announced(at: datetime, double: StripeDouble, *, days: int = 4, card: str = "4242424242424242") -> CardCharge:
    """A charge whose hour has come: of a term that ends in so many days, told of in time."""
    person = ending(days, at)
    renewals.issue_all_due(at=at - 20 * DAY)
    bill = Invoice.objects.get(person=person, purpose="renewal", status="open")
    with_card(bill, double, at, card)
    renewals.remind_all_due(at=at - 20 * DAY)
    return CardCharge.objects.get(invoice=bill)


# Fapiao -------------------------------------------------------------------------------------------


def fapiao_in_hand(bill: Invoice, *, at: datetime, number: str = "25442000000000000001") -> Fapiao:
    """One that was issued, with a file, whatever was paid."""
    fapiao = Fapiao(
        invoice=bill, person=bill.person, status="issued", title="深圳云帆科技有限公司", requested_at=at, number=number,
        amount=FEE, issued_on=day_of(at), issued_at=at, issued_by=treasurer(), content_type="application/pdf",
    )  # fmt: skip
    fapiao.file.save(fapiao.public_id, ContentFile(b"%PDF-1.7"), save=False)
    fapiao.save()
    return fapiao
