"""What can happen to an invoice, an attempt, a payment, a transfer, a refund and a webhook. What is not tabled is refused."""

from community.kernel.states import Machine

OPEN, PAID, REFUNDED, VOID = "open", "paid", "refunded", "void"
REVERSED = "reversed"  # the money was taken back: a transfer that never was, a dispute that was lost
WAS_PAID = (PAID, REFUNDED, REVERSED)
TAKES_A_USE = (OPEN, PAID)  # an invoice that is owed or paid holds the use of its code
INVOICE = Machine(
    "invoice",
    {
        (OPEN, "pay"): PAID,
        (OPEN, "void"): VOID,
        (PAID, "refund"): REFUNDED,
        (PAID, "reverse"): REVERSED,
        (REFUNDED, "restore"): PAID,  # of nothing: a code covers it once more, since the application runs again
    },
)

COMPLETE, CLOSED = "complete", "closed"
ATTEMPT = Machine(
    "attempt",
    {
        (OPEN, "complete"): COMPLETE,
        (OPEN, "close"): CLOSED,
    },
)

ASKED, ON, OFF = "asked", "on", "off"
AUTO_RENEWAL = Machine(
    "auto_renewal",
    {
        (ASKED, "start"): ON,  # the payment it was asked with came, and the card is kept
        (ASKED, "drop"): OFF,
        (ON, "stop"): OFF,
    },
)
PLANNED, ENDED = "planned", "ended"
CHARGE = Machine("charge", {(PLANNED, "end"): ENDED})

WON, LOST = "won", "lost"
DISPUTE = Machine(
    "dispute",
    {
        (OPEN, "win"): WON,
        (OPEN, "lose"): LOST,
    },
)

APPLIED, SURPLUS, HELD = "applied", "surplus", "held"
PAYMENT = Machine(
    "payment",
    {
        (HELD, "accept"): APPLIED,
        (HELD, "outrun"): SURPLUS,
        (APPLIED, "refund"): REFUNDED,
        (SURPLUS, "refund"): REFUNDED,
        (HELD, "refund"): REFUNDED,
        # The provider took back a refund it had called done: the money is here again and fits nothing.
        (REFUNDED, "hold"): HELD,
        (APPLIED, "reverse"): REVERSED,
        (SURPLUS, "reverse"): REVERSED,
        (HELD, "reverse"): REVERSED,
        (APPLIED, "lose"): LOST,
        (SURPLUS, "lose"): LOST,
        (HELD, "lose"): LOST,
    },
)

RECORDED, CONFIRMED, WITHDRAWN = "recorded", "confirmed", "withdrawn"
TRANSFER = Machine(
    "transfer",
    {
        (RECORDED, "confirm"): CONFIRMED,
        (RECORDED, "withdraw"): WITHDRAWN,
        (CONFIRMED, "reverse"): REVERSED,
    },
)
NEW, ASIDE, ARRIVED = "new", "aside", "arrived"
STATEMENT_ROW = Machine(
    "statement_row",
    {
        (NEW, "record"): RECORDED,
        (NEW, "set_aside"): ASIDE,
        (NEW, "arrive"): ARRIVED,  # a payout of the provider: its money was ours before
        (ASIDE, "reopen"): NEW,
        (RECORDED, "reopen"): NEW,  # its transfer was withdrawn or reversed
        (ARRIVED, "reopen"): NEW,  # it was not this payout
    },
)
TRANSFER_COUNTS = (RECORDED, CONFIRMED)  # these hold their bank serial

REQUESTED, SENDING, PENDING, SUCCEEDED, FAILED, DROPPED = (
    "requested",
    "sending",
    "pending",
    "succeeded",
    "failed",
    "dropped",
)
REFUND = Machine(
    "refund",
    {
        (REQUESTED, "drop"): DROPPED,
        (REQUESTED, "send"): SENDING,
        (SENDING, "wait"): PENDING,
        (SENDING, "succeed"): SUCCEEDED,
        (SENDING, "fail"): FAILED,
        (PENDING, "succeed"): SUCCEEDED,
        (PENDING, "fail"): FAILED,
        (SUCCEEDED, "fail"): FAILED,
    },
)
REFUND_GONE = (FAILED, DROPPED)  # these don't count against the payment
REFUND_BOOKED = (PENDING, SUCCEEDED)  # the provider took the money from our balance

ISSUED, RETURNED, FLUSHED = "issued", "returned", "flushed"
FAPIAO = Machine(
    "fapiao",
    {
        (REQUESTED, "issue"): ISSUED,
        (REQUESTED, "return"): RETURNED,
        (REQUESTED, "withdraw"): WITHDRAWN,
        (ISSUED, "flush"): FLUSHED,  # the tax bureau has a red one against it
        (ISSUED, "void"): VOID,  # wrongly written down here; a fresh request takes its place
    },
)
FAPIAO_LIVE = (REQUESTED, ISSUED)
FAPIAO_REAL = (ISSUED, FLUSHED)  # these exist at the tax bureau and hold their number

RECEIVED, PROCESSED = "received", "processed"
WEBHOOK = Machine(
    "webhook",
    {
        (RECEIVED, "process"): PROCESSED,
        (RECEIVED, "fail"): FAILED,
        (FAILED, "retry"): RECEIVED,
    },
)
