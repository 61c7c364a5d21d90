"""The letters of suspension and expulsion, one function each."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from community.kernel import outbox
from community.members.models import Expulsion, Person, Suspension


def suspended(suspension: Suspension, *, at: datetime) -> bool:
    """Why, until when, what it means and how to appeal."""
    return (
        outbox.post_all(
            _to(suspension, "members/suspended", f"suspended:{suspension.pk}", at, reason=suspension.reason)
        )
        == 1
    )


def suspension_moved(suspension: Suspension, *, reason: str, entry_id: int, at: datetime) -> bool:
    occasion = f"suspension-moved:{entry_id}"
    return outbox.post_all(_to(suspension, "members/suspension_moved", occasion, at, reason=reason)) == 1


def suspension_lifted(suspension: Suspension, *, reason: str, at: datetime) -> bool:
    return (
        outbox.post_all(
            _to(suspension, "members/suspension_lifted", f"suspension-lifted:{suspension.pk}", at, reason=reason)
        )
        == 1
    )


def appeal_answered(suspension: Suspension, *, lifted: bool, at: datetime) -> bool:
    occasion = f"appeal-answered:{suspension.pk}"
    return (
        outbox.post_all(
            _to(suspension, "members/appeal_answered", occasion, at, reason=suspension.answer, lifted=lifted)
        )
        == 1
    )


def appeal_waiting(suspension: Suspension, administrators: Iterable[Person], *, at: datetime) -> int:
    """To those who can answer it: other administrators than who suspended, where there are any."""
    return outbox.post_all(
        _ask(
            "members/appeal_waiting",
            f"appeal:{suspension.pk}",
            suspension.person,
            administrators,
            suspension.appeal,
            at,
        )
    )


def expulsion_waiting(expulsion: Expulsion, administrators: Iterable[Person], *, at: datetime) -> int:
    """To the administrators who can carry it out or refuse it."""
    return outbox.post_all(
        _ask(
            "members/expulsion_waiting",
            f"expulsion:{expulsion.pk}",
            expulsion.person,
            administrators,
            expulsion.reason,
            at,
        )
    )


def expelled(expulsion: Expulsion, *, at: datetime) -> bool:
    return outbox.post(
        "members/expelled",
        expulsion.person,
        occasion=f"expelled:{expulsion.pk}",
        at=at,
        context={"reason": expulsion.reason, "path": reverse("billing")},
    )


def may_apply_again(expulsion: Expulsion, *, at: datetime) -> bool:
    return outbox.post(
        "members/may_apply_again",
        expulsion.person,
        occasion=f"readmitted:{expulsion.pk}",
        at=at,
        context={"reason": expulsion.permission, "path": reverse("application")},
    )


def _to(suspension: Suspension, kind: str, occasion: str, at: datetime, **facts: Any) -> list[outbox.Draft]:
    last_on: date = suspension.last_on
    context = {"last_on": last_on.isoformat(), "path": reverse("home"), **facts}
    return [outbox.draft(kind, suspension.person_id, occasion=occasion, at=at, context=context)]


def _ask(
    kind: str, occasion: str, person: Person, people: Iterable[Person], words: str, at: datetime
) -> list[outbox.Draft]:
    path = reverse("desk_standing_of", args=[person.public_id])
    context = {"name": person.name, "words": words, "path": path}
    return [outbox.draft(kind, one.pk, occasion=f"{occasion}:{one.pk}", at=at, context=context) for one in people]
