"""Decodes what the SDK puts on the wire: `line_items[0][price_data][currency]=cny&expand[]=x`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from .errors import Refusal

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")

Raw = dict[str, Any]


def decode(encoded: str) -> Raw:
    """Nested dictionaries of strings; lists stay dictionaries keyed "0", "1"… until a type is known.

    (`metadata[0]` and `expand[0]` look the same on the wire; only the parameter's type tells.)
    """
    tree: Raw = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        match = _KEY.match(key)
        if not match:
            raise Refusal(f"Invalid request parameter name: {key}", param=key)
        parts = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        _put(tree, parts, value, key)
    return tree


def _put(tree: Raw, parts: list[str], value: str, key: str) -> None:
    *parents, last = parts
    for part in parents:
        child = tree.setdefault(_place(tree, part), {})
        if not isinstance(child, dict):
            raise Refusal(f"Parameter used both as a value and as a hash: {key}", param=key)
        tree = child
    tree[_place(tree, last)] = value


def _place(tree: Raw, part: str) -> str:
    return part if part != "" else str(len(tree))
