"""What the provider says, as plain values; and the three ways in which it says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from community.kernel.money import Money


class Unreachable(Exception):
    """No answer we can rely on: the line, the provider or our key is broken. The same call may be made again."""


class Refused(Exception):
    """The provider understood and said no. `code` is its own word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Forged(Exception):
    """A webhook that isn't from the provider, isn't from now, or isn't for this kind of key."""


@dataclass(frozen=True)
class Session:
    """A payment page. `status`: open, complete or expired; `paid`: the money is there."""

    id: str
    status: str
    paid: bool
    url: str
    intent_id: str
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavedCard:
    """A card the provider keeps for its customer, to be charged while the payer is away."""

    customer_id: str
    method_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True)
class Intent:
    """Money moving, or not: `dead` means that no money comes unless the payer tries again, `code` why."""

    id: str
    succeeded: bool
    dead: bool
    received: Money
    captured_at: datetime
    metadata: Mapping[str, str]
    method: str = ""
    code: str = ""
    kept: SavedCard | None = None


@dataclass(frozen=True)
class SentRefund:
    """A refund as the provider has it. `status`: pending, succeeded or failed."""

    id: str
    intent_id: str
    status: str
    money: Money
    metadata: Mapping[str, str]
    error: str


@dataclass(frozen=True)
class Disputed:
    """A dispute as the provider has it. `status`: open, won or lost; `withdrawn`: the money was taken meanwhile."""

    id: str
    intent_id: str
    status: str
    money: Money
    reason: str
    due_at: datetime | None
    withdrawn: bool


@dataclass(frozen=True)
class Movement:
    """One line of the provider's own account of our balance: `amount` − `fee` = `net`, signed, in minor units."""

    id: str
    type: str
    source_id: str
    intent_id: str
    amount: int
    fee: int
    net: int
    currency: str
    moved_at: datetime


@dataclass(frozen=True)
class Notice:
    event_id: str
    type: str
    object_id: str
