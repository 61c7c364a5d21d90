"""Reading banks' statement files, CSV or XLSX: pure text in, movements out. Nothing in a file is trusted or executed."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from community.kernel.forms import CONTROL

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_HEAD = 5000, 60, 40
MOST_YUAN = Decimal(100_000_000)
# What banks call their columns, the most telling first. Compared without spaces, brackets and units.
COLUMNS = {
    "value_on": ("到账日", "到账日期", "入账日期", "记账日期", "交易日期", "交易日", "交易时间", "日期", "valuedate", "date"),
    "serial": ("流水号", "交易流水号", "银行流水号", "核心流水号", "交易流水", "凭证号", "交易序号", "serial", "serialno", "reference"),
    "payer": ("对方户名", "对方账户名称", "对方名称", "付款人", "付款人名称", "付款方", "对方单位", "payer", "counterparty"),
    "credit": ("收入", "收入金额", "贷方金额", "贷方发生额", "贷方", "入账金额", "存入金额", "转入金额", "credit"),
    "debit": ("支出", "支出金额", "借方金额", "借方发生额", "借方", "转出金额", "debit"),
    "amount": ("金额", "交易金额", "发生额", "amount"),
    "direction": ("借贷标志", "借贷", "收支", "收支方向", "收/支", "方向", "direction"),
    "memo": ("摘要", "附言", "用途", "备注", "交易附言", "memo", "remark"),
}  # fmt: skip
INWARD = ("贷", "收", "收入", "c", "cr", "in")
NEEDED = ("value_on", "serial")


class Unreadable(Exception):
    """Not a statement we can read. `code` names the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Movement:
    """Money that came in, as the bank wrote it. `line` is the file's own row, counted from 1."""

    line: int
    serial: str
    value_on: date
    payer: str
    amount: int
    memo: str


@dataclass(frozen=True)
class Found:
    """What a file holds: movements, lines that are wrong with the reason's word, and how many went out."""

    movements: list[Movement]
    faults: list[tuple[int, str]]
    outward: int


def read(content: bytes) -> Found:
    """Raises Unreadable: "statement.size", "statement.kind", "statement.columns", "statement.rows"."""
    if len(content) > MOST_BYTES:
        raise Unreadable("statement.size")
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    if len(rows) > MOST_ROWS:
        raise Unreadable("statement.rows")
    for number, row in enumerate(rows[:MOST_HEAD]):
        places = _places(row)
        if places is not None:
            return _movements(rows, number + 1, places)
    raise Unreadable("statement.columns")


def _csv(content: bytes) -> list[list[Any]]:
    text = None
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\x00" in text:
        raise Unreadable("statement.kind")
    head = text[:4000]
    delimiter = max(",\t;|", key=head.count)
    try:
        return [row[:MOST_COLUMNS] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        raise Unreadable("statement.kind") from None


def _xlsx(content: bytes) -> list[list[Any]]:
    from openpyxl import load_workbook  # two megabytes that most workers never need

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("statement.size")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
        return [list(row) for row in rows]
    except Unreadable:
        raise
    except Exception:  # whatever a broken workbook makes its reader trip over
        raise Unreadable("statement.kind") from None


def _places(row: Sequence[Any]) -> dict[str, int] | None:
    """Which column is what, when this row is the head of the table."""
    names = [re.sub(r"[\s()（）\[\]:：]|元|人民币|RMB|CNY", "", clean(cell)).lower() for cell in row]
    places = {
        wanted: next(names.index(name) for name in known if name in names)
        for wanted, known in COLUMNS.items()
        if any(name in names for name in known)
    }
    money = places.keys() & {"credit", "amount"}
    return places if money and all(name in places for name in NEEDED) else None


def _movements(rows: Sequence[Sequence[Any]], first: int, places: dict[str, int]) -> Found:
    movements, faults, outward = [], [], 0
    for number, row in enumerate(rows[first:], first + 1):
        cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
        if (
            not any(clean(cell) for cell in row)
            or not clean(cells["serial"])
            and not _looks_like_day(cells["value_on"])
        ):
            continue  # an empty line, or the sums under the table
        try:
            amount = _inward(cells)
            if amount is None:
                outward += 1
                continue
            movements.append(_movement(number, cells, amount))
        except ValueError as fault:
            faults.append((number, str(fault)))
    return Found(movements, faults, outward)


def _movement(number: int, cells: dict[str, Any], amount: int) -> Movement:
    serial = clean(cells["serial"])
    if not 0 < len(serial) <= 64:
        raise ValueError("serial")
    return Movement(
        number, serial, _day(cells["value_on"]), clean(cells.get("payer"))[:120], amount, clean(cells.get("memo"))[:300]
    )


def _inward(cells: dict[str, Any]) -> int | None:
    """The fen that came in; None for money that went out. Raises ValueError("amount")."""
    if "credit" in cells:
        came = fen(cells["credit"])
        if came > 0:
            return came
        if came < 0 or fen(cells.get("debit")) or fen(cells.get("amount")):
            return None
        raise ValueError("amount")
    amount = fen(cells["amount"])
    if not amount:
        raise ValueError("amount")
    inward = clean(cells["direction"]).lower() in INWARD if "direction" in cells else amount > 0
    return amount if inward and amount > 0 else None


def fen(cell: Any) -> int:
    """Whole fen of a cell as banks write amounts; 0 for an empty one. Raises ValueError("amount")."""
    text = clean(cell).replace(",", "").replace("¥", "").replace(" ", "").removesuffix("元")
    if text in ("", "-"):
        return 0
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{1,10})?", text):
        raise ValueError("amount")
    try:
        yuan = Decimal(text)
    except InvalidOperation:
        raise ValueError("amount") from None
    if yuan != yuan.quantize(Decimal("0.01")) or abs(yuan) > MOST_YUAN:
        raise ValueError("amount")
    return int(yuan * 100)


def _looks_like_day(cell: Any) -> bool:
    return isinstance(cell, date) or bool(re.match("[0-9]{4}", clean(cell)))


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = re.match(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})", clean(cell))
    if found is None:
        raise ValueError("value_on")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError("value_on") from None


def clean(cell: Any) -> str:
    """A cell as plain text: full-width letters and digits made narrow, what nobody sees taken out."""
    if isinstance(cell, float):
        cell = format(Decimal(repr(cell)), "f")
    return " ".join(unicodedata.normalize("NFKC", str("" if cell is None else cell)).translate(CONTROL).split())


def references(memo: str, alphabet: Iterable[str]) -> set[str]:
    """What in a remark could be a six-character reference."""
    letters = "".join(alphabet).upper()
    return set(re.findall(rf"(?<![A-Z0-9])[{letters}]{{6}}(?![A-Z0-9])", clean(memo).upper()))
