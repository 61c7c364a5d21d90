"""The thread below a post: answers, replies, the best answer of a dilemma. Lock order: person, post."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.posts import notifications, policies, rules, selectors
from community.posts.models import Answer, Post
from community.posts.services import finding
from community.posts.services.posting import lock_post

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def answer(post_id: int, text: str, *, by: "Person", at: datetime, to: str = "") -> Answer:
    """Write an answer, or a reply to the answer `to` (public id); a reply to a reply joins the same thread.

    The first one of somebody else is the post's first answer. Sent twice, it stands once.
    Raises RuleBroken: "answer.empty", "answer.gone", "contact.…", "post.not_open", "post.standing".
    """
    if not text.strip():
        raise RuleBroken("answer.empty")
    code = rules.contact_in(text)
    if code:
        raise RuleBroken(code)
    people.lock_person(by.pk)
    post = lock_post(post_id)
    policies.may_answer(by, post, at=at).insist()
    parent = _parent(post, to) if to else None
    same = Answer.objects.filter(post=post, parent=parent, author=by, text=text, removed_at=None).first()
    if same is not None:
        return same
    written = Answer.objects.create(post=post, parent=parent, author=by, text=text, written_at=at)
    if post.first_answered_at is None and post.author_id != by.pk:
        post.first_answered_at = at
        post.save(update_fields=["first_answered_at"])
    finding.index_answer(written, at=at)
    if post.author_id != by.pk and by.pk not in selectors.kept_apart(post.author_id):
        notifications.answered(written, at=at)
    return written


def _parent(post: Post, public_id: str) -> Answer:
    found = Answer.objects.filter(post=post, public_id=public_id, removed_at=None).select_related("parent").first()
    if found is None:
        raise RuleBroken("answer.gone")
    return found.parent or found


@settled()
def remove(answer: Answer, *, by: "Person", at: datetime) -> Answer:
    """Its author takes it back, or the office does: the words go, the place stays where somebody replied."""
    people.lock_person(by.pk)
    post = lock_post(answer.post_id)
    locked = Answer.objects.select_for_update(of=("self",)).select_related("post").get(pk=answer.pk)
    if locked.removed_at is not None:
        return locked
    locked.removed_at, locked.removed_by, locked.text = at, by, ""
    locked.save(update_fields=["removed_at", "removed_by", "text"])
    if post.best_id == locked.pk:
        post.best = None
        post.save(update_fields=["best"])
    finding.index_answer(locked, at=at)
    audit.record("answer.remove", locked, by=by, at=at, person_id=locked.author_id)
    return locked


@settled()
def choose_best(answer: Answer, *, by: "Person", at: datetime) -> Post:
    """The author of a dilemma names its best answer, or another one in its place: there is one.

    Raises RuleBroken: "answer.best", "answer.gone".
    """
    people.lock_person(by.pk)
    post = lock_post(answer.post_id)
    chosen = Answer.objects.select_related("post__author", "author").get(pk=answer.pk)
    policies.may_choose_best(by, chosen).insist()
    if chosen.removed_at is not None:
        raise RuleBroken("answer.gone")
    if post.best_id != chosen.pk:
        post.best = chosen
        post.save(update_fields=["best"])
        audit.record("post.best", post, by=by, at=at, person_id=chosen.author_id)
        if chosen.author_id != by.pk:
            notifications.best_answer(chosen, at=at)
    return post
