"""Comparing our books with the provider's own record, every day (R20). Every movement of its balance is in our books
once, with the same net; what is not is fetched by its source first, and reported if that doesn't help."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from community.billing import gateway, rules, states
from community.billing.models import (
    Channel,
    Dispute,
    Payment,
    ProviderEntry,
    ReconciliationItem,
    ReconciliationRun,
    Refund,
)
from community.billing.services import converging, differences, ledger, payouts
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.money import Money

if TYPE_CHECKING:
    from community.members.models import Person

OVERLAP = timedelta(days=3)
FIRST_WINDOW = timedelta(days=400)
PATIENCE = timedelta(hours=2)  # what we booked may take so long to be shown by the provider
CAME, WENT, CAME_BACK = (
    ("charge", "payment"),
    ("refund", "payment_refund"),
    ("refund_failure", "payment_failure_refund"),
)
FEES = ("stripe_fee", "network_cost", "tax_fee")
OWN = (*FEES, rules.PAYOUT, *rules.PAYOUT_BACK)  # between the provider and us; nobody's payment or refund


def run(*, at: datetime) -> ReconciliationRun:
    """Compare everything since three days before the last comparison. Raises gateway.Unreachable, with the run on
    record as not finished."""
    last = ReconciliationRun.objects.filter(error="", finished_at__isnull=False).first()
    since = last.until_at - OVERLAP if last else at - FIRST_WINDOW
    this = ReconciliationRun.objects.create(since_at=since, until_at=at)
    try:
        for movement in gateway.list_movements(since, at):
            _take(movement, at=at)
            this.movements += 1
    except gateway.Unreachable as error:
        this.error = str(error)[:200]
        this.save()
        raise
    for entry in ProviderEntry.objects.filter(settled_at=None, moved_at__lt=since):  # older differences, once more
        _settle(entry.pk, at=at)
    _look_for_missing(at=at)
    payouts.look(at=at)
    this.finished_at = at
    this.save()
    return this


def _take(movement: gateway.Movement, *, at: datetime) -> None:
    entry, _ = ProviderEntry.objects.get_or_create(
        external_id=movement.id,
        defaults={
            "type": movement.type, "source_id": movement.source_id, "intent_id": movement.intent_id,
            "amount": movement.amount, "fee": movement.fee, "net": movement.net, "currency": movement.currency,
            "moved_at": movement.moved_at,
        },
    )  # fmt: skip
    if entry.settled_at is not None:
        return
    if entry.type not in OWN and _gross(entry) is None:
        for object_id in filter(None, (movement.intent_id, movement.source_id)):
            converging.converge(object_id, at=at)  # told to nobody, or told and lost
    _settle(entry.pk, at=at)


def _gross(entry: ProviderEntry) -> Money | None:
    """What this movement is in our own books, signed, in the payer's currency; None when we know nothing of it."""
    if entry.type in CAME:
        payment = Payment.objects.filter(channel=Channel.STRIPE, external_id=entry.intent_id).first()
        return payment.money if payment else None
    if entry.type in (*WENT, *CAME_BACK):
        refund = Refund.objects.filter(external_id=entry.source_id).first()
        if refund is None:
            return None
        return -refund.money if entry.type in WENT else refund.money
    dispute = Dispute.objects.filter(external_id=entry.source_id).first()
    if dispute is None:
        return None
    return -dispute.money if entry.amount < 0 else dispute.money


@settled()
def _settle(entry_id: int, *, at: datetime) -> None:
    """Book one movement's fee and its change of currency, once; or report what is wrong with it."""
    entry = ProviderEntry.objects.select_for_update().get(pk=entry_id)
    if entry.settled_at is not None:
        return
    if entry.type in OWN:
        book = ledger.provider_fee if entry.type in FEES else ledger.provider_paid_out
        journal = book(entry, at=at)
    else:
        gross = _gross(entry)
        if gross is None:
            differences.report(rules.FOREIGN, entry.external_id, Money(entry.net, entry.currency), at=at)
            return
        if gross.currency == entry.currency and gross.amount != entry.amount:
            difference = Money(entry.amount - gross.amount, entry.currency)
            differences.report(rules.DIFFERS, entry.external_id, difference, at=at)
            return
        journal = ledger.provider_settled(entry, gross, at=at)
    entry.journal, entry.settled_at = journal, at
    entry.save(update_fields=["journal", "settled_at"])
    differences.gone([rules.FOREIGN, rules.DIFFERS], entry.external_id, at=at)


def _look_for_missing(*, at: datetime) -> None:
    """What we booked and the provider doesn't show after two hours."""
    old = at - PATIENCE
    entries = ProviderEntry.objects.filter(type__in=CAME, intent_id=OuterRef("external_id"))
    payments = Payment.objects.filter(channel=Channel.STRIPE, received_at__lt=old)
    sources = ProviderEntry.objects.filter(source_id=OuterRef("external_id"))
    refunds = Refund.objects.filter(channel=Channel.STRIPE, status__in=states.REFUND_BOOKED, sent_at__lt=old)
    disputes = Dispute.objects.filter(withdrawn_at__lt=old)
    looked: list[tuple[QuerySet[Any], QuerySet[ProviderEntry]]] = [
        (payments, entries), (refunds, sources), (disputes, sources)
    ]  # fmt: skip
    for rows, shown in looked:
        for row in rows.filter(~Exists(shown)).iterator():
            differences.report(rules.MISSING, row.external_id, row.money, at=at)
    for item in ReconciliationItem.objects.filter(kind=rules.MISSING, closed_at=None):
        if ProviderEntry.objects.filter(intent_id=item.subject).exists() or (
            ProviderEntry.objects.filter(source_id=item.subject).exists()
        ):
            differences.gone([rules.MISSING], item.subject, at=at)


@settled()
def explain(item: ReconciliationItem, *, by: "Person", reason: str, at: datetime) -> None:
    """A treasurer knows why: the difference leaves the list with the reason. Raises RuleBroken("reconciliation.stale")."""
    changed = ReconciliationItem.objects.filter(pk=item.pk, closed_at=None).update(
        closed_at=at, closed_by=by, reason=reason
    )
    if not changed:
        raise RuleBroken("reconciliation.stale")
    audit.record("reconciliation.explain", item, by=by, at=at, reason=reason)
