"""What must hold on the live data (reliability.md): every floor's own list, and the audit trail and outbox below all."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection

from community.billing import selectors as billing
from community.events import selectors as events
from community.figures.selectors import invariants as figures
from community.matching.selectors import invariants as matching
from community.members import selectors as members
from community.posts import selectors as posts
from community.programmes import selectors as programmes
from community.ties.selectors import invariants as ties

SHOWN = 20
UNDELIVERED_AFTER = timedelta(hours=1)
# Every table whose status moves by a state machine (R50).
MOVED = (
    "members.Application",
    "members.Expulsion",
    "complaints.Complaint",
    "events.Event",
    "events.Signup",
    "billing.Invoice",
    "billing.Attempt",
    "billing.AutoRenewal",
    "billing.CardCharge",
    "billing.Payment",
    "billing.BankTransfer",
    "billing.Dispute",
    "billing.Refund",
    "programmes.Programme",
    "programmes.Place",
    "programmes.Goal",
    "programmes.Challenge",
    "posts.Post",
    "posts.Introduction",
    "ties.OneToOne",
    "ties.Partner",
    "moving.Batch",
    "moving.Export",
)


def broken(at: datetime) -> dict[str, list[str]]:
    """Every invariant by name, with what breaks it; an empty list means that it holds."""
    found = {
        **_named("members", members.broken_invariants(at)),
        **_named("events", events.broken_invariants(at)),
        **_named("billing", billing.broken_invariants(at)),
        **_named("matching", matching.broken_invariants(at)),
        **_named("programmes", programmes.broken_invariants(at)),
        **_named("posts", posts.broken_invariants(at)),
        **_named("ties", ties.broken_invariants()),
        **_named("figures", figures.broken_invariants()),
    }
    for label in MOVED:
        found[f"audit.{label}_out_of_step"] = _out_of_step(apps.get_model(label))
    found["database.triggers_missing"] = _triggers_missing()
    found["outbox.reminder_sent_late"] = _sent_late()
    found["outbox.sent_by_night"] = _sent_by_night()
    found["outbox.undelivered"] = _undelivered(at)
    return found


def _named(app: str, invariants: dict[str, list[str]]) -> dict[str, list[str]]:
    return {f"{app}.{name}": breaking for name, breaking in invariants.items()}


def _out_of_step(model: Any) -> list[str]:
    """R50, invariant 11: rows whose status isn't the one their last audited move led to."""
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"""
        SELECT moved.id FROM {table} moved
        LEFT JOIN LATERAL (
            SELECT new FROM kernel_auditentry
            WHERE subject_type = %s AND subject_id = moved.id AND new <> '' ORDER BY id DESC LIMIT 1
        ) last ON TRUE
        WHERE last.new IS DISTINCT FROM moved.status ORDER BY moved.id LIMIT %s
    """
    return _ids(sql, [model._meta.label, SHOWN])


def _triggers_missing() -> list[str]:
    """Invariants 8 and 11: the database's own guards are installed and switched on."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.get_installation_status(model) != ("INSTALLED", True)
    ]


def _sent_late() -> list[str]:
    """R51, invariant 9: a reminder never leaves after its occasion."""
    return _ids("SELECT public_id FROM kernel_message WHERE sent_at >= valid_until ORDER BY id LIMIT %s", [SHOWN])


def _sent_by_night() -> list[str]:
    """R51: what can wait leaves by day; that it is one letter a day is the database's own constraint."""
    sql = """
        SELECT public_id FROM kernel_message
        WHERE mailed_on IS NOT NULL AND sent_at IS NOT NULL
          AND extract(hour FROM sent_at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN 8 AND 21
        ORDER BY id LIMIT %s
    """
    return _ids(sql, [SHOWN])


def _undelivered(at: datetime) -> list[str]:
    """Invariant 9: a decision, receipt or offer reaches the mail server; these are due for an hour or were given up."""
    sql = """
        SELECT public_id FROM kernel_message
        WHERE transactional AND (valid_until IS NULL OR valid_until > %s)
          AND (status = 'failed' OR (status IN ('waiting', 'sending') AND next_try_at < %s))
        ORDER BY id LIMIT %s
    """
    return _ids(sql, [at, at - UNDELIVERED_AFTER, SHOWN])


def _ids(sql: str, parameters: list[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [str(row[0]) for row in cursor.fetchall()]
