"""Files as clubs hand them in, made of plain rows; every name and number is invented."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from community.kernel.sheets import as_workbook
from community.members.models import Person
from community.moving.models import Batch
from community.moving.rules.columns import SUBJECTS
from community.moving.services import carrying, looking, undoing
from tests import make

Sheets = dict[str, list[dict[str, Any]]]


def phone(number: int) -> str:
    return f"139{number:08d}"


def member(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "email": f"m{number}@old-club.example", "full_name": f"会员{number}", "phone": phone(number),
        "credit_code": make.credit_code(500_000 + number), "role": "股东", "share_percent": "30",
        "industry": "", "city": "深圳", "stage": "", "title": "总经理", "verified_on": "2026-10-01",
    } | changes  # fmt: skip


def company(number: int, **changes: Any) -> dict[str, Any]:
    return {"credit_code": make.credit_code(500_000 + number), "legal_name": f"深圳（旧）第{number}有限公司"} | changes


def term(number: int, starts: date = date(2026, 3, 1), **changes: Any) -> dict[str, Any]:
    return {"member": f"m{number}@old-club.example", "tier": "member", "starts_on": starts.isoformat(),
            "ends_on": starts.replace(year=starts.year + 1).isoformat()} | changes  # fmt: skip


def balance(number: int, **changes: Any) -> dict[str, Any]:
    return {"member": f"m{number}@old-club.example", "amount": "1200.50", "as_of_on": "2026-11-01"} | changes


def attendance(number: int, **changes: Any) -> dict[str, Any]:
    return {"member": f"m{number}@old-club.example", "starts_at": "2026-06-06 14:00", "kind": "圆桌派",
            "topic": "怎样找到第一批客户", "city": "深圳", "table": str(number // 12 + 1)} | changes  # fmt: skip


def club(people: int) -> Sheets:
    """A whole small club that moves in."""
    numbers = range(people)
    return {
        "companies": [company(n) for n in numbers],
        "members": [member(n) for n in numbers],
        "terms": [term(n) for n in numbers],
        "balances": [balance(n) for n in numbers],
        "attendance": [
            attendance(n, topic=f"怎样找到第 {n // 120} 批客户", table=str(n % 120 // 12 + 1)) for n in numbers
        ],
    }


def table(subject: str, rows: Iterable[dict[str, Any]], language: str = "zh") -> list[Sequence[Any]]:
    columns = SUBJECTS[subject].columns
    heading = [column.title(language) for column in columns]
    return [heading, *([row.get(column.name) for column in columns] for row in rows)]


def workbook(sheets: Sheets, language: str = "zh") -> bytes:
    return as_workbook([(SUBJECTS[name].title(language), table(name, rows, language)) for name, rows in sheets.items()])


def raw_workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """As typed: nothing is made harmless."""
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def handed_in(content: bytes, *, by: Person, at: datetime, name: str = "旧名册.xlsx") -> Batch:
    """Handed in and looked through."""
    batch = looking.hand_in(SimpleUploadedFile(name, content), by=by, at=at)
    looking.look(batch.pk, at=at)
    batch.refresh_from_db()
    return batch


def carried(content: bytes, *, by: Person, at: datetime) -> Batch:
    batch = handed_in(content, by=by, at=at)
    assert batch.status == "read", (batch.refused, batch.facts)
    carrying.order(batch, by=by, at=at)
    carrying.carry(batch.pk, at=at)
    batch.refresh_from_db()
    return batch


def undone(batch: Batch, *, by: Person, at: datetime) -> Batch:
    undoing.leave(batch, by=by, at=at)
    undoing.undo(batch.pk, at=at + timedelta(seconds=1))
    batch.refresh_from_db()
    return batch


# What an undone import leaves: the trail, the books with what reverses them, and the import itself.
LEFT = ("kernel_auditentry", "billing_journal", "billing_line", "moving_", "django_", "pgtrigger")


def everything() -> dict[str, list[str]]:
    """Every row of every table as text, but for what is append-only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(LEFT)]
        found = {}
        for name in tables:
            cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY t::text')
            found[name] = [row for (row,) in cursor.fetchall()]
    return found
