"""An import as it is read at the desk: its rows in words, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from community.moving import rules, states, wording
from community.moving.models import Batch, Row

MISTAKES_MOST = 20_000


def shown(batch: Batch, rows: Page, result: str) -> dict[str, Any]:
    """What the page of an import says; no query of its own but the page's rows."""
    for row in rows.object_list:
        row.where = wording.place(row.subject, row.number)
        row.said = [fault_of(row, fault) for fault in row.faults]
        row.told = [(wording.column(row.subject, column), old, new) for column, old, new in row.changes]
    return {
        "batch": batch,
        "page": rows,
        "result": result if result in rules.RESULTS else "",
        "tabs": _tabs(batch, result),
        "subjects": [(wording.subject(name), kinds) for name, kinds in batch.counts.items()],
        "refused": wording.refused(batch.refused, batch.facts) if batch.refused.startswith("file.") else "",
        "returned": wording.returned(batch.refused) if batch.refused.startswith("batch.") else "",
        "stays": [wording.stays(*one) for one in batch.stays],
        "may_carry": batch.status == states.READ and not batch.total(rules.ERROR) and _work(batch),
        "nothing": batch.status == states.READ and not batch.total(rules.ERROR) and not _work(batch),
        "mistakes": batch.total(rules.ERROR),
        "work": _work(batch),
    }


def _work(batch: Batch) -> int:
    return batch.total(rules.NEW) + batch.total(rules.CHANGED)


def _tabs(batch: Batch, result: str) -> list[dict[str, Any]]:
    address = reverse("desk_import", args=[batch.public_id])
    whole = sum(batch.total(one) for one in rules.RESULTS)
    tabs = [{"label": wording.result(""), "url": address, "count": whole, "current": result not in rules.RESULTS}]
    return tabs + [
        {"label": wording.result(one), "url": f"{address}?result={one}", "count": batch.total(one), "current": result == one}
        for one in (rules.ERROR, rules.NEW, rules.CHANGED, rules.UNCHANGED)
        if batch.total(one)
    ]  # fmt: skip


def fault_of(row: Row, fault: list[str]) -> dict[str, str]:
    column, code, found, more = fault
    return {"column": wording.column(row.subject, column), "found": found, "said": wording.fault(code, found, more)}


def mistakes(batch: Batch) -> list[list[Any]]:
    """Sheet, row, who, column, what stands there, what to do; one line a mistake."""
    rows: Iterable[Row] = Row.objects.filter(batch=batch, result=rules.ERROR).order_by("pk")[:MISTAKES_MOST]
    table: list[list[Any]] = [wording.headings()]
    for row in rows:
        for fault in row.faults:
            said = fault_of(row, fault)
            table.append(
                [wording.subject(row.subject), row.number, row.title, said["column"], said["found"], said["said"]]
            )
    return table
