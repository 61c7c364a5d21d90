"""The messages about posts, one function each. Context is plain facts; the words are in templates/posts/mail/."""

from datetime import datetime
from typing import Any

from community.kernel import outbox
from community.posts import rules
from community.posts.models import Post


def facts_of(post: Post) -> dict[str, Any]:
    return {"kind": post.kind, "title": post.title, "path": post.get_absolute_url()}


def post_ending(post: Post, *, step: int, at: datetime) -> bool:
    """R30: a week and a day before the end, with the page where one tap renews it."""
    return outbox.post(
        "posts/post_ending",
        post.author,
        occasion=f"post-ending:{post.pk}:{post.expires_at.isoformat()}:{step}",
        at=at,
        transactional=False,
        valid_until=rules.notice_valid_until(post.expires_at, step),
        context=facts_of(post) | {"last_on": post.last_on.isoformat(), "answers": post.answers.count()},
    )


def taken_down(author: Any, post: Post, *, answer: bool, reason: str, at: datetime) -> bool:
    """The office took a post or an answer out of sight and says why."""
    return outbox.post(
        "posts/taken_down",
        author,
        occasion=f"taken-down:{post.pk}:{at.isoformat()}",
        at=at,
        context=facts_of(post) | {"answer": answer, "reason": reason},
    )
