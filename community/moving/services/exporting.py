"""The whole club as one file: what an import reads again, and beside it what is there to be read by people."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import structlog
from django.core.files.base import ContentFile, File
from django.utils import translation

from community.billing.selectors import openings, whole
from community.events.selectors import past
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import ZONE, day_of
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.kernel.ring import ring
from community.kernel.sheets import as_csv, as_workbook
from community.kernel.states import move
from community.members.selectors import roll
from community.moving import states
from community.moving.models import Export
from community.moving.rules import columns
from community.moving.rules.cells import Lists
from community.moving.selectors import club
from community.posts.selectors import whole as post_whole

if TYPE_CHECKING:
    from community.members.models import Person

log = structlog.get_logger()
Table = tuple[str, list[list[Any]]]  # subject, rows with the headings first
WIDTH = 18


@settled()
def ask(form: str, *, by: "Person", at: datetime) -> Export:
    """Order an export in the asker's language. Raises RuleBroken("export.busy") while their last one is being made."""
    if Export.objects.filter(asked_by=by, status=states.ASKED).exists():
        raise RuleBroken("export.busy")
    export = Export.objects.create(
        form=form, language=translation.get_language() or "zh-hans", asked_at=at, asked_by=by
    )
    audit.record("export.ask", export, by=by, at=at, new=export.status, data={"form": form})
    ring("moving.export", export.pk)
    return export


def make(export_id: int, *, at: datetime) -> None:
    """Work an export off, under no lock. Again nothing happens."""
    export = Export.objects.get(pk=export_id)
    if export.status != states.ASKED:
        return
    try:
        with translation.override(export.language):
            tables = list(all_tables())
            content = packed(tables) if export.form == Export.Form.CSV else book(tables)
    except Exception as error:  # whatever it is, somebody looks at the page and must be told
        log.exception("export_failed", export=export.public_id, error=type(error).__name__)
        _close(export, "fail", at=at)
    else:
        rows = {subject: len(table) - 1 for subject, table in tables}
        _close(export, "make", content, at=at, rows=rows, size=len(content), made_at=at)


@settled()
def _close(export: Export, action: str, content: bytes = b"", *, at: datetime, **fields: Any) -> None:
    kept = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if kept.status != states.ASKED:  # the bell and the sweeper came together
        return
    if content:
        kept.file.save(public_id(), ContentFile(content), save=False)
        fields["file"] = kept.file.name
    move(states.EXPORT, kept, action, by=None, at=at, **fields)


def opened(export: Export, *, by: "Person", at: datetime) -> "File[bytes]":
    """The file to be read piece by piece, with the opening on record. Raises RuleBroken("export.stale") when it is gone."""
    if export.status != states.MADE:
        raise RuleBroken("export.stale")
    content: File[bytes] = export.file.open()
    audit.record("export.open", export, by=by, at=at)
    return content


# Tables ------------------------------------------------------------------------------------------


def all_tables() -> Iterator[Table]:
    """What an import reads first, then what is there to be read; in the active language."""
    yield from movable()
    yield "invoices", _plain(whole.invoices(), fen=("amount",))
    yield "journals", _plain(whole.lines(), fen=("amount",))
    yield "posts", _plain(post_whole.posts())


def movable() -> Iterator[Table]:
    """The sheets of the format. Accounts that were closed stay out."""
    lists = club.lists()
    entries = [entry for entry in roll.roll() if entry.terms and not entry.shut]
    theirs = {entry.email for entry in entries}
    companies = roll.companies().items()
    yield _table(columns.COMPANIES, [{"credit_code": code, "legal_name": name} for code, (_, name) in companies], lists)
    yield _table(columns.MEMBERS, [club.values_of(entry) for entry in entries], lists)
    yield _table(columns.TERMS, [
        {"member": entry.email, "tier": tier, "starts_on": starts, "ends_on": ends, "ends_early_on": early}
        for entry in entries for starts, ends, early, tier in entry.terms
    ], lists)  # fmt: skip
    yield _table(columns.BALANCES, [
        {"member": one.person.email, "amount": one.amount, "as_of_on": one.starts_on}
        for one in openings.balances() if one.person.email in theirs
    ], lists)  # fmt: skip
    yield _table(columns.ATTENDANCE, [
        {"member": one.email, "starts_at": one.starts_at, "kind": one.kind, "topic": one.topic, "city": one.city_id,
         "table": one.table or None}
        for one in past.check_ins() if one.email in theirs
    ], lists)  # fmt: skip


