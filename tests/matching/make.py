"""Documents for tests, made through the services; times are handed in."""

import itertools
from datetime import datetime
from typing import Any

from community.matching.models import Document
from community.matching.services import indexing
from community.members.models import Person
from tests.make import NOON, member

count = itertools.count(1)


def source(kind: str, who: Person, title: str, **more: Any) -> indexing.Source:
    key = more.pop("key", f"k{next(count)}")
    return indexing.Source(kind=kind, key=key, person_id=who.pk, path=f"/{kind}/{key}/", title=title, **more)


def document(kind: str, title: str, who: Person | None = None, *, at: datetime = NOON, **more: Any) -> Document:
    return indexing.index(source(kind, who or member(), title, **more), at=at)


def need(title: str, who: Person | None = None, **more: Any) -> Document:
    return document("need", title, who, **more)


def offer(title: str, who: Person | None = None, **more: Any) -> Document:
    return document("offer", title, who, **more)


def card(title: str, who: Person | None = None, **more: Any) -> Document:
    return document("card", title, who, **more)
