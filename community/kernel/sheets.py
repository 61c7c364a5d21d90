"""Tables for office programs: CSV (UTF-8 with BOM) and XLSX, where no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from community.kernel.forms import CONTROL

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run is told apart by a leading apostrophe; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    text = cell.translate(CONTROL)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook  # two megabytes that most workers never need

    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    book.save(out)
    return out.getvalue()
