"""The letters about one-to-ones, projects and people met, one function each. The words: templates/ties/mail/."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from community.kernel import outbox
from community.ties import rules
from community.ties.models import OneToOne, Partner


def one_to_one_asked(one_to_one: OneToOne, *, at: datetime) -> bool:
    """R35: somebody says that the two met. Worth nothing once the question is over."""
    return outbox.post(
        "ties/one_to_one_asked",
        one_to_one.asked,
        occasion=f"one-to-one:{one_to_one.pk}",
        at=at,
        valid_until=one_to_one.expires_at,
        context=_about(one_to_one, one_to_one.asker),
    )


def one_to_one_confirmed(one_to_one: OneToOne, *, at: datetime) -> bool:
    """The other says so, too: it counts."""
    return outbox.post(
        "ties/one_to_one_confirmed",
        one_to_one.asker,
        occasion=f"one-to-one-confirmed:{one_to_one.pk}",
        at=at,
        context=_about(one_to_one, one_to_one.asked),
    )


def _about(one_to_one: OneToOne, other: Any) -> dict[str, Any]:
    return {
        "other": other.name,
        "met_on": one_to_one.met_on.isoformat(),
        "path": reverse("people"),
    }


def project_asked(partner: Partner, *, at: datetime) -> bool:
    """R35: somebody counts one among the partners of a project."""
    return outbox.post(
        "ties/project_asked",
        partner.person,
        occasion=f"project:{partner.pk}",
        at=at,
        valid_until=partner.project.expires_at,
        context=_project(partner, partner.project.declared_by),
    )


def _project(partner: Partner, other: Any) -> dict[str, Any]:
    return {
        "other": other.name,
        "title": partner.project.title,
        "path": reverse("projects"),
    }


def nudge(due: Iterable[tuple[int, Any, int, int]], *, at: datetime) -> int:
    """(person, event, step, how many were at the table): three and fourteen days after a table, once each."""
    return outbox.post_all(
        [
            outbox.draft(
                "ties/nudge",
                person_id,
                occasion=f"nudge:{event.pk}:{person_id}:{step}",
                at=at,
                valid_until=rules.nudge_until(event.starts_at, step),
                context={
                    "topic": event.topic,
                    "met_at": event.starts_at.isoformat(),
                    "others": others,
                    "step": step,
                    "path": reverse("people"),
                },
            )
            for person_id, event, step, others in due
        ]
    )
