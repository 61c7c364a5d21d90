"""Who opened which paper, and when (R3)."""

from typing import Any

from community.kernel import audit
from community.members.models import Application, Document, Person

SHOWN = 20


def openings(person: Person, *, of: Application | None = None) -> list[dict[str, Any]]:
    """The latest openings of a person's papers by others, newest first; of one application when it is given."""
    entries = audit.about(person.pk, "document.open").exclude(actor=person)
    if of is not None:
        entries = entries.filter(at__gte=of.started_at)
    return [_opening(entry) for entry in entries[:SHOWN]]


def openings_of(document: Document) -> list[dict[str, Any]]:
    """The latest openings of one paper, by whomever, newest first."""
    entries = audit.trail(document).filter(action="document.open").order_by("-at", "-pk")
    return [_opening(entry) for entry in entries[:SHOWN]]


def _opening(entry: audit.AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "by": entry.actor.name if entry.actor else "",
        "kind": Document.Kind(entry.data.get("kind", Document.Kind.OTHER)).label,
        "original": entry.data.get("as") == "original",
    }
