"""Is it still so, what a letter about a post or an introduction says that waited (R51)? One query a kind."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F

from community.kernel.days import day_of
from community.members import selectors as members
from community.posts import rules, states
from community.posts.models import Answer, Introduction, Post, Profile

if TYPE_CHECKING:
    from community.kernel.models import Message


def post_ending(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R30: it is open, in sight, and ends on the day the letter says."""
    posts = Post.objects.filter(pk__in=_about(waiting), status=states.OPEN, hidden_at=None).in_bulk()
    return {
        one.pk
        for one in waiting
        if (post := posts.get(one.about)) and post.last_on.isoformat() == one.context.get("last_on")
    }


def answered(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """The post is in sight, and an answer of somebody else stands below it."""
    rows = Answer.objects.filter(post__in=_about(waiting), post__hidden_at=None, removed_at=None)
    return _among(waiting, set(rows.exclude(author=F("post__author")).values_list("post_id", flat=True)))


def best_answer(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """It is the best answer, of a post in sight."""
    posts = Post.objects.filter(best__in=_about(waiting), hidden_at=None)
    return _among(waiting, {key for key in posts.values_list("best_id", flat=True) if key})


def introduction_waiting(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R32: it has no answer, and was not taken back."""
    return _introductions(waiting, states.ASKED)


def introduction_quiet(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R32: neither of the two has said that they talked."""
    return _introductions(waiting, states.ACCEPTED)


def _introductions(waiting: "Sequence[Message]", status: str) -> set[int]:
    pairs = Introduction.objects.filter(asker__is_active=True, asked__is_active=True, status=status)
    return _among(waiting, set(pairs.filter(pk__in=_about(waiting)).values_list("pk", flat=True)))


def refresh_asked(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """They have not looked at their card since, and are members in good standing."""
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    rows = Profile.objects.filter(person__in=_about(waiting)).filter(person__in=standing)
    due = {
        pk for pk, refreshed_at in rows.values_list("person_id", "refreshed_at") if rules.must_refresh(refreshed_at, at)
    }
    return _among(waiting, due)


def _about(waiting: "Sequence[Message]") -> set[int]:
    return {one.about for one in waiting}


def _among(waiting: "Sequence[Message]", keys: set[int]) -> set[int]:
    return {one.pk for one in waiting if one.about in keys}
