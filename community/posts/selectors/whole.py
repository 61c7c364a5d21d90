"""Needs, offers and dilemmas as a whole, for an export to be read; what was never shown to anybody stays out."""

from collections.abc import Iterator
from typing import Any

from community.posts import states
from community.posts.models import Post

COLUMNS = ("kind", "title", "text", "author__email", "status", "opened_at", "expires_at")


def posts() -> Iterator[dict[str, Any]]:
    rows = Post.objects.exclude(status=states.DRAFT).filter(hidden_at=None).order_by("pk").values(*COLUMNS)
    yield from rows.iterator(chunk_size=2000)
