"""Who may read, write and tend posts. A refusal says why and what to do next."""

from datetime import datetime
from typing import Any

from community.kernel import access
from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.members import policies as members
from community.members.selectors import blocks, stages
from community.posts import rules, states
from community.posts.models import Answer, Mute, Post


def standing(person: Any, at: datetime) -> Verdict:
    """Members and trainees in good standing (product.md §5); asked once for one person and day."""
    on = day_of(at)
    if getattr(person, "_standing_on", None) != on:
        person._standing_on, person._stands = on, members.must_stand(person, on, "post.standing")
    verdict: Verdict = person._stands
    return verdict


def in_standing(person: Any, at: datetime) -> bool:
    return bool(standing(person, at))


def may_moderate(person: Any) -> bool:
    """The office looks at what is reported and at what nobody answers."""
    return access.has_role(person, access.ORGANIZER)


def may_read(person: Any, *, at: datetime) -> Verdict:
    """Members in good standing, and the office that moderates."""
    return YES if may_moderate(person) else standing(person, at)


def may_see(person: Any, post: Post, *, at: datetime) -> bool:
    """A draft exists for its author alone; what the office hid, for its author and the office;
    what is for one stage, for its members and the office; nothing between two of whom one blocked the other."""
    if post.author_id == person.pk:
        return True
    if post.status == states.DRAFT:
        return False
    if post.hidden_at is not None:
        return may_moderate(person)
    if may_moderate(person):
        return True
    return in_standing(person, at) and fits_stage(person, post) and not blocks.are_apart(person.pk, post.author_id)


def fits_stage(person: Any, post: Post) -> bool:
    """A post for one stage: its author, members of that stage as they last told, and the office that moderates."""
    if not post.for_stage or post.author_id == person.pk or may_moderate(person):
        return True
    return stages.stage_of(person) == post.for_stage


def may_post(person: Any, *, at: datetime) -> Verdict:
    """R30: members in good standing only."""
    return standing(person, at)


def may_change(person: Any, post: Post, *, at: datetime) -> Verdict:
    """Its author, while it is a draft or open."""
    if not (verdict := standing(person, at)):
        return verdict
    changeable = post.status_at(at) in (states.DRAFT, states.OPEN) and post.hidden_at is None
    return YES if changeable else no("post.not_open")


def may_renew(person: Any, post: Post, *, at: datetime) -> Verdict:
    """R30: in its last week, and after its end."""
    if not (verdict := standing(person, at)):
        return verdict
    if post.status not in (states.OPEN, states.EXPIRED) or post.hidden_at is not None:
        return no("post.not_open")
    return YES if rules.may_renew(post.status, post.expires_at, at) else no("post.early")


def may_be_introduced(asker: Any, asked: Any | None, *, at: datetime) -> Verdict:
    """R32: both in good standing, and neither has muted or blocked the other (which nobody is told)."""
    if not (verdict := standing(asker, at)):
        return verdict
    if asked is None or not in_standing(asked, at):
        return no("introduction.none")
    apart = Mute.objects.filter(person__in=[asker, asked], muted__in=[asker, asked]).exists()
    return no("introduction.none") if apart or blocks.are_apart(asker.pk, asked.pk) else YES


def may_answer(person: Any, post: Post, *, at: datetime) -> Verdict:
    """Members in good standing, while the post is open; of its stage, where it is for one."""
    if not (verdict := standing(person, at)):
        return verdict
    if post.status_at(at) != states.OPEN or post.hidden_at is not None:
        return no("post.not_open")
    if blocks.are_apart(person.pk, post.author_id):
        return no("post.not_open")
    return YES if fits_stage(person, post) else no("post.stage")


def may_choose_best(person: Any, answer: Answer) -> Verdict:
    """The author of a dilemma, among the answers of others."""
    post = answer.post
    fits = post.kind == rules.DILEMMA and post.author_id == person.pk and answer.author_id != person.pk
    return YES if fits and answer.parent_id is None else no("answer.best")
