"""The treasurer's desk: what fits nothing, what came in, what goes back."""

from datetime import date

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Sum, When

from community.billing import states
from community.billing.models import BankTransfer, Dispute, Invoice, Payment, ReconciliationItem, Refund, StatementRow
from community.billing.selectors import fapiao, paying_back
from community.kernel.money import CNY


def kept() -> QuerySet[Payment]:
    """Money that fits nothing yet, oldest first."""
    return Payment.objects.filter(status__in=[states.HELD, states.SURPLUS]).order_by("received_at", "pk")


def unmatched() -> QuerySet[Payment]:
    """R19: money that fits nothing, oldest first, with what is already being done about it."""
    return _with_people(kept())


def latest_payments() -> QuerySet[Payment]:
    return _with_people(Payment.objects.order_by("-received_at", "-pk"))


def refunds_to_watch() -> QuerySet[Refund]:
    """Refunds under way and failed ones whose payment still waits for another try."""
    waiting = Q(status__in=[states.REQUESTED, states.SENDING, states.PENDING])
    return (
        Refund.objects.filter(waiting | _failed_and_not_repeated())
        .select_related("payment__person", "payment__invoice", "requested_by")
        .order_by("-requested_at", "-pk")
    )


def _failed_and_not_repeated() -> Q:
    """A failed try is done with when a later one was made or the payment is gone."""
    later = Refund.objects.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    return Q(status=states.FAILED) & ~Exists(later)


def _with_people(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.select_related("person", "invoice").prefetch_related("refunds")


def money_open(person_id: int) -> bool:
    """Port of members: money of this person that has not found its place, or an invoice they could still pay."""
    moving = Refund.objects.filter(payment__person_id=person_id)
    return (
        Invoice.objects.filter(person_id=person_id, status=states.OPEN).exists()
        or Payment.objects.filter(person_id=person_id, status__in=[states.HELD, states.SURPLUS]).exists()
        or moving.filter(status__in=[states.REQUESTED, states.SENDING, states.PENDING]).exists()
        or Dispute.objects.filter(payment__person_id=person_id, status=states.OPEN).exists()
        or moving.filter(_failed_and_not_repeated()).exists()
    )


def disputes() -> QuerySet[Dispute]:
    """Those to be answered first, by the day they are due; then the closed ones, the newest first."""
    order = Case(When(status=states.OPEN, then=0), default=1)
    rows = Dispute.objects.select_related("payment__person", "payment__invoice")
    return rows.order_by(order, "closed_at", "due_at", "pk")


def desk_figures() -> dict[str, int]:
    """The treasurer's figures: how much money fits nothing (count, fen of CNY), how many refunds are under way."""
    found = kept().aggregate(n=Count("pk"), amount=Sum("amount", filter=Q(currency=CNY), default=0))
    return {
        "unmatched": found["n"],
        "unmatched_amount": found["amount"],
        "refunds": refunds_to_watch().count(),
        "disputes": Dispute.objects.filter(status=states.OPEN).count(),
    }


def todays_work(on: date) -> dict[str, int]:
    """How much of everything waits for a treasurer; a fixed number of queries."""
    back = paying_back.figures(on)
    return (
        desk_figures()
        | fapiao.figures()
        | {
            "to_confirm": BankTransfer.objects.filter(status=states.RECORDED).count(),
            "to_match": StatementRow.objects.filter(status=states.NEW).count(),
            "to_send": back["ready"],
            "late": back["late"],
            "differences": ReconciliationItem.objects.filter(closed_at=None).count(),
        }
    )
