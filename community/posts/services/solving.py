"""Closing the loop (R33): solved by whom, did business come of it; the helper is thanked at once and confirms."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.matching.services import answering as matches
from community.members.services import people
from community.posts import notifications, selectors, states
from community.posts.models import Introduction, Post, Thanks
from community.posts.services import finding
from community.posts.services.posting import lock_post

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"thanks_once": "post.stale"})
def solve(
    post_id: int, helpers: Iterable[str], *, by: "Person", at: datetime, text: str = "", business: bool = False,
    amount: int | None = None,
) -> Post:  # fmt: skip
    """The author says that it is solved, thanks to these people (public ids; nobody: by other ways).

    `amount` in fen, private, kept only when business came of it with one helper. Pressed twice, it is solved once.
    Raises RuleBroken: "solve.who" for somebody who took no part, "post.stale" for what is not open.
    """
    wanted = set(helpers)
    candidates = {person.public_id: person for person in selectors.helpers_of(Post.objects.get(pk=post_id))}
    if wanted - candidates.keys():
        raise RuleBroken("solve.who")
    chosen = [candidates[key] for key in sorted(wanted)]
    people.lock_people([by.pk, *(person.pk for person in chosen)])
    post = lock_post(post_id)
    if post.status == states.SOLVED:
        return post
    lifecycle.move(states.POST, post, "solve", by=by, at=at, person_id=by.pk, ended_at=at)
    finding.index_post(post, at=at)
    for helper in chosen:
        _thank(post, helper, text, business, amount if len(chosen) == 1 else None, by=by, at=at)
    return post


def _thank(
    post: Post, helper: "Person", text: str, business: bool, amount: int | None, *, by: "Person", at: datetime
) -> None:
    thanks = Thanks.objects.create(
        post=post, helper=helper, text=text, business=business, amount=amount if business else None, thanked_at=at
    )
    audit.record("post.thank", post, by=by, at=at, person_id=helper.pk, data={"business": business})
    matches.outcome(post.public_id, helper.pk, at=at)
    for introduction in Introduction.objects.filter(post=post, status__in=[states.ACCEPTED, states.MET]):
        if helper.pk not in (introduction.asker_id, introduction.asked_id):
            continue
        about: dict[str, Any] = {"by": by, "at": at, "person_id": helper.pk}
        if introduction.status == states.ACCEPTED:
            lifecycle.move(states.INTRODUCTION, introduction, "meet", met_at=at, **about)
        lifecycle.move(states.INTRODUCTION, introduction, "thank", thanked_at=at, **about)
    notifications.thanked(thanks, at=at)


@settled()
def confirm(thanks_id: str, *, yes: bool, by: "Person", at: datetime) -> Thanks:
    """The helper says that it is so, or that it is not; once. `thanks_id`: public id.

    Raises Thanks.DoesNotExist, RuleBroken("thanks.stale").
    """
    people.lock_person(by.pk)
    thanks = Thanks.objects.select_for_update(of=("self",)).select_related("post").get(public_id=thanks_id, helper=by)
    said = thanks.confirmed_at if yes else thanks.refused_at
    if said is not None:
        return thanks
    if thanks.confirmed_at or thanks.refused_at:
        raise RuleBroken("thanks.stale")
    setattr(thanks, "confirmed_at" if yes else "refused_at", at)
    thanks.save(update_fields=["confirmed_at", "refused_at"])
    audit.record("thanks.confirm" if yes else "thanks.refuse", thanks, by=by, at=at, person_id=by.pk)
    return thanks
