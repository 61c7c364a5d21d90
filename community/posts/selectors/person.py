"""What one person's page at the desk says of needs and offers: in figures, and the names of what the trail is about."""

from collections.abc import Iterable

from django.db.models import Q

from community.kernel.counting import in_one
from community.posts import states
from community.posts.models import Answer, Introduction, Post, Thanks


def figures(person_id: int) -> dict[str, int]:
    """`open` posts, `answers` given, people they were led to (`introduced`), and `helped`: needs solved with them."""
    either = Q(asker=person_id) | Q(asked=person_id)
    return in_one(
        {
            "open": Post.objects.filter(author=person_id, status=states.OPEN, hidden_at=None),
            "answers": Answer.objects.filter(author=person_id, removed_at=None),
            "introduced": Introduction.objects.filter(either, status__in=states.INTRODUCED),
            "helped": Thanks.objects.filter(helper=person_id, refused_at=None),
        }
    )


def drafts(person_id: int) -> list[int]:
    """A draft exists for its author alone: the keys of those."""
    return list(Post.objects.filter(author=person_id, status=states.DRAFT).values_list("pk", flat=True))


def named(label: str, keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Posts, answers and thanks by key: the post's title and its address; introductions: the two names."""
    wanted = list(keys)
    if label == "posts.Introduction":
        found = Introduction.objects.filter(pk__in=wanted).select_related("asker", "asked")
        return {row.pk: (f"{row.asker.name} → {row.asked.name}", "") for row in found}
    if label == "posts.Post":
        return {post.pk: (post.title, post.get_absolute_url()) for post in Post.objects.filter(pk__in=wanted)}
    model = Answer if label == "posts.Answer" else Thanks
    rows = model.objects.filter(pk__in=wanted).select_related("post")  # type: ignore[attr-defined]  # one of two models
    return {row.pk: (row.post.title, row.post.get_absolute_url()) for row in rows}
