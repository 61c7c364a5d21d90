"""The lifecycles of a one-to-one and of a partner's part in a joint project. What is not in the table is refused."""

from community.kernel.states import Machine

NEW = ""
WAITING, CONFIRMED, DECLINED, TAKEN_BACK, EXPIRED = "waiting", "confirmed", "declined", "taken_back", "expired"
# To whoever logged it a no looks like silence, until it is over: nobody reads that they were turned down.
LOOKS_OPEN = (WAITING, DECLINED)

ONE_TO_ONE = Machine(
    "one_to_one",
    {
        (NEW, "log"): WAITING,
        (WAITING, "confirm"): CONFIRMED,
        (WAITING, "decline"): DECLINED,
        (DECLINED, "confirm"): CONFIRMED,
        (WAITING, "take_back"): TAKEN_BACK,
        (DECLINED, "take_back"): TAKEN_BACK,
        (CONFIRMED, "take_back"): TAKEN_BACK,
        (WAITING, "expire"): EXPIRED,
    },
)

ASKED, LEFT = "asked", "left"

PARTNER = Machine(
    "partner",
    {
        (NEW, "ask"): ASKED,
        (ASKED, "confirm"): CONFIRMED,
        (ASKED, "decline"): DECLINED,
        (DECLINED, "confirm"): CONFIRMED,
        (ASKED, "expire"): EXPIRED,
        (CONFIRMED, "leave"): LEFT,
        (LEFT, "confirm"): CONFIRMED,
    },
)
