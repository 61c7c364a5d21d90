"""What the double remembers: plain data only, so that it can be written to a file and read back."""

from __future__ import annotations

import hashlib
import json
import string
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import Refusal, missing
from .response_contract import Values

_ALPHABET = string.digits + string.ascii_letters

# Prefix and length of ids as Stripe makes them; wallets have ids of their own (py_, pyr_).
ID_SHAPES = {"cs": ("cs_test_a1", 58), "pi": ("pi_3", 23), "ch": ("ch_3", 23), "py": ("py_3", 23),
             "re": ("re_3", 23), "pyr": ("pyr_1", 23), "txn": ("txn_3", 23), "evt": ("evt_1", 23),
             "pm": ("pm_1", 23), "li": ("li_1", 23), "price": ("price_1", 23), "prod": ("prod_", 14),
             "du": ("du_1", 23), "req": ("req_", 14), "acct": ("acct_1", 15),
             "cus": ("cus_", 14), "po": ("po_1", 23)}  # fmt: skip


@dataclass
class Store:
    """All state. `revision` grows with every change, so that a holder knows when to save."""

    seed: str
    counter: int = 0
    revision: int = 0
    offset: float = 0.0  # seconds the clock was moved by `advance`
    tables: dict[str, dict[str, Values]] = field(default_factory=dict)
    notes: dict[str, Values] = field(default_factory=dict)  # what Stripe knows but does not show
    due: list[Values] = field(default_factory=list)  # {"at", "act", "id"}: things that will happen
    keys: dict[str, Values] = field(default_factory=dict)  # idempotency
    deliveries: list[Values] = field(default_factory=list)  # {"event", "due_at", "attempts"}

    def new_id(self, shape: str) -> str:
        """The next id: the same for one seed and one history."""
        prefix, length = ID_SHAPES[shape]
        self.counter += 1
        self.revision += 1
        number = int.from_bytes(hashlib.sha512(f"{self.seed}:{self.counter}".encode()).digest(), "big")
        digits: list[str] = []
        while len(digits) < length:
            number, digit = divmod(number, len(_ALPHABET))
            digits.append(_ALPHABET[digit])
        return prefix + "".join(digits)

    def add(self, values: Values) -> Values:
        self.tables.setdefault(values["object"], {})[values["id"]] = values
        self.revision += 1
        return values

    def touch(self) -> None:
        self.revision += 1

    def all(self, kind: str) -> list[Values]:
        """Oldest first."""
        return list(self.tables.get(kind, {}).values())

    def get(self, kind: str, id_: str, param: str = "id") -> Values:
        """Raises Refusal (resource_missing) as Stripe does for an unknown id."""
        try:
            return self.tables[kind][id_]
        except KeyError:
            raise missing(kind, id_, param) from None

    def anything(self, id_: str) -> Values | None:
        """The object with this id, whatever its kind (for `expand`)."""
        for table in self.tables.values():
            if id_ in table:
                return table[id_]
        return None

    def note(self, id_: str) -> Values:
        return self.notes.setdefault(id_, {})

    def plan(self, at: float, act: str, id_: str) -> None:
        self.due.append({"at": at, "act": act, "id": id_})
        self.revision += 1

    def unplan(self, id_: str) -> None:
        self.due = [item for item in self.due if item["id"] != id_]

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Store:
        return cls(**json.loads(text))


def page(store: Store, kind: str, params: Values, url: str, matches: Any = None) -> Values:
    """A list object, newest first, with Stripe's cursors, limit and `created` window.

    `matches` keeps the rows a filter wants. Raises Refusal for a cursor that does not exist.
    """
    rows = [row for row in reversed(store.all(kind)) if matches is None or matches(row)]
    rows = [row for row in rows if _in_window(row, params.get("created"))]
    limit = _limit(params)
    ids = [row["id"] for row in rows]
    if "ending_before" in params:
        stop = _position(ids, kind, params["ending_before"], "ending_before")
        start = max(0, stop - limit)
        return _list(rows[start:stop], url, start > 0)
    start = 0
    if "starting_after" in params:
        start = _position(ids, kind, params["starting_after"], "starting_after") + 1
    return _list(rows[start : start + limit], url, start + limit < len(rows))


def _limit(params: Values) -> int:
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refusal("This value must be between 1 and 100.", param="limit")
    return limit


def _position(ids: list[str], kind: str, id_: str, param: str) -> int:
    if id_ not in ids:
        raise missing(kind, id_, param)
    return ids.index(id_)


def _list(rows: list[Values], url: str, more: bool) -> Values:
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def _in_window(row: Values, window: Any) -> bool:
    if window is None:
        return True
    created = row["created"]
    if isinstance(window, int):
        return bool(created == window)
    return bool(
        created > window.get("gt", created - 1)
        and created >= window.get("gte", created)
        and created < window.get("lt", created + 1)
        and created <= window.get("lte", created)
    )
