"""The lifecycle of a complaint. What is not in the table is refused."""

from community.kernel.states import Machine

OPEN, CLOSED = "open", "closed"

COMPLAINT = Machine("complaint", {(OPEN, "close"): CLOSED})
