"""Fapiao to issue, to flush, and done (R21); what may be on one is what was paid and stays."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from community.billing import states
from community.billing.models import Allocation, Fapiao, Invoice, Refund
from community.members import selectors as members

if TYPE_CHECKING:
    from community.members.models import Person

COUNTS = [states.APPLIED, states.REFUNDED]


def _stays(invoice: str) -> Greatest:
    """What an invoice (`invoice`: the column that holds its key) was paid with, less every refund that was asked for
    and did not fail: what is on its way back is never on a fapiao."""
    shares = Allocation.objects.filter(invoice=OuterRef(invoice), payment__status__in=COUNTS)
    paid = shares.order_by().values("invoice").annotate(total=Sum("amount")).values("total")
    whole = Allocation.objects.filter(invoice=OuterRef(OuterRef(invoice))).values("payment")
    back = (
        Refund.objects.filter(Q(invoice=OuterRef(invoice)) | Q(invoice=None, payment__in=whole))
        .filter(payment__status__in=COUNTS)
        .exclude(status__in=states.REFUND_GONE)
        .order_by()
        .annotate(total=Func(F("amount"), function="SUM", output_field=BigIntegerField()))
        .values("total")
    )
    return Greatest(Coalesce(Subquery(paid), 0) - Coalesce(Subquery(back), 0), 0, output_field=BigIntegerField())


def stays(invoice: Invoice) -> int:
    """R21: the most that may be on the fapiao of an invoice, in minor units."""
    return int(Invoice.objects.annotate(stays=_stays("pk")).values_list("stays", flat=True).get(pk=invoice.pk))


def rows() -> QuerySet[Fapiao]:
    return Fapiao.objects.select_related("invoice", "person", "issued_by").annotate(stays=_stays("invoice"))


def requested() -> QuerySet[Fapiao]:
    """What waits to be issued, who asked first first."""
    return rows().filter(status=states.REQUESTED).order_by("requested_at", "pk")


def to_flush() -> QuerySet[Fapiao]:
    """Issued for more than was kept: a refund came after it."""
    return rows().filter(status=states.ISSUED, amount__gt=F("stays")).order_by("issued_at", "pk")


def done() -> QuerySet[Fapiao]:
    return rows().filter(status__in=states.FAPIAO_REAL).order_by("-issued_at", "-pk")


def of_invoice(invoice: Invoice) -> list[Fapiao]:
    """Every one that was ever asked for, the newest first; at most 20."""
    return list(Fapiao.objects.filter(invoice=invoice)[:20])


def known_of(person: "Person") -> dict[str, str]:
    """What somebody typed for the last one; before the first, what the club knows of their company (R21)."""
    last = Fapiao.objects.filter(person=person).exclude(title="").first()
    if last is not None:
        return last.buyer
    company = members.company_of(person)
    known = {"title": company.legal_name, "tax_number": company.credit_code} if company else {"title": person.name}
    return known | {"email": person.email}


def export(of: QuerySet[Fapiao]) -> Iterator[list[Any]]:
    """For the accountant: one row each, amounts in yuan as the tax bureau's form takes them."""
    for fapiao in of.iterator():
        amount = fapiao.amount if fapiao.amount is not None else fapiao.stays  # type: ignore[attr-defined]  # annotated
        yield [
            fapiao.invoice.number, fapiao.get_status_display(), fapiao.get_kind_display(), fapiao.title,
            fapiao.tax_number, fapiao.address, fapiao.phone, fapiao.bank, fapiao.account, fapiao.email,
            f"{amount // 100}.{amount % 100:02d}", fapiao.invoice.tier_name, fapiao.number,
            fapiao.issued_on.isoformat() if fapiao.issued_on else "", fapiao.red_number,
        ]  # fmt: skip
