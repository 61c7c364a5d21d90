"""The lifecycles of a post and of an introduction (product.md §3). What is not in the table is refused."""

from community.kernel.states import Machine

NEW = ""
DRAFT, OPEN, SOLVED, CLOSED, EXPIRED = "draft", "open", "solved", "closed", "expired"

POST = Machine(
    "post",
    {
        (NEW, "create"): DRAFT,
        (DRAFT, "publish"): OPEN,
        (OPEN, "solve"): SOLVED,
        (OPEN, "close"): CLOSED,
        (OPEN, "expire"): EXPIRED,
        (EXPIRED, "renew"): OPEN,
    },
)

ASKED, ACCEPTED, MET, THANKED, DECLINED = "asked", "accepted", "met", "thanked", "declined"
LIVE = (ASKED, ACCEPTED, MET)
INTRODUCED = (ACCEPTED, MET, THANKED)  # both have said yes: contact data is exchanged (R32)

INTRODUCTION = Machine(
    "introduction",
    {
        (NEW, "ask"): ASKED,
        (ASKED, "accept"): ACCEPTED,
        (ASKED, "decline"): DECLINED,
        (ASKED, "withdraw"): EXPIRED,
        (ASKED, "expire"): EXPIRED,
        (ACCEPTED, "meet"): MET,
        (MET, "thank"): THANKED,
    },
)
