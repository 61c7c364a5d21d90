"""Posts as members read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from community.kernel.days import day_of
from community.kernel.prepared import Given, IsOneOf, Prepared
from community.members import selectors as members
from community.members.selectors import blocks, stages
from community.posts import rules, states
from community.posts.models import Mute, Post

ANSWERS = Count("answers", filter=Q(answers__removed_at=None))


def open_posts(at: datetime) -> QuerySet[Post]:
    """What is open at an instant, of authors in good standing, not hidden; newest first."""
    authors = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    posts = Post.objects.filter(status=states.OPEN, expires_at__gt=at, hidden_at=None, author__in=authors)
    return posts.order_by("-opened_at", "-pk")


def muted_by(person: Any) -> QuerySet[Mute, int]:
    """Whom somebody doesn't want to read."""
    return Mute.objects.filter(person=person).values_list("muted_id", flat=True)


def kept_apart(person_id: int) -> set[int]:
    """Those who muted or blocked somebody, and those whom they did: neither is ever led to the other. One query."""
    return {pk for pair in APART(people=[person_id]) for pk in pair} - {person_id}


def _apart() -> QuerySet[Mute, tuple[int, int]]:
    people = Given("people", many=True)
    among = Q(IsOneOf(F("person_id"), people)) | Q(IsOneOf(F("muted_id"), people))
    return Mute.objects.filter(among).values_list("person_id", "muted_id").union(blocks.touching(people))


APART = Prepared(_apart)


def pairs_kept_apart(person_ids: Iterable[int]) -> set[tuple[int, int]]:
    """`kept_apart` of many at once, each pair both ways round; one query."""
    return {pair for one, other in APART(people=list(person_ids)) for pair in ((one, other), (other, one))}


def muted_people(person: Any) -> list[Mute]:
    """The same with their names, the latest first; at most a hundred."""
    return list(Mute.objects.filter(person=person).select_related("muted").order_by("-since_at")[:100])


def readable(person: Any, at: datetime) -> QuerySet[Post]:
    """What this reader finds in the list: open, for their stage or for all, and of nobody they muted or are apart from; each
    with `answer_count`."""
    mine_too = Q(for_stage="") | Q(author=person) | Q(for_stage=stages.told_by(person.pk))
    posts = open_posts(at).filter(mine_too).exclude(author__in=muted_by(person))
    posts = posts.exclude(author__in=blocks.either_way(person))
    return posts.annotate(answer_count=ANSWERS).select_related("author", "city", "industry")


def mine(person: Any) -> QuerySet[Post]:
    """One's own posts, drafts and ended ones too, the newest first."""
    posts = Post.objects.filter(author=person).annotate(answer_count=ANSWERS)
    return posts.select_related("author", "city", "industry").order_by("-created_at", "-pk")


def open_of(person: Any, at: datetime) -> list[Post]:
    """One's own open posts, the first to end first, each with `answer_count`; six at most."""
    posts = Post.objects.filter(author=person, status=states.OPEN, expires_at__gt=at).annotate(answer_count=ANSWERS)
    return list(posts.order_by("expires_at", "pk")[:6])


def stage_for(author: Any, post: Post | None = None) -> str:
    """The stage a post of theirs is for, if it is for one: what it was opened with, else where they stand now."""
    if post is not None and post.opened_at is not None and post.for_stage:
        return post.for_stage
    return stages.stage_of(author)


def by_public_id(public_id: str) -> Post | None:
    posts = Post.objects.select_related("author", "city", "industry", "best").prefetch_related("photos")
    return posts.filter(public_id=public_id).first()


def quota(person: Any, kind: str, at: datetime) -> rules.Quota:
    """R30: how many of a kind the tier of this day allows, and how many are open now."""
    return quotas(person, at)[kind]


def quotas(person: Any, at: datetime) -> dict[str, rules.Quota]:
    """The same for every kind; two queries."""
    term = members.term_of(person, day_of(at))
    most = term.tier.open_posts if term else 0
    mine = Post.objects.filter(author=person, status=states.OPEN, expires_at__gt=at).order_by()
    used = dict(mine.values_list("kind").annotate(n=Count("pk")))
    return {kind: rules.Quota(most, used.get(kind, 0)) for kind in rules.KINDS}
