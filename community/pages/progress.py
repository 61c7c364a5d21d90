"""The four steps of the way in, with their days and who did them."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.kernel import formats
from community.members import policies, rules, states


def steps(application: Any, *, at: datetime, invoice: Any = None) -> list[dict[str, str]]:
    """Submit, review, attend, pay: each with its state ("done", "current", "todo", "refused") and a detail."""
    status = policies.status_at(application, at)
    rows = [
        _step(_("Hand in your papers"), application.submitted_at, at, status in (states.DRAFT, states.MORE_NEEDED)),
        _step(_("Papers checked"), application.approved_at, at, status == states.SUBMITTED),
        _step(_("Come to one event"), application.attended_at, at, status == states.APPROVED),
        _step(_("Pay the fee"), application.paid_at, at, status == states.APPROVED),
    ]
    if status == states.MORE_NEEDED:
        rows[0] |= {"state": "current", "detail": _("The reviewers asked for more.")}
    if application.approved_at and application.approved_by:
        rows[1]["detail"] = _("%(day)s · by %(name)s") % {
            "day": rows[1]["detail"],
            "name": application.approved_by.name,
        }
    elif status == states.SUBMITTED:
        rows[1]["detail"] = _("Within 72 hours")
    if status == states.APPROVED:
        _say_deadlines(rows, application, at, invoice)
    _refuse_first_open(rows, status)
    _keep_one_current(rows)
    return rows


def _step(label: str, done_at: datetime | None, at: datetime, current: bool) -> dict[str, str]:
    if done_at:
        return {"label": label, "state": "done", "detail": formats.day(done_at, at=at, language=_language())}
    return {"label": label, "state": "current" if current else "todo", "detail": ""}


def _say_deadlines(rows: list[dict[str, str]], application: Any, at: datetime, invoice: Any) -> None:
    ends_at = application.clock_ends_at
    if not application.attended_at:
        rows[2]["detail"] = formats.until(ends_at, at=at, language=_language())
    if not application.paid_at:
        due = rules.fee_due_at(ends_at, application.attended_at) if application.attended_at else ends_at
        detail = formats.until(due, at=at, language=_language())
        amount = formats.money(invoice.amount, invoice.currency, language=_language()) if invoice else ""
        rows[3]["detail"] = f"{amount} · {detail}" if amount else detail


def _refuse_first_open(rows: list[dict[str, str]], status: str) -> None:
    if status in (states.REJECTED, states.LAPSED, states.WITHDRAWN):
        for row in rows:
            if row["state"] != "done":
                row["state"] = "refused"
                break


def _keep_one_current(rows: list[dict[str, str]]) -> None:
    """Attending and paying may come in either order; the first open one is marked as now."""
    current = [row for row in rows if row["state"] == "current"]
    for row in current[1:]:
        row["state"] = "todo"


def _language() -> str:
    return get_language() or "zh-hans"
