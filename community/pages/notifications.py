"""The letters that join several floors. Context is plain facts; the words are in templates/pages/mail/."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from community.kernel import outbox
from community.kernel.days import end_of
from community.pages import rules


def week(facts: dict[int, dict[str, Any]], sunday: date, *, at: datetime) -> int:
    """The letter of the week, by person: once a person and Sunday, worthless when the next one is due."""
    return outbox.post_all(
        [
            outbox.draft(
                "pages/week",
                person_id,
                occasion=_week(person_id, sunday),
                at=at,
                valid_until=rules.letter_valid_until(sunday),
                context=said | {"path": reverse("home")},
            )
            for person_id, said in facts.items()
        ]
    )


def without_letter(person_ids: Collection[int], sunday: date) -> list[int]:
    """Of these people, who has not been written to for that Sunday; one query."""
    known = outbox.written({_week(pk, sunday) for pk in person_ids})
    return [pk for pk in person_ids if _week(pk, sunday) not in known]


def _week(person_id: int, sunday: date) -> str:
    return f"week:{sunday.isoformat()}:{person_id}"


def desk_waiting(piles: dict[int, list[tuple[str, int, str]]], on: date, *, at: datetime) -> int:
    """To staff: (what, how many, where) of each pile that waits too long; once a person and day."""
    return outbox.post_all(
        [
            outbox.draft(
                "pages/desk_waiting",
                person_id,
                occasion=f"desk:{on.isoformat()}:{person_id}",
                at=at,
                valid_until=end_of(on),
                context={
                    "piles": [{"what": what, "count": count, "path": path} for what, count, path in mine],
                    "path": mine[0][2] if len(mine) == 1 else reverse("desk"),
                },
            )
            for person_id, mine in piles.items()
        ]
    )
