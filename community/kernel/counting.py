"""How many of several things there are, asked of the database in one statement."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Aggregate, Count, QuerySet, Value


def in_one(piles: Mapping[str, QuerySet[Any] | tuple[QuerySet[Any], Aggregate]]) -> dict[str, int]:
    """The number of rows of each pile, or what the aggregate named beside it comes to; one statement for all of them."""
    parts = []
    for name, pile in piles.items():
        rows, figure = pile if isinstance(pile, tuple) else (pile, Count("pk"))
        parts.append(rows.order_by().values(pile=Value(name)).annotate(figure=figure).values_list("pile", "figure"))
    return {name: int(figure) for name, figure in parts[0].union(*parts[1:], all=True)} if parts else {}
