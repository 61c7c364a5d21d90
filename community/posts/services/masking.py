"""R52: somebody is erased. Their words and pictures go, the rows stay where somebody else's answers or counts hang on them."""

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from community.kernel import outbox
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.matching import rules as matching
from community.matching.services import indexing
from community.members.services import people
from community.posts import states
from community.posts.models import Answer, Introduction, MemberReport, Mute, Photo, Post, Profile, Report, Thanks
from community.posts.services import finding, photos, posting

MASKED = "…"  # where a title or a name has to stand
WORDS = {"title": MASKED, "author": MASKED, "other": MASKED, "note": "", "text": "", "reasons": []}


@settled()
def forget(person_id: int, *, at: datetime) -> int:
    """Mask the posts of somebody who is erased, in the caller's transaction; how many. Pictures, drafts, their card and
    mutes are gone, answers are empty places, open questions are over; what others were written about it loses its words.

    Before `indexing.forget_person`, which takes them out of what can be found.
    """
    people.lock_person(person_id)
    posting.close_posts(person_id, by=None, at=at, reason="erased")
    for photo in Photo.objects.filter(post__author=person_id):
        photos.drop(photo)
    Post.objects.filter(author=person_id, status=states.DRAFT).delete()
    posts = list(Post.objects.filter(author=person_id).order_by("pk"))
    _mask_letters(person_id, posts)
    Post.objects.filter(author=person_id).update(title=MASKED, text="", hidden_reason="")
    _empty_answers(person_id, at)
    _retitle_answers(person_id, at)
    _end_introductions(person_id, at)
    Thanks.objects.filter(post__author=person_id).update(text="")
    about = Q(post__author=person_id, answer=None) | Q(answer__author=person_id)
    Report.objects.filter(about | Q(reporter=person_id)).update(note="")
    MemberReport.objects.filter(Q(person=person_id) | Q(reporter=person_id)).update(note="", outcome="")
    Mute.objects.filter(Q(person=person_id) | Q(muted=person_id)).delete()
    Profile.objects.filter(person=person_id).delete()
    return len(posts)


def _mask_letters(person_id: int, posts: list[Post]) -> None:
    """Letters to others about their posts, answers, introductions and thanks; each says by its path what it is about."""
    answers = Answer.objects.filter(author=person_id).select_related("post")
    introductions = Introduction.objects.filter(Q(asker=person_id) | Q(asked=person_id))
    thanks = Thanks.objects.filter(post__author=person_id).values_list("pk", flat=True)
    paths = [one.get_absolute_url() for some in (posts, answers, introductions) for one in some]
    outbox.blank(WORDS, paths=paths, occasions=[f"thanked:{key}" for key in thanks])


def _empty_answers(person_id: int, at: datetime) -> None:
    Post.objects.filter(best__author=person_id).update(best=None)
    Answer.objects.filter(author=person_id).update(
        text="", removed_at=Coalesce("removed_at", at), removed_by=Coalesce("removed_by", person_id)
    )


def _retitle_answers(person_id: int, at: datetime) -> None:
    """What others answered is found by their own words alone; nobody is told any more that it was to this title."""
    answers = Answer.objects.filter(post__author=person_id, removed_at=None).exclude(author=person_id)
    for answer in answers.select_related("post").order_by("pk"):
        finding.index_answer(answer, at=at)
        indexing.forget_reasons(matching.ANSWER, answer.public_id)


def _end_introductions(person_id: int, at: datetime) -> None:
    Introduction.objects.filter(asker=person_id).update(note="")
    waiting = Introduction.objects.filter(Q(asker=person_id) | Q(asked=person_id), status=states.ASKED)
    for introduction in waiting.select_for_update(of=("self",), no_key=True).order_by("pk"):
        lifecycle.move(states.INTRODUCTION, introduction, "expire", by=None, at=at, person_id=introduction.asker_id)
