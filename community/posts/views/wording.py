"""The lines of a card, in words."""

from typing import Any

from community.posts.forms import LABELS
from community.posts.selectors.cards import Card


def rows(card: Card) -> list[tuple[str, str]]:
    """(label, text) of what the reader may read, in the order of a card."""
    return [(str(label), card.fields[name]) for name, label in LABELS.items() if name in card.fields]


def facets(
    found: dict[str, list[tuple[Any, int]]], industries: dict[int, Any], cities: dict[int, Any]
) -> list[dict[str, Any]]:
    """Where those found are, and in which trade: the five most frequent of each, as links that narrow."""
    names = {"city": cities, "industry": industries}
    return [
        {"label": names[facet][key].name, "count": count, "query": f"{facet}={key}"}
        for facet in ("city", "industry")
        for key, count in found.get(facet, [])[:5]
        if key in names[facet]
    ]
