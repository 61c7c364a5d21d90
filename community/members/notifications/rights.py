"""The letters about somebody's own data (R52), one function each, as everywhere."""

from datetime import date, datetime
from typing import Any

import structlog
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from community.kernel import outbox
from community.members.models import DataExport, Erasure, Person

log = structlog.get_logger()


def export_ready(export: DataExport, *, at: datetime) -> bool:
    assert export.ends_at is not None
    return outbox.post(
        "members/export_ready", export.person, occasion=f"export-ready:{export.pk}", at=at,
        context={"ends_at": export.ends_at.isoformat(), "path": reverse("my_data")},
    )  # fmt: skip


def erasure_asked(erasure: Erasure, *, at: datetime) -> bool:
    return outbox.post(
        "members/erasure_asked", erasure.person, occasion=f"erasure-asked:{erasure.pk}", at=at,
        context=_facts(erasure),
    )  # fmt: skip


def erasure_undone(erasure: Erasure, *, at: datetime) -> bool:
    return outbox.post(
        "members/erasure_undone", erasure.person, occasion=f"erasure-undone:{erasure.pk}", at=at,
        context={"path": reverse("my_data")},
    )  # fmt: skip


def erasure_waits(erasure: Erasure, *, until: date, at: datetime) -> bool:
    return outbox.post(
        "members/erasure_waits", erasure.person, occasion=f"erasure-waits:{erasure.pk}", at=at,
        context={"until_on": until.isoformat(), "path": reverse("my_data")},
    )  # fmt: skip


def _facts(erasure: Erasure) -> dict[str, Any]:
    return {"due_at": erasure.due_at.isoformat(), "path": reverse("my_data")}


def last_letter(address: str, language: str, name: str) -> None:
    """Said once, after it is done: the outbox no longer knows where this person could be reached."""
    with translation.override(language):
        subject, _, text = render_to_string("members/last_letter.txt", {"name": name}).strip().partition("\n")
    try:
        EmailMessage(subject, text.strip() + "\n", to=[address]).send()
    except Exception as error:  # it is done; a mail server that is away takes nothing of that back
        log.warning("last_letter_failed", error=type(error).__name__)


def phone_changed(person: Person, *, entry_id: int, at: datetime) -> bool:
    return outbox.post(
        "members/phone_changed", person, occasion=f"phone-changed:{entry_id}", at=at,
        context={"path": reverse("my_data")},
    )  # fmt: skip
