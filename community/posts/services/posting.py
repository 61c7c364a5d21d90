"""A post from draft to its end (R30): written, published, renewed, closed. Lock order: person, post."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import selectors as members
from community.members.services import people
from community.posts import notifications, policies, rules, selectors, states
from community.posts.models import Post
from community.posts.services import finding

if TYPE_CHECKING:
    from community.members.models import Person

DETAILS = ("kind", "title", "text", "lack", "topic", "industry", "city", "expires_at")


def lock_post(post_id: int) -> Post:
    """Lock a post below its people. Raises Post.DoesNotExist."""
    return Post.objects.select_for_update(of=("self",), no_key=True).select_related("author").get(pk=post_id)


@settled()
def create(*, by: "Person", at: datetime, stage_only: bool | None = None, **details: Any) -> Post:
    """A draft that nobody else sees; `stage_only`: once open, only members of its author's stage do. Raises RuleBroken:
    "post.standing", "post.no_stage", "contact.…"."""
    people.lock_person(by.pk)
    policies.may_post(by, at=at).insist()
    _refuse_contact(details)
    for_stage = _stage(by) if stage_only else ""
    post = Post.objects.create(author=by, created_at=at, for_stage=for_stage, **_known(details))
    audit.record("post.create", post, by=by, at=at, person_id=by.pk, old=states.NEW, new=post.status)
    return post


@settled()
def edit(post_id: int, *, by: "Person", at: datetime, stage_only: bool | None = None, **details: Any) -> Post:
    """Write it better, while it is a draft or open; the kind of an open post stays, and who sees it where `stage_only` is
    None. Raises RuleBroken: "post.past" for a last day that is over, "post.not_open", "post.standing", "post.no_stage",
    "contact.…"."""
    people.lock_person(by.pk)
    post = lock_post(post_id)
    policies.may_change(by, post, at=at).insist()
    _refuse_contact(details)
    if details["expires_at"] <= at:
        raise RuleBroken("post.past")
    if post.status == states.OPEN:
        details["kind"] = post.kind
    details = _known(details)
    if stage_only is not None:
        details["for_stage"] = _stage(by, post) if stage_only else ""
    changed = [name for name, value in details.items() if getattr(post, name) != value]
    for name in changed:
        setattr(post, name, details[name])
    if changed:
        post.save(update_fields=changed)
        if post.status == states.OPEN:
            finding.index_post(post, at=at)
        if "for_stage" in changed:
            finding.index_answers(post, at=at)
        audit.record("post.edit", post, by=by, at=at, person_id=by.pk, data={"changed": changed})
    return post


@settled()
def publish(post_id: int, *, by: "Person", at: datetime) -> Post:
    """Open it to the members, within the tier's number of open posts (R30). Pressed twice, it is open once.

    What is for the author's stage is for the one they stand at now. Raises RuleBroken: "post.quota", "post.standing",
    "post.past", "post.stale", "post.no_stage".
    """
    people.lock_person(by.pk)
    post = lock_post(post_id)
    if post.status == states.OPEN:
        return post
    policies.may_post(by, at=at).insist()
    if post.expires_at <= at:
        raise RuleBroken("post.past")
    _insist_on_room(post, at)
    for_stage = _stage(by) if post.for_stage else ""
    lifecycle.move(states.POST, post, "publish", by=by, at=at, person_id=by.pk, opened_at=at, for_stage=for_stage)
    finding.index_post(post, at=at)
    return post


@settled()
def renew(post_id: int, *, by: "Person", at: datetime) -> Post:
    """R30: one tap gives thirty days more, from today. Raises RuleBroken: "post.early", "post.quota", "post.not_open"."""
    people.lock_person(by.pk)
    post = lock_post(post_id)
    policies.may_renew(by, post, at=at).insist()
    expires_at = rules.expires_at(rules.last_day(at))
    if post.status_at(at) == states.EXPIRED:
        _insist_on_room(post, at)
    if post.status == states.EXPIRED:
        lifecycle.move(states.POST, post, "renew", by=by, at=at, person_id=by.pk, expires_at=expires_at)
    else:
        post.expires_at = expires_at
        post.save(update_fields=["expires_at"])
        audit.record("post.prolong", post, by=by, at=at, person_id=by.pk)
    finding.index_post(post, at=at)
    return post


@settled()
def close(post_id: int, *, by: "Person", at: datetime) -> Post:
    """Its author ends it, solved or not; the thread stays readable. Raises RuleBroken("post.stale")."""
    people.lock_person(by.pk)
    post = lock_post(post_id)
    if post.status != states.CLOSED:
        lifecycle.move(states.POST, post, "close", by=by, at=at, person_id=by.pk, ended_at=at)
        finding.index_post(post, at=at)
    return post


@settled()
def discard(post_id: int, *, by: "Person", at: datetime) -> None:
    """Throw a draft away, with its pictures. Raises RuleBroken("post.stale") for what was published."""
    from community.posts.services import photos

    people.lock_person(by.pk)
    post = lock_post(post_id)
    if post.status != states.DRAFT:
        raise RuleBroken("post.stale")
    for photo in post.photos.all():
        photos.drop(photo)
    audit.record("post.discard", post, by=by, at=at, person_id=by.pk)
    post.delete()


@settled()
def close_posts(person_id: int, *, by: "Person | None", at: datetime, reason: str) -> int:
    """Whoever loses standing: open posts close, in the same act (product.md §5, People); how many."""
    people.lock_person(person_id)
    open_ones = Post.objects.select_for_update(of=("self",), no_key=True).filter(author_id=person_id)
    posts = list(open_ones.filter(status=states.OPEN).order_by("pk"))
    for post in posts:
        lifecycle.move(states.POST, post, "close", by=by, at=at, reason=reason, person_id=person_id, ended_at=at)
        finding.index_post(post, at=at)
    return len(posts)


@settled()
def expire_if_due(post_id: int, *, at: datetime) -> bool:
    """Write down that a post is over; it was so from its last midnight on. Its author is told how to renew it."""
    post = lock_post(post_id)
    if post.status != states.OPEN or post.status_at(at) == states.OPEN:
        return False
    lifecycle.move(states.POST, post, "expire", by=None, at=at, person_id=post.author_id)
    return True


def sweep(*, at: datetime) -> int:
    """Every post that is over, and those of authors whose membership ended meanwhile; one transaction each."""
    over = Post.objects.filter(status=states.OPEN, expires_at__lte=at).order_by("pk")
    done = sum(expire_if_due(pk, at=at) for pk in list(over.values_list("pk", flat=True)))
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    homeless = Post.objects.filter(status=states.OPEN).exclude(author__in=standing).order_by("author_id")
    authors = list(homeless.values_list("author_id", flat=True).distinct())
    return done + sum(close_posts(pk, by=None, at=at, reason="standing") for pk in authors)


@settled()
def remind_all_due(*, at: datetime) -> int:
    """R30: two notices before the end, each once; how many are new."""
    near = Post.objects.filter(
        status=states.OPEN, hidden_at=None, expires_at__gt=at,
        expires_at__lte=rules.expires_at(rules.last_day(at, max(rules.NOTICE_DAYS))),
    )  # fmt: skip
    due = [
        (post, step, post.how_many)
        for post in near.annotate(how_many=selectors.ANSWERS).order_by("expires_at", "pk")
        if (step := rules.notice_due(post.expires_at, at)) is not None
    ]
    return notifications.post_ending(due, at=at)


def _insist_on_room(post: Post, at: datetime) -> None:
    """R30, under the author's lock: two tabs can't open one post too many."""
    quota = selectors.quota(post.author, post.kind, at)
    if not quota.left:
        raise RuleBroken("post.quota", most=quota.most)


def _stage(author: "Person", post: Post | None = None) -> str:
    stage = selectors.stage_for(author, post)
    if not stage:
        raise RuleBroken("post.no_stage")
    return stage


def _refuse_contact(details: dict[str, Any]) -> None:
    code = rules.contact_in(f"{details['title']}\n{details['text']}")
    if code:
        raise RuleBroken(code)


def _known(details: dict[str, Any]) -> dict[str, Any]:
    """Only what an author may write: a form never sets a status."""
    unknown = details.keys() - set(DETAILS)
    if unknown:
        raise TypeError(f"not details of a post: {sorted(unknown)}")
    return details
