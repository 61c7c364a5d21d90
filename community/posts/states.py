"""The lifecycle of a post (product.md §3). What is not in the table is refused."""

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
