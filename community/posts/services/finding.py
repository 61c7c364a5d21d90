"""What the club can find, kept true in the transaction of the thing it describes (R31). The index is the last lock."""

from datetime import datetime

from community.matching import rules as matching
from community.matching.services import indexing
from community.posts import rules, states
from community.posts.models import Answer, Post


def index_post(post: Post, *, at: datetime) -> None:
    """A need or a dilemma finds people, an offer is found; what is over or hidden is neither."""
    kind = matching.OFFER if post.kind == rules.OFFER else matching.NEED
    source = indexing.Source(
        kind=kind, key=post.public_id, person_id=post.author_id, path=post.get_absolute_url(), title=post.title,
        text=post.text, lacks=(post.lack,), topics=(post.topic,), industry_id=post.industry_id, city_id=post.city_id,
        valid_until=post.expires_at, visible=post.status == states.OPEN and post.hidden_at is None,
    )  # fmt: skip
    indexing.index(source, at=at)


def index_answer(answer: Answer, *, at: datetime) -> None:
    """Who answered once is found again. Replies and the author's own words say nothing of what somebody can do."""
    post = answer.post
    if answer.parent_id is not None or answer.author_id == post.author_id:
        return
    if answer.removed_at is not None or post.hidden_at is not None:
        indexing.forget(matching.ANSWER, answer.public_id)
        return
    source = indexing.Source(
        kind=matching.ANSWER, key=answer.public_id, person_id=answer.author_id, path=post.get_absolute_url(),
        title=post.title, text=answer.text, lacks=(post.lack,), topics=(post.topic,), industry_id=post.industry_id,
        city_id=post.city_id,
    )  # fmt: skip
    indexing.index(source, at=at)
