"""The treasurer's desk: what fits nothing, what came in, what goes back."""

from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Sum, When

from community.billing import states
from community.billing.models import (
    Attempt,
    BankRefund,
    BankTransfer,
    Dispute,
    Leaving,
    Payment,
    ReconciliationItem,
    Refund,
    StatementRow,
)
from community.billing.selectors import fapiao, paying_back
from community.kernel.counting import in_one
from community.kernel.days import day_of, end_of, working_days_later
from community.kernel.money import CNY

ANSWERED_WITHIN = timedelta(days=6)  # with today, the seven days in which a dispute's answer is urgent


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
    """Port of members: money of this person that has not found its place. An invoice that nobody is paying is none."""
    moving = Refund.objects.filter(payment__person_id=person_id)
    return (
        Attempt.objects.filter(invoice__person_id=person_id, status=states.OPEN).exists()
        or BankTransfer.objects.filter(invoices__person_id=person_id, status=states.RECORDED).exists()
        or Leaving.objects.filter(person_id=person_id, decided_at=None).exists()
        or Payment.objects.filter(person_id=person_id, status__in=[states.HELD, states.SURPLUS]).exists()
        or moving.filter(status__in=[states.REQUESTED, states.SENDING, states.PENDING]).exists()
        or Dispute.objects.filter(payment__person_id=person_id, status=states.OPEN).exists()
        or moving.filter(_failed_and_not_repeated()).exists()
    )


def money_until(person_id: int, at: datetime) -> date:
    """Port of members: the day by which money that is under way should have arrived, by what is known of it; three
    working days where nobody has named one."""
    told = [
        *BankRefund.objects.filter(refund__payment__person_id=person_id, sent_on=None).values_list("due_on", flat=True),
        *(
            day_of(due_at)
            for due_at in Dispute.objects.filter(
                payment__person_id=person_id, status=states.OPEN, due_at__isnull=False
            ).values_list("due_at", flat=True)
        ),
    ]
    return max([working_days_later(day_of(at), 3), *(on for on in told if on is not None)])


def disputes() -> QuerySet[Dispute]:
    """Those to be answered first, by the day they are due; then the closed ones, the newest first."""
    order = Case(When(status=states.OPEN, then=0), default=1)
    rows = Dispute.objects.select_related("payment__person", "payment__invoice")
    return rows.order_by(order, "closed_at", "due_at", "pk")


def todays_work(on: date) -> dict[str, int]:
    """How much of everything waits for a treasurer, in one statement; amounts in fen of CNY."""
    disputed = Dispute.objects.filter(status=states.OPEN)
    return in_one(
        {
            "unmatched": kept(),
            "unmatched_amount": (kept().filter(currency=CNY), Sum("amount", default=0)),
            "refunds": refunds_to_watch(),
            "disputes": disputed,
            "disputes_soon": disputed.filter(due_at__lt=end_of(on + ANSWERED_WITHIN)),
            "to_confirm": BankTransfer.objects.filter(status=states.RECORDED),
            "to_match": StatementRow.objects.filter(status=states.NEW),
            "to_send": paying_back.ready(),
            "late": paying_back.late(on),
            "to_decide": Leaving.objects.filter(decided_at=None),
            "fapiao": fapiao.requested(),
            "fapiao_to_flush": fapiao.to_flush(),
            "differences": ReconciliationItem.objects.filter(closed_at=None),
        }
    )
