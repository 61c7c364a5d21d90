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
SEATED = (OFFERED, CONFIRMED, ATTENDED)  # holds a chair, always
OCCUPYING = (*SEATED, MISSED)  # product.md §5: everything but withdrawn and waiting
COMING = (CONFIRMED, ATTENDED)

SIGNUP = Machine(
    "signup",
    {
        (NEW, "confirm"): CONFIRMED,
        (WITHDRAWN, "confirm"): CONFIRMED,
        (CONFIRMED, "withdraw"): WITHDRAWN,
        (CONFIRMED, "cancel"): WITHDRAWN,  # the club cancelled the event
        (CONFIRMED, "check_in"): ATTENDED,
        (MISSED, "check_in"): ATTENDED,
        (ATTENDED, "undo"): CONFIRMED,
        (CONFIRMED, "miss"): MISSED,
    },
)
