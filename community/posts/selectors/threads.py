"""The answers below a post, as a reader sees them."""

from dataclasses import dataclass, field
from typing import Any

from community.members.selectors import blocks
from community.posts.models import Answer, Post
from community.posts.selectors.lists import muted_by


@dataclass
class Thread:
    """An answer with the replies to it. A removed one stays as a place while somebody replied to it."""

    answer: Answer
    replies: list[Answer] = field(default_factory=list)


def thread(post: Post, reader: Any) -> list[Thread]:
    """The answers in the order of time, the best one first; without those of people the reader muted or is
    apart from. Two queries."""
    rows = Answer.objects.filter(post=post).exclude(author__in=muted_by(reader))
    rows = rows.exclude(author__in=blocks.either_way(reader)).select_related("author")
    threads: dict[int, Thread] = {}
    answers = list(rows)
    for answer in answers:
        if answer.parent_id is None:
            threads[answer.pk] = Thread(answer)
    for answer in answers:
        if answer.parent_id in threads and answer.removed_at is None:
            threads[answer.parent_id].replies.append(answer)
    shown = [one for one in threads.values() if one.answer.removed_at is None or one.replies]
    return sorted(shown, key=lambda one: one.answer.pk != post.best_id)
