"""The lifecycle of an application (product.md §3). What is not in the table is refused."""

from community.kernel.states import Machine

DRAFT, SUBMITTED, MORE_NEEDED, APPROVED, ADMITTED = "draft", "submitted", "more_needed", "approved", "admitted"
REJECTED, LAPSED, WITHDRAWN, CLOSED = "rejected", "lapsed", "withdrawn", "closed"
LIVE = (DRAFT, SUBMITTED, MORE_NEEDED, APPROVED)

APPLICATION = Machine(
    "application",
    {
        (DRAFT, "submit"): SUBMITTED,
        (DRAFT, "close"): CLOSED,
        (SUBMITTED, "ask"): MORE_NEEDED,
        (MORE_NEEDED, "submit"): SUBMITTED,
        (SUBMITTED, "approve"): APPROVED,
        (SUBMITTED, "reject"): REJECTED,
        (APPROVED, "admit"): ADMITTED,
        (APPROVED, "lapse"): LAPSED,
        (LAPSED, "reinstate"): APPROVED,
        (DRAFT, "withdraw"): WITHDRAWN,
        (SUBMITTED, "withdraw"): WITHDRAWN,
        (MORE_NEEDED, "withdraw"): WITHDRAWN,
        (APPROVED, "withdraw"): WITHDRAWN,
        (ADMITTED, "undo"): WITHDRAWN,
    },
)

ASKED, CONSENTED, REFUSED = "asked", "consented", "refused"

EXTENSION = Machine(
    "extension",
    {
        (ASKED, "consent"): CONSENTED,
        (ASKED, "refuse"): REFUSED,
    },
)

CHANGE = Machine(
    "change",
    {
        (ASKED, "approve"): APPROVED,
        (ASKED, "refuse"): REFUSED,
        (ASKED, "withdraw"): WITHDRAWN,
    },
)

EXPULSION = Machine(
    "expulsion",
    {
        (ASKED, "consent"): CONSENTED,
        (ASKED, "refuse"): REFUSED,
        (ASKED, "withdraw"): WITHDRAWN,
    },
)
