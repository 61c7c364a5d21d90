"""A company has come further: a programme's host says so at its end."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.members import ports, rules, states
from community.members.models import Application, Person
from community.members.services.people import lock_person


@settled()
def raise_stage(person_id: int, stage: str, *, by: Person | None, at: datetime, reason: str) -> bool:
    """Put somebody's stage higher, where their application keeps it; whether anything changed. Never lower."""
    if stage not in rules.STAGES:
        raise ValueError(f"no stage: {stage}")
    person = lock_person(person_id)
    rows = Application.objects.select_for_update().filter(person=person)
    told = rows.filter(status__in=[states.APPROVED, states.ADMITTED]).order_by("-pk").first()
    if told is None or (told.stage and rules.STAGES.index(told.stage) >= rules.STAGES.index(stage)):
        return False
    old, told.stage = told.stage, stage
    told.save(update_fields=["stage"])
    audit.record("person.stage", person, by=by, at=at, reason=reason, data={"stage": [old, stage]})
    ports.redraw_card(person_id, at=at)
    return True
