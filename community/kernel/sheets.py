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
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    return as_workbook([(None, rows)])


def as_workbook(sheets: Iterable[tuple[str | None, Iterable[Sequence[Any]]]], *, width: float | None = None) -> bytes:
    """Several tables in one file, each with its title. `width` of every column, in characters, its cells typed as text."""
    from openpyxl import Workbook  # two megabytes that most workers never need
    from openpyxl.utils import get_column_letter

    book, out = Workbook(write_only=True), io.BytesIO()
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for place in range(1, 31 if width else 1):
            column = sheet.column_dimensions[get_column_letter(place)]
            column.width, column.number_format = width, "@"
        for row in rows:
            sheet.append([harmless(cell) for cell in row])
    book.save(out)
    return out.getvalue()
