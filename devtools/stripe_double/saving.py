"""Keeping the double's state in a file, so that a second run goes on with the same data."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from stripe._api_version import _ApiVersion

from .errors import ContractBroken
from .response_contract import check
from .store import Store

log = logging.getLogger("stripe_double")


def load(file: Path) -> Store | None:
    """The state of an earlier run; one that no longer fits the SDK is put aside, never half used."""
    if not file.exists():
        return None
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
        store = Store.load(saved["store"])
        for table in store.tables.values():
            for values in table.values():
                check(values)
    except (ValueError, KeyError, TypeError, ContractBroken) as problem:
        aside = file.with_suffix(file.suffix + ".unreadable")
        file.replace(aside)
        log.warning("The saved state does not fit and lies now in %s (%s).", aside, problem)
        return None
    return store


def save(store: Store, file: Path) -> None:
    """Writes whole or not at all: a killed run never leaves half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"api_version": _ApiVersion.CURRENT, "store": store.dump()})
    new = file.with_suffix(file.suffix + ".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)
