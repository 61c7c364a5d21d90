"""Putting a message into the outbox, and delivering what is due. The database is the truth, the broker a bell."""

from community.kernel.outbox.delivering import CLAIMED_AT_ONCE, LEASE, MOST_TRIES, deliver_due, held_until
from community.kernel.outbox.posting import (
    Draft,
    blank,
    draft,
    forget,
    passing_over,
    post,
    post_all,
    written,
    written_since,
)
from community.kernel.outbox.writing import drafted, email_of, revived

__all__ = [
    "CLAIMED_AT_ONCE",
    "LEASE",
    "MOST_TRIES",
    "Draft",
    "blank",
    "deliver_due",
    "draft",
    "drafted",
    "email_of",
    "forget",
    "held_until",
    "passing_over",
    "post",
    "post_all",
    "revived",
    "written",
    "written_since",
]
