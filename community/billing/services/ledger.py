"""The books (R20): one journal per outside fact, balanced, never edited. Debit is positive, credit negative."""

from datetime import datetime

from django.db.models import Sum

from community.billing import rules
from community.billing.models import Arrival, Channel, Dispute, Invoice, Journal, Line, Payment, ProviderEntry, Refund
from community.kernel.money import Money

Account = Line.Account
ACCOUNT_OF = {Channel.STRIPE: Account.STRIPE, Channel.BANK: Account.BANK}


def post(
    fact: str,
    lines: list[tuple[Account, Money]],
    *,
    at: datetime,
    invoice: Invoice | None = None,
    payment: Payment | None = None,
    refund: Refund | None = None,
) -> Journal:
    """Book one fact in the caller's transaction. Raises ValueError when the lines don't balance per currency.

    `fact` is unique: booking the same fact twice is an IntegrityError, never a second journal.
    """
    sums: dict[str, int] = {}
    for _, money in lines:
        sums[money.currency] = sums.get(money.currency, 0) + money.amount
    if len(lines) < 2 or any(sums.values()):
        raise ValueError(f"{fact} is not balanced: {sums}")
    journal = Journal.objects.create(fact=fact, booked_at=at, invoice=invoice, payment=payment, refund=refund)
    Line.objects.bulk_create(
        Line(journal=journal, account=account, amount=money.amount, currency=money.currency) for account, money in lines
    )
    return journal


def move_money(
    fact: str,
    *,
    debit: Account,
    credit: Account,
    money: Money,
    at: datetime,
    invoice: Invoice | None = None,
    payment: Payment | None = None,
    refund: Refund | None = None,
) -> Journal | None:
    """The usual journal of two lines; nothing for an amount of zero."""
    if not money:
        return None
    return post(fact, [(debit, money), (credit, -money)], at=at, invoice=invoice, payment=payment, refund=refund)


def invoice_issued(invoice: Invoice, *, at: datetime) -> None:
    move_money(
        f"invoice:{invoice.number}:issued",
        debit=Account.RECEIVABLE, credit=Account.DEFERRED_INCOME, money=invoice.money, at=at, invoice=invoice,
    )  # fmt: skip


def invoices_issued(invoices: list[Invoice], *, at: datetime) -> None:
    """`invoice_issued` for many at once: the same journals in two statements."""
    owed = [invoice for invoice in invoices if invoice.money]
    journals = Journal.objects.bulk_create(
        [Journal(fact=f"invoice:{invoice.number}:issued", booked_at=at, invoice=invoice) for invoice in owed]
    )
    Line.objects.bulk_create(
        Line(journal=journal, account=account, amount=amount, currency=invoice.currency)
        for journal, invoice in zip(journals, owed, strict=True)
        for account, amount in ((Account.RECEIVABLE, invoice.amount), (Account.DEFERRED_INCOME, -invoice.amount))
    )


def invoice_voided(invoice: Invoice, *, at: datetime) -> None:
    move_money(
        f"invoice:{invoice.number}:void",
        debit=Account.DEFERRED_INCOME, credit=Account.RECEIVABLE, money=invoice.money, at=at, invoice=invoice,
    )  # fmt: skip


def payment_received(payment: Payment, *, applied: bool, at: datetime) -> None:
    """Money is always booked: against the invoice when it is applied, else into suspense."""
    move_money(
        f"payment:{payment.channel}:{payment.external_id}",
        debit=ACCOUNT_OF[Channel(payment.channel)],
        credit=Account.RECEIVABLE if applied else Account.SUSPENSE,
        money=payment.money, at=at, invoice=payment.invoice, payment=payment,
    )  # fmt: skip


def payment_accepted(payment: Payment, invoice: Invoice, *, at: datetime) -> None:
    move_money(
        f"payment:{payment.channel}:{payment.external_id}:accepted:{invoice.number}",
        debit=Account.SUSPENSE, credit=Account.RECEIVABLE, money=payment.money, at=at, invoice=invoice, payment=payment,
    )  # fmt: skip


def payment_reversed(payment: Payment, *, at: datetime) -> None:
    """A payment that never was: what it did to the books, the other way round, for each journal it was part of."""
    for journal in payment.journals.prefetch_related("lines"):
        post(f"{journal.fact}:reversed", _against(journal), at=at, invoice=journal.invoice, payment=payment)


def _against(journal: Journal) -> list[tuple[Account, Money]]:
    """Its lines the other way round."""
    return [(Account(line.account), Money(-line.amount, line.currency)) for line in journal.lines.all()]


def refund_left(refund: Refund, *, of_applied: bool, at: datetime) -> None:
    """The provider took a refund from our balance: out of what was still owed in service, or out of suspense."""
    payment = refund.payment
    move_money(
        f"refund:{refund.public_id}",
        debit=Account.DEFERRED_INCOME if of_applied else Account.SUSPENSE,
        credit=ACCOUNT_OF[Channel(refund.channel)],
        money=refund.money, at=at, payment=payment, refund=refund,
    )  # fmt: skip


