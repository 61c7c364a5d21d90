"""State machines: one table each, moved by compare-and-set, every move with its audit row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from community.kernel import audit
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person


@dataclass(frozen=True)
class Machine:
    """`moves` maps (state, action) to the next state; what is not in the table is refused."""

    name: str
    moves: Mapping[tuple[str, str], str]

    def after(self, state: str, action: str) -> str:
        """The state that follows. Raises RuleBroken("<name>.stale") for a pair that is not tabled."""
        try:
            return self.moves[state, action]
        except KeyError:
            raise RuleBroken(f"{self.name}.stale") from None

    def allows(self, state: str, action: str) -> bool:
        return (state, action) in self.moves

    @property
    def states(self) -> set[str]:
        return {state for state, _ in self.moves} | set(self.moves.values())

    @property
    def actions(self) -> set[str]:
        return {action for _, action in self.moves}


def move(
    machine: Machine,
    obj: Any,
    action: str,
    *,
    by: "Person | None",
    at: datetime,
    reason: str = "",
    person_id: int | None = None,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Move `obj.status` along the table and write the audit row, inside the caller's transaction.

    `fields` are written in the same UPDATE and set on `obj`. Raises RuleBroken("<name>.stale") when the move
    is not tabled, or when somebody else moved the row first; TransactionManagementError outside a transaction, where
    a crash would leave a move without its entry.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{machine.name}.{action}: a move and its audit entry are one.")
    old = obj.status
    new = machine.after(old, action)
    if not type(obj)._default_manager.filter(pk=obj.pk, status=old).update(status=new, **fields):
        raise RuleBroken(f"{machine.name}.stale")
    for name, value in {"status": new, **fields}.items():
        setattr(obj, name, value)
    audit.record(
        f"{machine.name}.{action}", obj, by=by, at=at, reason=reason, person_id=person_id, old=old, new=new, data=data
    )
