"""Reporting, hiding and muting."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.posts import notifications, rules
from community.posts.models import Answer, Mute, Post, Report
from community.posts.services import answering, finding
from community.posts.services.posting import lock_post

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"report_once": "report.stale"})
def report(post: Post, answer: Answer | None, why: str, note: str, *, by: "Person", at: datetime) -> Report:
    """Ask the office to look; the same person's second report of the same thing is the first one.

    Raises RuleBroken: "report.many" after ten in a day, "post.own".
    """
    people.lock_person(by.pk)
    if by.pk == (answer.author_id if answer else post.author_id):
        raise RuleBroken("post.own")
    mine = Report.objects.filter(reporter=by)
    open_one = mine.filter(post=post, answer=answer, settled_at=None).first()
    if open_one is not None:
        return open_one
    if mine.filter(made_at__gt=at - timedelta(days=1)).count() >= rules.REPORTS_A_DAY:
        raise RuleBroken("report.many")
    return Report.objects.create(post=post, answer=answer, reporter=by, why=why, note=note, made_at=at)


@settled()
def settle(report_id: str, *, hide: bool, reason: str, by: "Person", at: datetime) -> Report:
    """The office decides: out of sight with a sentence its author reads, or left as it is. `report_id`: public id.

    Settles every open report of the same thing. Raises Report.DoesNotExist, RuleBroken: "report.stale", "post.reason".
    """
    found = Report.objects.select_related("answer").get(public_id=report_id)
    if hide and not reason.strip():
        raise RuleBroken("post.reason")
    people.lock_people({by.pk, found.answer.author_id if found.answer else by.pk})
    post = lock_post(found.post_id)
    same = Report.objects.filter(post=post, answer=found.answer, settled_at=None)
    if not same.filter(pk=found.pk).update(settled_at=at, settled_by=by):
        raise RuleBroken("report.stale")
    same.update(settled_at=at, settled_by=by)
    audit.record("report.settle", found, by=by, at=at, reason=reason, person_id=post.author_id, data={"hide": hide})
    if hide and found.answer is not None:
        answering.remove(found.answer, by=by, at=at)
        notifications.taken_down(found.answer.author, post, answer=True, reason=reason.strip(), at=at)
    elif hide and post.hidden_at is None:
        post.hidden_at, post.hidden_by, post.hidden_reason = at, by, reason.strip()
        post.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        finding.index_post(post, at=at)
        audit.record("post.hide", post, by=by, at=at, reason=reason, person_id=post.author_id)
        notifications.taken_down(post.author, post, answer=False, reason=reason.strip(), at=at)
    return found


@settled({"mute_once": "post.stale"})
def mute(person: "Person", other_id: int, *, at: datetime) -> None:
    """No longer read somebody; they are not told. Raises RuleBroken("mute.self")."""
    if person.pk == other_id:
        raise RuleBroken("mute.self")
    Mute.objects.get_or_create(person=person, muted_id=other_id, defaults={"since_at": at})


@settled()
def unmute(person: "Person", other_id: int) -> None:
    Mute.objects.filter(person=person, muted_id=other_id).delete()
