"""Reporting, hiding and muting."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.posts import notifications, rules
from community.posts.models import Answer, MemberReport, Mute, Post, Report
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


@settled({"member_report_once": "report.stale"})
def report_member(person_id: int, why: str, note: str, *, by: "Person", at: datetime) -> MemberReport:
    """Ask the office to look at how a member behaves; a second open report by the same person is the first one.

    Raises RuleBroken: "report.many" after ten in a day, "report.self".
    """
    people.lock_person(by.pk)
    if by.pk == person_id:
        raise RuleBroken("report.self")
    mine = MemberReport.objects.filter(reporter=by)
    open_one = mine.filter(person=person_id, settled_at=None).first()
    if open_one is not None:
        return open_one
    if mine.filter(made_at__gt=at - timedelta(days=1)).count() >= rules.REPORTS_A_DAY:
        raise RuleBroken("report.many")
    made = MemberReport.objects.create(person_id=person_id, reporter=by, why=why, note=note.strip(), made_at=at)
    audit.record("member.report", made, by=by, at=at, person_id=by.pk)
    return made


@settled()
def settle_member_report(report_id: str, *, outcome: str, by: "Person", at: datetime) -> MemberReport:
    """The office writes down what it did, and why; nobody else reads it. `report_id`: public id; a report about oneself
    does not exist. Raises MemberReport.DoesNotExist, RuleBroken: "report.stale", "report.outcome"."""
    found = MemberReport.objects.exclude(person=by).get(public_id=report_id)
    if not outcome.strip():
        raise RuleBroken("report.outcome")
    open_ones = MemberReport.objects.filter(pk=found.pk, settled_at=None)
    if not open_ones.update(settled_at=at, settled_by=by, outcome=outcome.strip()):
        raise RuleBroken("report.stale")
    audit.record("member.report_settle", found, by=by, at=at, reason=outcome.strip(), person_id=found.person_id)
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
