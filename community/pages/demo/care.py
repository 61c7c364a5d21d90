"""The office looked at who was forgotten and asked a few of them to a table by name (R36)."""

from typing import Any

from community.events.selectors import invitations
from community.events.services import inviting
from community.kernel.errors import RuleBroken
from community.pages import coverage
from community.pages.demo.setting import Setting

ASKED = 3


def build(setting: Setting, member: Any) -> None:
    """Three members without a seat in the running quarter, and the demo member to a later event they have no seat at."""
    at, by = setting.at(-1, 15), setting.staff["organizer"]
    forgotten = coverage.of(coverage.quarters(at)[0]).listed("seat")[:ASKED]
    for person in [*coverage.named(forgotten), member]:
        for event in invitations.choice(person, at)[-1:]:
            try:
                inviting.invite(event.pk, person.pk, by=by, at=at)
            except RuleBroken:
                continue  # the tier's tables of that month are used
