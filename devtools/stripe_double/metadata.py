"""Stripe's limits on metadata: 50 keys of 40 characters, values of 500."""

from __future__ import annotations

from .errors import Refusal

KEYS, KEY_LENGTH, VALUE_LENGTH = 50, 40, 500


def check_metadata(metadata: dict[str, str] | None, param: str) -> None:
    """Raises Refusal when there are too many keys or one is too long."""
    if not metadata:
        return
    if len(metadata) > KEYS:
        raise Refusal(f"You can only set up to {KEYS} metadata keys.", param=param)
    for key, value in metadata.items():
        if len(key) > KEY_LENGTH or "[" in key or "]" in key:
            raise Refusal(f"Metadata keys can have up to {KEY_LENGTH} characters.", param=param)
        if len(value) > VALUE_LENGTH:
            raise Refusal(
                f"Metadata values can have up to {VALUE_LENGTH} characters, but you passed in a value "
                f"that is {len(value)} characters.",
                param=f"{param}[{key}]",
            )
