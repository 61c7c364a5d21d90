"""Opening and closing of applications, the month's cap, and the waiting room (R53: with the real numbers).

Lock order: the person, then the settings' row, always last; whoever hands out places holds it.
"""

from datetime import datetime
from typing import Any

from community.kernel import audit
from community.kernel.conflicts import settled
from community.members import notifications, rules, selectors, states
from community.members.models import Application, ClubSettings, Person

AT_ONCE = 200
COLUMNS = ("fee_opens", "applications_open", "monthly_cap", "note_zh", "note_en")


def locked_settings() -> ClubSettings:
    """The settings' row, locked until the transaction ends."""
    row, _ = ClubSettings.objects.select_for_update().get_or_create(pk=1)
    return row


@settled()
def change(*, by: Person, at: datetime, **values: Any) -> ClubSettings:
    """Change what is set in the desk, and let in whoever may come in now. What stays the same is not recorded."""
    unknown = values.keys() - set(COLUMNS)
    if unknown:
        raise TypeError(f"not settings of the club: {sorted(unknown)}")
    row = locked_settings()
    before = {name: getattr(row, name) for name in values}
    changed = {name: [before[name], value] for name, value in values.items() if before[name] != value}
    if not changed:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at, row.changed_by = at, by
    row.save()
    audit.record("settings.change", row, by=by, at=at, data=changed)
    _let_in(row, at=at)
    return row


@settled()
def let_in(*, at: datetime) -> int:
    """Tell the next in line that they may send now; their place is kept for 72 hours. Returns how many were told."""
    return _let_in(locked_settings(), at=at)


def _let_in(row: ClubSettings, *, at: datetime) -> int:
    room = Application.objects.filter(status=states.DRAFT, ready_at__isnull=False)
    room.filter(invited_at__lte=at - rules.INVITED_FOR).update(ready_at=None, invited_at=None)
    if not row.applications_open:
        return 0
    left = selectors.intake(at, row).left
    places = AT_ONCE if left is None else min(left, AT_ONCE)
    told = 0
    for application in room.filter(invited_at=None).select_related("person").order_by("ready_at", "pk")[:places]:
        if Application.objects.filter(pk=application.pk, status=states.DRAFT, invited_at=None).update(invited_at=at):
            application.invited_at = at
            audit.record("application.invite", application, by=None, at=at)
            notifications.intake_open(application, at=at)
            told += 1
    return told


def take_place(application: Application, *, by: Person, at: datetime) -> bool:
    """Under the person's lock: True when a finished draft may be sent now; else it has its place in the waiting room.

    Who was let in keeps the place for 72 hours, whatever is set meanwhile; others pass when nobody stands before them.
    """
    row = locked_settings()
    application.refresh_from_db(fields=["ready_at", "invited_at"])
    invited_at = application.invited_at
    if invited_at is not None and at < invited_at + rules.INVITED_FOR:
        return True
    if invited_at is not None:
        application.ready_at = application.invited_at = None
    now = selectors.intake(at, row)
    if row.applications_open and (now.left is None or now.left > selectors.standing_before(application)):
        return True
    if application.ready_at is None:
        application.ready_at = at
        application.save(update_fields=["ready_at", "invited_at"])
        audit.record("application.wait", application, by=by, at=at)
        notifications.in_waiting_room(application, at=at)
    return False
