"""The lifecycles of an import and of an export. What is not in a table is refused."""

from community.kernel.states import Machine

RECEIVED, REFUSED, READ, ORDERED, DONE = "received", "refused", "read", "ordered", "done"
LEAVING, UNDONE, DROPPED = "leaving", "undone", "dropped"

BATCH = Machine(
    "batch",
    {
        (RECEIVED, "refuse"): REFUSED,
        (RECEIVED, "read"): READ,
        (READ, "order"): ORDERED,
        (READ, "drop"): DROPPED,
        (REFUSED, "drop"): DROPPED,
        (ORDERED, "carry"): DONE,
        (ORDERED, "return"): READ,
        (DONE, "leave"): LEAVING,
        (LEAVING, "undo"): UNDONE,
        (LEAVING, "stay"): DONE,
    },
)
AT_WORK = (RECEIVED, ORDERED, LEAVING)  # a worker has it, or will

ASKED, MADE, FAILED, GONE = "asked", "made", "failed", "gone"

EXPORT = Machine(
    "export",
    {
        (ASKED, "make"): MADE,
        (ASKED, "fail"): FAILED,
        (ASKED, "forget"): GONE,
        (MADE, "forget"): GONE,
    },
)
