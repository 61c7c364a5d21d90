"""Pictures of a post: taken through the same gate as papers, drawn anew, private to members."""

import io
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.members.services import documents, people
from community.posts import policies, rules
from community.posts.models import Photo, Post
from community.posts.services.posting import lock_post

if TYPE_CHECKING:
    from community.members.models import Person

SIDE = 1600  # pixels: enough for a phone, quick on a slow line


def add(post: Post, upload: "UploadedFile[bytes]", *, by: "Person", at: datetime) -> Photo:
    """Take one picture. Raises RuleBroken("document.…") for what is no whole, harmless file, "photo.kind" for no
    picture, "photo.count"; nothing is stored then."""
    clean = documents.checked(upload)
    if not clean.content_type.startswith("image/"):
        raise RuleBroken("photo.kind")
    return _add(post.pk, _small(clean.content), by=by, at=at)


@settled()
def _add(post_id: int, content: bytes, *, by: "Person", at: datetime) -> Photo:
    people.lock_person(by.pk)
    post = lock_post(post_id)
    policies.may_change(by, post, at=at).insist()
    if post.photos.count() >= rules.PHOTOS_MOST:
        raise RuleBroken("photo.count")
    photo = Photo(post=post, content_type="image/jpeg", added_at=at)
    photo.file.save(public_id(), ContentFile(content), save=False)
    photo.save()
    return photo


@settled()
def remove(photo: Photo, *, by: "Person", at: datetime) -> None:
    people.lock_person(by.pk)
    policies.may_change(by, lock_post(photo.post_id), at=at).insist()
    drop(photo)


def drop(photo: Photo) -> None:
    """Delete row and file, in the caller's transaction."""
    photo.delete()
    transaction.on_commit(partial(photo.file.delete, save=False))


def content_of(photo: Photo) -> bytes:
    """Raises RuleBroken("file.missing") when the store has lost it."""
    try:
        content: bytes = photo.file.read()
    except (FileNotFoundError, InvalidToken):
        raise RuleBroken("file.missing") from None
    return content


def _small(content: bytes) -> bytes:
    """What the gate made harmless, at the size of a screen."""
    from PIL import Image  # most workers never draw

    with Image.open(io.BytesIO(content)) as picture:
        picture.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()
