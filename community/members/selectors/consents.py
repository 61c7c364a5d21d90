"""What somebody agreed to: when, in which words, whether it still holds, and what follows from taking it back (R52)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.kernel import personal
from community.members import states as lifecycle
from community.members.models import Application, Consent, Person

WORDS = {
    Consent.Purpose.APPLICATION: _(
        "I agree that the club stores and checks these details and documents to decide on my application."
    ),
}
ENDS = _("Your application ends at once, what you paid for it goes back in full, and your papers are deleted.")
IDLE = _("Papers that are still there are deleted. Nothing else rests on it any more.")


def words_of(purpose: str) -> str:
    return str(WORDS[Consent.Purpose(purpose)])


@dataclass(frozen=True)
class Agreed:
    """One consent. `purpose` is empty where another page takes it back: `where` leads there."""

    title: Any
    words: Any
    version: str
    given_at: datetime
    ended_at: datetime | None
    follows: Any
    purpose: str = ""
    where: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """How consents of the floors above are read: which column says what."""

    title: Any
    words: str
    version: str
    given: str
    ended: str
    follows: Any
    where: str


ELSEWHERE = {
    "billing.AutoRenewal": Elsewhere(
        _("The next year's fee is taken from my card"), "consent", "consent_version", "consented_at", "stopped_at",
        _("Switched off with one tap: nothing is taken any more, and you renew by invoice."), "billing",
    ),
    "events.WaiverAcceptance": Elsewhere(
        _("Conditions of an event"), "text", "version", "accepted_at", "",
        _("It goes with the seat: give the seat back, and it counts for nothing."), "events",
    ),
}  # fmt: skip


def all_of(person: Person) -> list[Agreed]:
    """The newest first; one question a table."""
    live = Application.objects.filter(person=person, status__in=lifecycle.LIVE)
    follows = ENDS if live.exists() else IDLE
    own = [
        Agreed(
            row.get_purpose_display(), row.words or WORDS[Consent.Purpose(row.purpose)], row.version, row.given_at,
            row.withdrawn_at, follows, purpose=row.purpose,
        )
        for row in Consent.objects.filter(person=person)
    ]  # fmt: skip
    above = [
        _read(ELSEWHERE[rule.model], row)
        for rule in personal.all_rules()
        if rule.model in ELSEWHERE and rule.section == "consents"
        for row in personal.rows_of(rule, person.pk).values()
    ]
    return sorted([*own, *above], key=lambda one: one.given_at, reverse=True)


def _read(how: Elsewhere, row: dict[str, Any]) -> Agreed:
    ended_at = row[how.ended] if how.ended else None
    return Agreed(how.title, row[how.words], row[how.version], row[how.given], ended_at, how.follows, where=how.where)
