"""Introductions are double opt-in (R32). Locks: both people by key, then the post, then the introduction."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.matching.services import answering as matches
from community.members.selectors import blocks
from community.members.services import people
from community.posts import notifications, policies, rules, states
from community.posts.models import Introduction, Post

if TYPE_CHECKING:
    from community.members.models import Person

CONFLICTS = {"introduction_one_live": "introduction.stale"}


@settled(CONFLICTS)
def ask(by: "Person", asked_id: int, *, post: Post | None = None, note: str = "", at: datetime) -> Introduction:
    """Say yes first, and ask the other. When the other has asked already, this is the second yes.

    Asked twice, it is asked once. Raises RuleBroken: "post.standing", "introduction.self", "introduction.none" when
    the other can't be led to, "introduction.many", "contact.…".
    """
    if by.pk == asked_id:
        raise RuleBroken("introduction.self")
    if code := rules.contact_in(note):
        raise RuleBroken(code)
    both = people.lock_people([by.pk, asked_id])
    policies.may_be_introduced(by, both.get(asked_id), at=at).insist()
    live = Introduction.objects.filter(post=post, status__in=states.LIVE).filter(
        Q(asker=by, asked_id=asked_id) | Q(asker_id=asked_id, asked=by)
    )
    known = live.select_related("asker", "asked", "post").first()
    if known is not None:
        theirs = known.asked_id == by.pk and known.status == states.ASKED and at < known.expires_at
        return _accept(known, by=by, at=at) if theirs else known
    lately = Introduction.objects.filter(asker=by, asked_at__gt=at - timedelta(days=1))
    if lately.count() >= rules.ASKS_A_DAY:
        raise RuleBroken("introduction.many")
    made = Introduction.objects.create(
        asker=by, asked=both[asked_id], post=post, note=note, asked_at=at, status=states.ASKED,
        expires_at=at + timedelta(days=rules.INTRODUCTION_DAYS),
    )  # fmt: skip
    audit.record("introduction.ask", made, by=by, at=at, person_id=asked_id, old=states.NEW, new=states.ASKED)
    notifications.introduction_asked(made, at=at)
    return made


@settled(CONFLICTS)
def help_with(post_id: int, *, by: "Person", at: datetime, note: str = "") -> Introduction:
    """R31: "I can help": the author sees it at once, and an introduction is asked for. Raises as `ask`, "post.not_open"."""
    post = Post.objects.select_related("author").get(pk=post_id)
    policies.may_answer(by, post, at=at).insist()
    made = ask(by, post.author_id, post=post, note=note, at=at)
    matches.answer(post.public_id, by.pk, "help", at=at)
    return made


def not_me(post: Post, *, by: "Person", at: datetime) -> bool:
    """R31: a member whom the need found says that they can't help this time; nobody else is told their name."""
    return matches.answer(post.public_id, by.pk, "declined", at=at)


def answer(introduction: Introduction, *, yes: bool, by: "Person", at: datetime) -> Introduction:
    """The asked person says yes or not this time. Pressed twice, it is said once. Raises RuleBroken: "introduction.stale"
    when it was taken back, answered otherwise or is over."""
    return _answer(introduction.pk, yes=yes, by=by, at=at)


@settled()
def _answer(key: int, *, yes: bool, by: "Person", at: datetime) -> Introduction:
    found = _locked(key)
    if found.asked_id != by.pk:
        raise RuleBroken("introduction.stale")
    if yes and found.status in states.INTRODUCED:
        return found
    if at >= found.expires_at and found.status == states.ASKED:
        raise RuleBroken("introduction.stale")
    if yes:
        if blocks.are_apart(found.asker_id, found.asked_id):
            raise RuleBroken("introduction.none")
        return _accept(found, by=by, at=at)
    lifecycle.move(states.INTRODUCTION, found, "decline", by=by, at=at, person_id=found.asker_id, answered_at=at)
    notifications.introduction_declined(found, at=at)
    return found


def _accept(found: Introduction, *, by: "Person", at: datetime) -> Introduction:
    lifecycle.move(
        states.INTRODUCTION, found, "accept", by=by, at=at, person_id=found.asker_id, answered_at=at,
        talk_at=rules.suggested_at(at),
    )  # fmt: skip
    for person in (found.asker, found.asked):
        notifications.introduced(found, person, at=at)
    return found


@settled()
def withdraw(introduction: Introduction, *, by: "Person", at: datetime) -> Introduction:
    """The asker takes the question back before it is answered. Raises RuleBroken("introduction.stale")."""
    found = _locked(introduction.pk)
    if found.asker_id != by.pk:
        raise RuleBroken("introduction.stale")
    lifecycle.move(states.INTRODUCTION, found, "withdraw", by=by, at=at, person_id=found.asked_id)
    return found


@settled()
def have_talked(introduction: Introduction, *, by: "Person", at: datetime) -> Introduction:
    """Either of the two says that they have talked; said twice, it stands once. Raises RuleBroken("introduction.stale")."""
    found = _locked(introduction.pk)
    if by.pk not in (found.asker_id, found.asked_id):
        raise RuleBroken("introduction.stale")
    if found.status not in (states.MET, states.THANKED):
        lifecycle.move(states.INTRODUCTION, found, "meet", by=by, at=at, person_id=found.asker_id, met_at=at)
    return found


@settled()
def expire_if_due(key: int, *, at: datetime) -> bool:
    """A question nobody answered in fourteen days is over, and both are left in peace."""
    found = _locked(key)
    if found.status != states.ASKED or at < found.expires_at:
        return False
    lifecycle.move(states.INTRODUCTION, found, "expire", by=None, at=at, person_id=found.asker_id)
    return True


def expire_all_due(*, at: datetime) -> int:
    over = Introduction.objects.filter(status=states.ASKED, expires_at__lte=at).order_by("pk")
    return sum(expire_if_due(key, at=at) for key in list(over.values_list("pk", flat=True)))


@settled()
def remind_all_due(*, at: datetime) -> int:
    """R32: questions that wait for three days, and introductions of which nobody has said that they talked, on the
    third and the fourteenth day; how many letters are new."""
    pairs = Introduction.objects.filter(asker__is_active=True, asked__is_active=True)
    pairs = pairs.exclude(asked__in=blocks.either_way(OuterRef("asker")))
    pairs = pairs.select_related("asker", "asked", "post").order_by("pk")
    waiting = pairs.filter(status=states.ASKED, asked_at__lte=at - rules.WAITING_ASKED_AFTER, expires_at__gt=at)
    oldest = at - timedelta(days=max(rules.QUIET_DAYS)) - rules.QUIET_ASKED_FOR
    agreed = pairs.filter(
        status=states.ACCEPTED, answered_at__gt=oldest, answered_at__lte=at - timedelta(days=min(rules.QUIET_DAYS))
    )
    quiet = [
        (one, step) for one in agreed if one.answered_at and (step := rules.quiet_step(one.answered_at, at)) is not None
    ]
    return notifications.introduction_waiting(waiting, at=at) + notifications.introduction_quiet(quiet, at=at)


def _locked(key: int) -> Introduction:
    pair = Introduction.objects.values_list("asker_id", "asked_id").get(pk=key)
    people.lock_people(pair)
    rows = Introduction.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("asker", "asked", "post").get(pk=key)
