"""What one person's page at the desk says of money: in figures, and the names of what the trail is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, Sum

from community.billing import states
from community.billing.models import Invoice, Payment, Refund
from community.billing.selectors.report import CAME
from community.kernel.counting import in_one
from community.kernel.money import CNY, Money

MODELS: dict[str, Any] = {"billing.Invoice": Invoice, "billing.Payment": Payment, "billing.Refund": Refund}


def figures(person_id: int) -> dict[str, Any]:
    """`paid` and `back` as money of yuan, as the page of their money counts it; `open` invoices. One query."""
    mine = Payment.objects.filter(Q(person=person_id) | Q(allocations__invoice__person=person_id)).values("pk")
    paid = Payment.objects.filter(pk__in=mine, currency=CNY, status__in=CAME)
    back = Refund.objects.filter(payment__in=mine, currency=CNY, status=states.SUCCEEDED)
    found = in_one(
        {
            "paid": (paid, Sum("amount", default=0)),
            "back": (back, Sum("amount", default=0)),
            "open": Invoice.objects.filter(person=person_id, status=states.OPEN),
        }
    )
    return {"paid": Money(found["paid"]), "back": Money(found["back"]), "open": found["open"]}


def named(label: str, keys: Iterable[int]) -> dict[int, tuple[str, Money]]:
    """Invoices, payments and refunds by key: the number, if there is one, and the amount."""
    rows = MODELS[label].objects.filter(pk__in=list(keys))
    return {row.pk: (getattr(row, "number", ""), Money(row.amount, row.currency)) for row in rows}