def refund_came_back(refund: Refund, *, to_applied: bool, at: datetime) -> None:
    """A refund failed after it had left: the money is here again, for the same invoice or for nobody."""
    payment = refund.payment
    move_money(
        f"refund:{refund.public_id}:failed",
        debit=ACCOUNT_OF[Channel(refund.channel)],
        credit=Account.DEFERRED_INCOME if to_applied else Account.SUSPENSE,
        money=refund.money, at=at, payment=payment, refund=refund,
    )  # fmt: skip


def dispute_took(dispute: Dispute, *, at: datetime) -> None:
    """The payer's bank took the money; whose it is has to be found out."""
    _dispute(dispute, "withdrawn", [(Account.DISPUTES, dispute.money), (Account.STRIPE, -dispute.money)], at=at)


def dispute_returned(dispute: Dispute, *, at: datetime) -> None:
    _dispute(dispute, "won", [(Account.STRIPE, dispute.money), (Account.DISPUTES, -dispute.money)], at=at)


def dispute_lost(dispute: Dispute, *, left: int, of_applied: bool, at: datetime) -> None:
    """Written off: against what was still owed for this payment, and beyond that as a loss."""
    owed = min(dispute.amount, left)
    account = Account.DEFERRED_INCOME if of_applied else Account.SUSPENSE
    parts = ((account, owed), (Account.REFUNDS, dispute.amount - owed), (Account.DISPUTES, -dispute.amount))
    _dispute(dispute, "lost", [(name, Money(n, dispute.currency)) for name, n in parts if n], at=at)


def _dispute(dispute: Dispute, step: str, lines: list[tuple[Account, Money]], *, at: datetime) -> None:
    post(f"dispute:{dispute.external_id}:{step}", lines, at=at, payment=dispute.payment)


def provider_settled(entry: ProviderEntry, gross: Money, *, at: datetime) -> Journal | None:
    """A movement at the provider: its fee, and what it became in the settlement currency. What it is for was booked
    in the payer's currency when it happened."""
    if gross.currency == entry.currency:
        lines = [(Account.FEES, entry.fee), (Account.STRIPE, -entry.fee)]
        return _of_entry(entry, [(name, Money(n, entry.currency)) for name, n in lines if n], at=at)
    there = ((Account.STRIPE, entry.net), (Account.FEES, entry.fee), (Account.FX, -entry.amount))
    lines_there = [(name, Money(n, entry.currency)) for name, n in there if n]
    return _of_entry(entry, [(Account.STRIPE, -gross), (Account.FX, gross), *lines_there], at=at)


def provider_paid_out(entry: ProviderEntry, *, at: datetime) -> Journal | None:
    """The provider sent money towards our bank, or it came back from there: on its way until a statement shows it. What
    the provider fetches from our bank is booked there at once; statements are read for what comes in."""
    sent = (entry.amount < 0) != (entry.type in rules.PAYOUT_BACK)
    other = Account.TRANSIT if sent else Account.BANK
    lines = ((other, -entry.amount), (Account.FEES, entry.fee), (Account.STRIPE, entry.net))
    return _of_entry(entry, [(name, Money(n, entry.currency)) for name, n in lines if n], at=at)


def payout_arrived(arrival: Arrival, *, at: datetime) -> None:
    """The bank's statement shows it; what is short was taken on the way."""
    lines = ((Account.BANK, arrival.row.money), (Account.FEES, arrival.short), (Account.TRANSIT, -arrival.payout.sent))
    post(f"arrival:{arrival.public_id}", [(name, money) for name, money in lines if money], at=at)


def payout_not_arrived(arrival: Arrival, *, at: datetime) -> None:
    """It was another row, or none: the payout is on its way again."""
    journal = Journal.objects.get(fact=f"arrival:{arrival.public_id}")
    post(f"{journal.fact}:reversed", _against(journal), at=at)


def provider_fee(entry: ProviderEntry, *, at: datetime) -> Journal | None:
    lines = ((Account.FEES, -entry.net), (Account.STRIPE, entry.net))
    return _of_entry(entry, [(name, Money(n, entry.currency)) for name, n in lines if n], at=at)


def _of_entry(entry: ProviderEntry, lines: list[tuple[Account, Money]], *, at: datetime) -> Journal | None:
    return post(f"stripe:{entry.external_id}", lines, at=at) if lines else None


def income_earned(invoice: Invoice, month: str, money: Money, *, at: datetime) -> bool:
    """A month's share of a fee becomes income; back again when the fee was refunded since."""
    lines = [(Account.DEFERRED_INCOME, money), (Account.INCOME, -money)]
    return bool(post(f"income:{invoice.number}:{month}", lines, at=at, invoice=invoice))


def balances() -> dict[tuple[str, str], int]:
    """The balance of every account and currency, debit positive."""
    rows = Line.objects.values_list("account", "currency").annotate(total=Sum("amount")).order_by("account", "currency")
    return {(account, currency): total for account, currency, total in rows}
