"""Reading what is handed in: a workbook, a table as CSV, or an archive of such tables. Nothing in a file is trusted,
counted by what it says of itself, or executed."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from community.moving import rules
from community.moving.rules import cells, columns

Sheets = dict[str, list[tuple[int, dict[str, Any]]]]  # subject → (row number, column → cell)
MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/activex/", "xl/externallinks/", "xl/embeddings/")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """Not a file we take. `code` names the sentence, `params` what stands in it."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def read(content: bytes) -> Sheets:
    """The rows of every sheet, by subject. Raises Unreadable."""
    if len(content) > rules.FILE_BYTES:
        raise Unreadable("file.size")
    if content.startswith(OLD_EXCEL):
        raise Unreadable("file.old_excel")
    tables = _packed(content) if content.startswith(b"PK") else [("", _csv(content))]
    found: Sheets = {}
    rows = 0
    for title, table in tables:
        subject, lines = _table(title, table, found)
        rows += len(lines)
        if rows > rules.ROWS_MOST:
            raise Unreadable("file.rows", most=str(rules.ROWS_MOST))
        found[subject] = lines
    if not rows:
        raise Unreadable("file.empty")
    return {name: found[name] for name in columns.SUBJECTS if name in found}


def _packed(content: bytes) -> list[tuple[str, Iterable[list[Any]]]]:
    """A workbook, or an archive of CSV files; judged by its directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries, len(content))
            names = [entry.filename.lower() for entry in entries]
            if any(macro in name for name in names for macro in MACROS):
                raise Unreadable("file.macros")
            if "xl/workbook.xml" in names:
                return _workbook(content)
            return _archive(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):  # broken, encrypted, or packed oddly
        raise Unreadable("file.kind") from None


def _refuse_bomb(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > rules.ENTRIES_MOST or unpacked > rules.UNPACKED_BYTES:
        raise Unreadable("file.unpacked")
    if unpacked > rules.PACKED_AT_MOST * packed + 1024 * 1024:
        raise Unreadable("file.unpacked")


def _archive(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[tuple[str, Iterable[list[Any]]]]:
    tables: list[tuple[str, Iterable[list[Any]]]] = []
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if entry.is_dir() or path.name.startswith(".") or path.parts[0] == "__MACOSX":
            continue
        if columns.passed_over(path.stem):
            continue
        if path.suffix.lower() != ".csv":
            raise Unreadable("file.entry", name=cells.shown(path.name))
        with archive.open(entry) as packed:
            content = packed.read(entry.file_size + 1)  # a directory that lies is caught by its own checksum
        tables.append((path.stem, _csv(content)))
    if not tables:
        raise Unreadable("file.kind")
    return tables


def _workbook(content: bytes) -> list[tuple[str, Iterable[list[Any]]]]:
    from openpyxl import load_workbook  # two megabytes that most workers never need

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if not columns.passed_over(sheet.title)]
    except Exception:  # whatever a broken workbook makes its reader trip over
        raise Unreadable("file.kind") from None
    if len(sheets) > rules.SHEETS_MOST:
        raise Unreadable("file.sheets")
    return [(sheet.title, _rows(sheet)) for sheet in sheets]


def _rows(sheet: Any) -> Iterator[list[Any]]:
    """Whatever size a sheet says it has, no more of it is read than may be taken."""
    try:
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=rules.ROWS_MOST + 2, max_col=rules.COLUMNS_MOST + 1, values_only=True):
            yield list(row)
    except Exception:
        raise Unreadable("file.kind") from None


def _csv(content: bytes) -> list[list[Any]]:
    text = _decoded(content)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",\t;|", key=head.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(list[Any](row))
            if len(rows) > rules.ROWS_MOST + 1:
                raise Unreadable("file.rows", most=str(rules.ROWS_MOST))
        return rows
    except csv.Error:
        raise Unreadable("file.kind") from None


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, the encoding of office programs here, UTF-16 where its mark says so."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise Unreadable("file.kind")


def _table(
    title: str, table: Iterable[list[Any]], found: Mapping[str, Any]
) -> tuple[str, list[tuple[int, dict[str, Any]]]]:
    rows = iter(table)
    before, heading = 0, list[Any]()
    for row in rows:
        before += 1
        if any(not cells.is_blank(cell) for cell in row):
            heading = row
            break
    subject = columns.subject_of(title) if title else columns.subject_by_headings(heading)
    if subject is None and title:
        raise Unreadable("file.sheet", name=cells.shown(title))
    if subject is None:
        raise Unreadable("file.headings")
    if subject in found:
        raise Unreadable("file.sheet_twice", name=cells.shown(title or subject))
    places = _places(subject, heading, title) if heading else {}
    lines = []
    for number, row in enumerate(rows, before + 1):
        if number > rules.ROWS_MOST + 1:
            raise Unreadable("file.rows", most=str(rules.ROWS_MOST))
        if any(not cells.is_blank(cell) for cell in row):
            _refuse_beyond(row, places, title, number)
            lines.append((number, {name: row[place] for name, place in places.items() if place < len(row)}))
    return subject, lines


def _places(subject: str, heading: list[Any], title: str) -> dict[str, int]:
    """Which column is which. Raises Unreadable for one that is unknown, missing or there twice."""
    places: dict[str, int] = {}
    sheet = cells.shown(title or subject)
    if sum(not cells.is_blank(cell) for cell in heading) > rules.COLUMNS_MOST:
        raise Unreadable("file.columns", sheet=sheet, most=str(rules.COLUMNS_MOST))
    for place, cell in enumerate(heading):
        if cells.is_blank(cell):
            continue
        name = columns.column_of(subject, cell)
        if name is None:
            raise Unreadable("file.column", sheet=sheet, name=cells.shown(cell))
        if name in places:
            raise Unreadable("file.column_twice", sheet=sheet, name=cells.shown(cell))
        places[name] = place
    missing = [column for column in columns.SUBJECTS[subject].columns if column.needed and column.name not in places]
    if missing:
        raise Unreadable("file.column_missing", sheet=sheet, name=f"{missing[0].zh} / {missing[0].en}")
    return places


def _refuse_beyond(row: list[Any], places: Mapping[str, int], title: str, number: int) -> None:
    """Something beside the columns that have a name would be left out silently."""
    known = set(places.values())
    for place, cell in enumerate(row):
        if place not in known and not cells.is_blank(cell):
            raise Unreadable("file.beside", sheet=cells.shown(title), row=str(number), found=cells.shown(cell))
