"""The letters about complaints, one function each. None carries a word of the ticket: it stays where it is."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from community.complaints.models import Complaint
from community.kernel import outbox


def filed(complaint: Complaint, office: Iterable[int], *, at: datetime) -> int:
    """To those of the office who may work on it; useless when the first answer is overdue, which has its own letter."""
    path = reverse("desk_complaint", args=[complaint.public_id])
    return outbox.post_all(
        [
            outbox.draft(
                "complaints/filed", pk, occasion=f"complaint:{complaint.pk}:{pk}", at=at,
                context={"about": complaint.about, "answer_by_at": complaint.due_at.isoformat(), "path": path},
            )
            for pk in office
        ]
    )  # fmt: skip


def added(complaint: Complaint, said_id: int, *, at: datetime) -> bool:
    """To who works on it: the filer wrote again."""
    assert complaint.taken_by is not None
    path = reverse("desk_complaint", args=[complaint.public_id])
    return outbox.post(
        "complaints/added", complaint.taken_by, occasion=f"complaint-added:{said_id}", at=at, context={"path": path}
    )


def answered(complaint: Complaint, said_id: int, *, at: datetime) -> bool:
    context = {"path": complaint.get_absolute_url()}
    return outbox.post(
        "complaints/answered", complaint.filer, occasion=f"complaint-answered:{said_id}", at=at, context=context
    )


def closed(complaint: Complaint, *, at: datetime) -> bool:
    """With the one question how it was."""
    context = {"path": complaint.get_absolute_url()}
    return outbox.post(
        "complaints/closed", complaint.filer, occasion=f"complaint-closed:{complaint.pk}", at=at, context=context
    )
