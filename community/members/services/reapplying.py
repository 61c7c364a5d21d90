"""What an earlier application brings along when somebody applies again (R9): nothing verified is proved twice."""

from datetime import datetime

from community.kernel import audit
from community.kernel.days import day_of, months_later
from community.members import rules
from community.members.models import Application, Document, Person, Stake, Verification


def carry_papers(last: Application, new: Application, *, by: Person, at: datetime) -> int:
    """Papers of the application before that are still kept serve the new one; their openings stay on record."""
    moved = Document.objects.filter(application=last, application__person=new.person).update(application=new)
    if moved:
        audit.record("application.carry_papers", new, by=by, at=at, data={"count": moved})
    return moved


def carry_verification(application: Application, *, at: datetime) -> bool:
    """A register check that confirmed the same company and role within the last 12 months holds for this one too.

    The day, the source and who looked stay as they were.
    """
    if application.company_id is None:
        return False
    oldest = months_later(day_of(at), -rules.REVERIFY_MONTHS)
    before = Verification.objects.filter(
        application__person_id=application.person_id,
        application__company_id=application.company_id,
        application__role=application.role,
        application__share_percent=application.share_percent,
    ).exclude(application=application)
    last = before.order_by("-recorded_at", "-pk").first()
    if last is None or last.result != Verification.Result.CONFIRMED or last.checked_on <= oldest:
        return False
    last.pk, last.application, last.recorded_at = None, application, at
    last._state.adding = True
    last.save(force_insert=True)
    stakes = Stake.objects.filter(person_id=application.person_id, company_id=application.company_id, ended_at=None)
    stakes.filter(verified_on=None).update(verified_on=last.checked_on)
    audit.record(
        "application.carry_check", application, by=None, at=at, data={"checked_on": last.checked_on.isoformat()}
    )
    return True
