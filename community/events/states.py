"""The lifecycles of an event and of a signup (product.md §3). What is not in the table is refused."""

from community.kernel.states import Machine

DRAFT, OPEN, HELD, CANCELLED = "draft", "open", "held", "cancelled"

EVENT = Machine(
    "event",
    {
        (DRAFT, "publish"): OPEN,
        (OPEN, "hold"): HELD,
        (DRAFT, "cancel"): CANCELLED,
        (OPEN, "cancel"): CANCELLED,
    },
)

NEW = ""
WAITING, OFFERED, CONFIRMED, ATTENDED = "waiting", "offered", "confirmed", "attended"
MISSED, WITHDRAWN = "missed", "withdrawn"
LIVE = (WAITING, OFFERED, CONFIRMED, ATTENDED)
SEATED = (OFFERED, CONFIRMED, ATTENDED)  # holds a chair, always
OCCUPYING = (*SEATED, MISSED)  # product.md §5: everything but withdrawn and waiting
COMING = (CONFIRMED, ATTENDED)

SIGNUP = Machine(
    "signup",
    {
        (NEW, "confirm"): CONFIRMED,
        (NEW, "wait"): WAITING,
        (WITHDRAWN, "confirm"): CONFIRMED,
        (WITHDRAWN, "wait"): WAITING,
        (WAITING, "confirm"): CONFIRMED,  # the first tap in the last hours
        (WAITING, "offer"): OFFERED,
        (OFFERED, "accept"): CONFIRMED,
        (OFFERED, "expire"): WAITING,
        (WAITING, "withdraw"): WITHDRAWN,
        (OFFERED, "withdraw"): WITHDRAWN,
        (CONFIRMED, "withdraw"): WITHDRAWN,
        (WAITING, "cancel"): WITHDRAWN,
        (OFFERED, "cancel"): WITHDRAWN,
        (CONFIRMED, "cancel"): WITHDRAWN,  # the club cancelled the event
        (CONFIRMED, "check_in"): ATTENDED,
        (MISSED, "check_in"): ATTENDED,
        (ATTENDED, "undo"): CONFIRMED,
        (CONFIRMED, "miss"): MISSED,
    },
)
