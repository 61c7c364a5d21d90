"""The letter with the quarter's question."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from community.figures import rules
from community.figures.models import Asking
from community.kernel import outbox


def question(askings: Iterable[Asking], *, at: datetime) -> int:
    """Once a person and quarter; worthless when the quarter is over."""
    return outbox.post_all(
        [
            outbox.draft(
                "figures/question", asking.person_id, occasion=f"question:{asking.pk}", at=at,
                valid_until=rules.answers_until(asking.quarter_on),
                context={"path": reverse("question"), "until_at": rules.answers_until(asking.quarter_on).isoformat()},
            )
            for asking in askings
        ]
    )  # fmt: skip
