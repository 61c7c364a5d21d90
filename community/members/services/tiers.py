"""What administrators set about tiers (R12). What a running year includes is never taken away."""

from datetime import datetime
from typing import Any

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import rules
from community.members.models import Person, Tier


@settled({"members_tier_code_key": "tier.code_taken"})
def create(code: str, *, by: Person, at: datetime, **fields: Any) -> Tier:
    """A new tier; nobody can choose it before it has a price. Raises RuleBroken("tier.code_taken")."""
    tier = Tier.objects.create(code=code, **fields)
    audit.record("tier.create", tier, by=by, at=at, data={name: ["", _plain(value)] for name, value in fields.items()})
    return tier


@settled()
def change(code: str, *, by: Person, at: datetime, **fields: Any) -> Tier:
    """Names, order, who may choose it from now on, and more of what it includes; at once, for everybody who holds it.

    Raises RuleBroken("tier.less") for less of anything: people have paid for it. To give less, close the tier to
    newcomers and make another.
    """
    tier = Tier.objects.select_for_update().get(code=code)
    if any(fields.get(name, getattr(tier, name)) < getattr(tier, name) for name in rules.ENTITLEMENTS):
        raise RuleBroken("tier.less")
    changed = {
        name: [_plain(getattr(tier, name)), _plain(value)]
        for name, value in fields.items()
        if getattr(tier, name) != value
    }
    for name, value in fields.items():
        setattr(tier, name, value)
    if changed:
        tier.save(update_fields=list(changed))
        audit.record("tier.change", tier, by=by, at=at, data=changed)
    return tier


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, bool)) else str(value)
