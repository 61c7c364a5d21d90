"""A month in figures, one person's money, and finding anything by what somebody remembers of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum

from community.billing import states
from community.billing.models import BankTransfer, Dispute, Invoice, Line, OpeningBalance, Payment, Refund
from community.billing.selectors import openings, payouts
from community.kernel import formats
from community.kernel.days import ZONE, months_later, start_of
from community.kernel.money import CNY, Money

if TYPE_CHECKING:
    from community.members.models import Person

MOST_FOUND = 20
CAME = [states.APPLIED, states.SURPLUS, states.HELD, states.REFUNDED]  # money that really came


@dataclass(frozen=True)
class Month:
    """`takings` and `back` are (channel, how many, sum), `purposes` (what it paid for, how many, sum); the others sums by
    currency."""

    takings: list[tuple[str, int, Money]]
    purposes: list[tuple[str, int, Money]]
    back: list[tuple[str, int, Money]]
    arrived: list[tuple[int, Money]]
    on_the_way: list[Money]
    income: list[Money]
    deferred: list[Money]
    fees: list[Money]
    lost: list[Money]


def month(first: date) -> Month:
    """The figures of a community month: income recognised, what is still owed in service at its end, takings by
    channel, refunds that arrived, the provider's fees, lost disputes."""
    since, until = start_of(first), start_of(months_later(first, 1))
    labels = dict(Payment._meta.get_field("channel").choices or [])
    income = Line.objects.filter(account=Line.Account.INCOME, journal__fact__startswith="income:",
                                 journal__fact__endswith=f":{first:%Y-%m}")  # fmt: skip
    deferred = Line.objects.filter(account=Line.Account.DEFERRED_INCOME, journal__booked_at__lt=until)
    transit = Line.objects.filter(account=Line.Account.TRANSIT, journal__booked_at__lt=until)
    fees = Line.objects.filter(account=Line.Account.FEES, journal__booked_at__gte=since, journal__booked_at__lt=until)
    return Month(
        takings=_by_channel(
            Payment.objects.filter(status__in=CAME, received_at__gte=since, received_at__lt=until), labels
        ),
        purposes=_by_purpose(since, until),
        back=_by_channel(
            Refund.objects.filter(status=states.SUCCEEDED, settled_at__gte=since, settled_at__lt=until), labels
        ),
        arrived=_arrived(first),
        on_the_way=_sums(transit, 1),
        income=_sums(income, -1),
        deferred=_sums(deferred, -1),
        fees=_sums(fees, 1),
        lost=_sums(Dispute.objects.filter(status=states.LOST, closed_at__gte=since, closed_at__lt=until), 1),
    )


def _arrived(first: date) -> list[tuple[int, Money]]:
    """Payouts of the provider that the bank shows in a month: how many, and what came."""
    there = payouts.live().filter(row__value_on__gte=first, row__value_on__lt=months_later(first, 1))
    found = there.order_by("row__currency").values_list("row__currency")
    return [
        (n, Money(total, currency)) for currency, n, total in found.annotate(n=Count("pk"), total=Sum("row__amount"))
    ]


def _by_purpose(since: datetime, until: datetime) -> list[tuple[str, int, Money]]:
    """What the invoices paid in a time were for: fees by kind, and seats that cost something."""
    labels = dict(Invoice._meta.get_field("purpose").choices or [])
    paid = Invoice.objects.filter(status__in=[states.PAID, states.REFUNDED], paid_at__gte=since, paid_at__lt=until)
    found = paid.order_by("purpose", "currency").values_list("purpose", "currency")
    counted = found.annotate(n=Count("pk"), total=Sum("amount"))
    return [(str(labels[purpose]), n, Money(total, currency)) for purpose, currency, n, total in counted]


def _by_channel(rows: QuerySet[Any], labels: dict[str, Any]) -> list[tuple[str, int, Money]]:
    found = rows.order_by("channel", "currency").values_list("channel", "currency")
    counted = found.annotate(n=Count("pk"), total=Sum("amount"))
    return [(str(labels[channel]), n, Money(total, currency)) for channel, currency, n, total in counted]


def _sums(rows: QuerySet[Any], sign: int) -> list[Money]:
    found = rows.order_by("currency").values_list("currency").annotate(total=Sum("amount"))
    return [Money(sign * total, currency) for currency, total in found if total]


def payments_of_month(first: date) -> Iterator[list[Any]]:
    """The month's payments as rows of a sheet, without a heading."""
    since, until = start_of(first), start_of(months_later(first, 1))
    rows = Payment.objects.filter(received_at__gte=since, received_at__lt=until).select_related("person", "invoice")
    for payment in rows.order_by("received_at", "pk").iterator():
        yield [
            f"{payment.received_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
            payment.person.full_name if payment.person else "",
            payment.invoice.number if payment.invoice else "",
            str(payment.invoice.get_purpose_display()) if payment.invoice else "",
            str(payment.get_channel_display()), payment.method,
            formats.plain_amount(payment.amount, payment.currency), payment.currency,
            str(payment.get_status_display()), payment.external_id,
        ]  # fmt: skip


@dataclass(frozen=True)
class Found:
    invoices: list[Invoice]
    payments: list[Payment]
    transfers: list[BankTransfer]


def search(words: str) -> Found:
    """Invoices, payments and transfers by name, address, number, reference, serial, payer or provider's id;
    at most twenty of each."""
    person = Q(person__full_name__icontains=words) | Q(person__email__icontains=words)
    invoices = Invoice.objects.filter(person | Q(number__icontains=words) | Q(transfer_code__code__iexact=words))
    payments = Payment.objects.filter(
        person | Q(external_id__icontains=words) | Q(public_id=words) | Q(invoice__number__icontains=words)
    )
    transfers = BankTransfer.objects.filter(Q(serial__icontains=words) | Q(payer__icontains=words))
    return Found(
        list(invoices.select_related("person").order_by("-issued_at", "-pk")[:MOST_FOUND]),
        list(payments.select_related("person", "invoice").order_by("-received_at", "-pk")[:MOST_FOUND]),
        list(transfers[:MOST_FOUND]),
    )


@dataclass(frozen=True)
class PersonsMoney:
    invoices: list[Invoice]
    payments: list[Payment]
    disputes: list[Dispute]
    paid: Money
    back: Money
    brought: list[OpeningBalance]


def of_person(person: "Person") -> PersonsMoney:
    """Everything about one person's money, at most a hundred of each; the sums are of yuan."""
    mine = Q(person=person) | Q(allocations__invoice__person=person)
    payments = Payment.objects.filter(mine).distinct()
    whole = {"currency": CNY, "status__in": CAME}
    paid = Payment.objects.filter(pk__in=payments.filter(**whole).values("pk")).aggregate(n=Sum("amount", default=0))
    back = Refund.objects.filter(payment__in=payments.values("pk"), currency=CNY, status=states.SUCCEEDED)
    return PersonsMoney(
        list(Invoice.objects.filter(person=person).select_related("transfer_code")[:100]),
        list(payments.select_related("invoice").prefetch_related("refunds").order_by("-received_at", "-pk")[:100]),
        list(Dispute.objects.filter(payment__in=payments.values("pk"))[:100]),
        Money(paid["n"]),
        Money(back.aggregate(n=Sum("amount", default=0))["n"]),
        openings.of_person(person.pk),
    )


def unpaid() -> QuerySet[Invoice]:
    """Open invoices, the oldest first."""
    rows = Invoice.objects.filter(status=states.OPEN).select_related("person", "transfer_code", "application")
    return rows.order_by("issued_at", "pk")
