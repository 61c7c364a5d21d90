"""`expand`: ids become objects, and lists that are left out by default appear."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .errors import NotSimulated, Refusal
from .response_contract import Values, expansions
from .store import Store

DEPTH = 4


def check_paths(kind: str, paths: list[str]) -> None:
    """Raises Refusal for what cannot be expanded in an answer of this kind ("list:kind" for a list)."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEPTH + kind.startswith("list:"):
            raise Refusal(f"You cannot expand more than {DEPTH} levels of a property ({path}).", param="expand")
        kinds = [kind]
        for part in parts:
            kinds = [found for one in kinds for found in _behind(one, part)]
            if not kinds:
                raise Refusal(f"This property cannot be expanded ({path}).", param="expand")


def _behind(kind: str, part: str) -> list[str]:
    if kind.startswith("list:"):
        return [kind.removeprefix("list:")] if part == "data" else []
    return expansions(kind, part)


def expand(store: Store, values: Values, paths: list[str]) -> Values:
    """A copy of an answer with these checked paths expanded."""
    values = deepcopy(values)
    for path in paths:
        _expand(store, values, path.split("."), path)
    return values


def _expand(store: Store, node: Any, parts: list[str], path: str) -> None:
    if not parts or not isinstance(node, dict):
        return
    field, *rest = parts
    if node["object"] == "list":
        for entry in node["data"]:
            _expand(store, entry, rest, path)
        return
    value = node.get(field)
    if isinstance(value, str):
        value = node[field] = _object(store, value, path)
    elif value is None and (node["object"], field) in _LISTS:
        value = node[field] = _LISTS[node["object"], field](store, node)
    _expand(store, value, rest, path)


def _object(store: Store, id_: str, path: str) -> Values:
    found = store.anything(id_)
    if found is None:
        raise NotSimulated(f"expanding {path}")
    return deepcopy(found)


def line_items(store: Store, session: Values) -> Values:
    items = [store.get("item", id_) for id_ in store.note(session["id"])["items"]]
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return {"object": "list", "data": deepcopy(items), "has_more": False, "url": url}


def _refunds(store: Store, charge: Values) -> Values:
    rows = [r for r in reversed(store.all("refund")) if r["charge"] == charge["id"]]
    url = f"/v1/charges/{charge['id']}/refunds"
    return {"object": "list", "data": deepcopy(rows[:10]), "has_more": len(rows) > 10, "url": url}


_LISTS = {("checkout.session", "line_items"): line_items, ("charge", "refunds"): _refunds}
