"""Posts for tests, made through the services; times are handed in."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community.members.models import Person
from community.posts import rules
from community.posts.models import Answer, Post
from community.posts.services import answering, posting
from tests.make import NOON, member

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def details(at: datetime = NOON, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "need",
        "title": "找能开小批量模具的工厂，五百套起",
        "text": "做户外储能电源的外壳，图纸齐全，希望珠三角，交期三十天以内。",
        "lack": "resources",
        "topic": "suppliers",
        "industry": None,
        "city": None,
        "expires_at": rules.expires_at(rules.last_day(at)),
    } | changes


def draft(author: Person | None = None, *, at: datetime = NOON, **changes: Any) -> Post:
    return posting.create(by=author or member(), at=at, **details(at, **changes))


def post(author: Person | None = None, *, at: datetime = NOON, **changes: Any) -> Post:
    made = draft(author, at=at, **changes)
    return posting.publish(made.pk, by=made.author, at=at)


def answer(to: Post, text: str = "我认识一家，可以介绍。", *, by: Person | None = None, at: datetime = NOON) -> Answer:
    return answering.answer(to.pk, text, by=by or member(), at=at)


def typed(**changes: Any) -> dict[str, str]:
    """What an author types: a complete, right post, valid for some days from now."""
    return {
        "kind": "need",
        "title": "找能开小批量模具的工厂",
        "text": "五百套起，图纸齐全。",
        "lack": "resources",
        "topic": "suppliers",
        "industry": "",
        "city": "",
        "valid_until_on": "",
    } | changes


def picture(name: str = "mould.jpg", *, kind: str = "JPEG", exif: bytes = b"") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (2400, 1200), "teal").save(out, kind, **({"exif": exif} if exif else {}))
    return SimpleUploadedFile(name, out.getvalue())