def _table(subject: str, rows: list[dict[str, Any]], lists: Lists) -> Table:
    wanted = columns.SUBJECTS[subject].columns
    language = translation.get_language() or "zh-hans"
    heading = [column.title(language) for column in wanted]
    return subject, [heading, *([_cell(column.kind, row.get(column.name), lists) for column in wanted] for row in rows)]


def _cell(kind: str, value: Any, lists: Lists) -> Any:
    """A value as `cells.read` takes it again, and as people read it."""
    if value is None or value == "":
        return None
    if kind in lists.shown:
        return lists.shown[kind].get(value, "")
    if kind in ("yes", "language"):
        return columns.WORDS["zh" if _zh() else "en"].get(value, value)
    if kind == "phone":
        return value.removeprefix("+86")
    if kind == "amount":
        return Decimal(value) / 100
    if kind == "moment":
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _zh() -> bool:
    return (translation.get_language() or "zh").startswith("zh")


def _plain(rows: Iterator[dict[str, Any]], fen: tuple[str, ...] = ()) -> list[list[Any]]:
    """A table to be read: columns by their names, times in community time, amounts in yuan."""
    found = list(rows)
    names = list(found[0]) if found else ["–"]
    table: list[list[Any]] = [[name.rpartition("__")[2] for name in names]]
    for row in found:
        cells = [Decimal(row[name]) / 100 if name in fen else row[name] for name in names]
        table.append(
            [cell.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else cell for cell in cells]
        )
    return table


# Files -------------------------------------------------------------------------------------------


def title_of(subject: str) -> str:
    if subject in columns.SUBJECTS:
        return columns.SUBJECTS[subject].title("zh" if _zh() else "en")
    return columns.READING[subject]["zh" if _zh() else "en"]


def book(tables: list[Table]) -> bytes:
    return as_workbook([(title_of(subject), rows) for subject, rows in tables], width=WIDTH)


def packed(tables: list[Table]) -> bytes:
    """One CSV a subject; UTF-8 with a mark, as office programs here want it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for subject, rows in tables:
            archive.writestr(
                f"{title_of(subject)}.csv", as_csv(["" if cell is None else cell for cell in row] for row in rows)
            )
    return out.getvalue()


def name_of(export: Export) -> str:
    """tongzhuo-2026-11-26.xlsx"""
    suffix = "zip" if export.form == Export.Form.CSV else "xlsx"
    return f"tongzhuo-{day_of(export.made_at or export.asked_at).isoformat()}.{suffix}"


def template() -> bytes:
    """An empty workbook to fill in: the sheets of the format, the lists, and notes in both languages."""
    lists = club.lists()
    language = "zh" if _zh() else "en"
    sheets: list[tuple[str | None, list[list[Any]]]] = [
        (subject.title(language), [[column.title(language) for column in subject.columns]])
        for subject in columns.SUBJECTS.values()
    ]
    names = {"tier": columns.TERMS, "industry": columns.MEMBERS, "city": columns.MEMBERS, "stage": columns.MEMBERS,
             "role": columns.MEMBERS, "kind": columns.ATTENDANCE}  # fmt: skip
    listed = [[columns.SUBJECTS[of].column(kind).title(language).rstrip("*"), *lists.shown[kind].values()]
              for kind, of in names.items()]  # fmt: skip
    depth = max(len(column) for column in listed)
    rows = [[column[place] if place < len(column) else None for column in listed] for place in range(depth)]
    return as_workbook([*sheets, (columns.LISTS[language], rows), (columns.NOTES[language], _notes())], width=WIDTH)


def _notes() -> list[list[Any]]:
    rows: list[list[Any]] = [*map(list, columns.HOW_TO), [], list(columns.HOW_TO_HEADINGS)]
    yes = {language: words[True] for language, words in columns.WORDS.items()}
    for subject in columns.SUBJECTS.values():
        for column in subject.columns:
            needed = (yes["zh"], yes["en"]) if column.needed else ("", "")
            rows.append(
                [subject.zh, column.zh, needed[0], column.note_zh, subject.en, column.en, needed[1], column.note_en]
            )
    return rows
