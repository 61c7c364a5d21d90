"""Members of earlier years who went: by themselves, without another reminder, with a payment that failed, without a word."""

from datetime import date, datetime, timedelta
from typing import Any

from community.kernel.days import months_later, start_of
from community.members import rules
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

HOUR = timedelta(hours=1)
LEFT, SILENT, NO_MORE, FAILED = "left", "silent", "no_more", "failed"
WAYS = (SILENT, LEFT, NO_MORE, SILENT, FAILED)
OF_ALL = 10  # one for so many members there are
SINCE, LONGEST = 415, 725  # days: their year, its grace and the thirty days to come back are over
LEFT_AFTER_MONTHS = 7
WHY = ("time", "place", "outgrown")


def plan(setting: Setting) -> list[tuple[date, str]]:
    """When each joined, and how they went."""
    dice = setting.dice("former")
    return [
        (setting.start - timedelta(days=dice.randint(SINCE, LONGEST)), WAYS[number % len(WAYS)])
        for number in range(setting.members // OF_ALL)
    ]


def mark(term: Any, way: str) -> Any:
    """Their year as it stands now, before it is written."""
    if way == LEFT:
        term.ends_on = term.ends_early_on = months_later(term.starts_on, LEFT_AFTER_MONTHS)
    elif way == NO_MORE:
        term.reminders_off_at = start_of(term.ends_on) - 23 * 24 * HOUR + 12 * HOUR
    term.closed_at = _gone_at(term)
    return term


def _gone_at(term: Any) -> datetime:
    """In the evening of the day they left, or in the hour after their grace."""
    if term.ends_early_on:
        return start_of(term.ends_early_on) + 19 * HOUR
    return start_of(rules.grace_ends_on(term.ends_on)) + HOUR


def write_down(gone: list[tuple[Any, str]], unpaid: dict[int, Any]) -> None:
    """What the trail says of them, why those who left did, and the payments that failed; `unpaid`: the void invoice of
    the next year by the year's key."""
    entries, tried = [], []
    for number, (term, way) in enumerate(gone):
        said = {"person_id": term.person_id, "subject_type": "members.Term", "subject_id": term.pk}
        if way == LEFT:
            full_on = months_later(term.starts_on, rules.TERM_MONTHS)
            data = {"ends_on": [full_on.isoformat(), term.ends_on.isoformat()]}
            entries.append(
                row(
                    "kernel.AuditEntry",
                    at=term.closed_at,
                    actor_id=term.person_id,
                    action="term.leave",
                    data=data,
                    **said,
                )
            )
            table("members.Farewell").create(
                person_id=term.person_id, left_at=term.closed_at, why=WHY[number % len(WHY)]
            )
            continue
        if way == NO_MORE:
            entries.append(row("kernel.AuditEntry", at=term.reminders_off_at, action="term.reminders_off", **said))
        if way == FAILED:
            tried.append(_tried(unpaid[term.pk], start_of(term.ends_on) + 11 * HOUR))
        entries.append(row("kernel.AuditEntry", at=term.closed_at, action="term.expire", **said))
    table("billing.Attempt").bulk_create(tried)
    for attempt in tried:
        steps = (("start", attempt.started_at, "", "open"), ("close", attempt.expires_at, "open", "closed"))
        entries += [
            row(
                "kernel.AuditEntry", at=at, person_id=attempt.invoice.person_id, action=f"attempt.{step}",
                subject_type="billing.Attempt", subject_id=attempt.pk, old=old, new=new,
            )
            for step, at, old, new in steps
        ]  # fmt: skip
    table("kernel.AuditEntry").bulk_create(entries, batch_size=1000)


def _tried(invoice: Any, at: datetime) -> Any:
    """A payment page that was opened and left."""
    return row(
        "billing.Attempt", key=f"demo-{invoice.number}", invoice=invoice, status="closed", language="zh-hans",
        email=invoice.person.email, started_at=at, expires_at=at + HOUR, look_at=at + HOUR,
    )  # fmt: skip
