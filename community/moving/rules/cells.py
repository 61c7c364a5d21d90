"""Reading one cell as people and spreadsheets write it: a value, or the word for what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from community.kernel.days import ZONE
from community.kernel.forms import CONTROL
from community.kernel.sheets import FORMULA
from community.members.rules import credit_code
from community.moving.rules import EARLIEST, USUAL_HOUR
from community.moving.rules.columns import Column, folded

EMAIL = re.compile(r"[a-z0-9._%+'-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
EXCEL_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119, as whole days of a spreadsheet
MOST_YUAN = Decimal(10_000_000)
LATEST = date(2100, 1, 1)
YES = ("是", "yes", "y", "true", "1", "✓", "√", "对")
NO = ("否", "no", "n", "false", "0", "✗", "×", "不")


class Bad(Exception):
    """A cell that can't be taken. `code` names the sentence."""

    def __init__(self, code: str, more: str = "") -> None:
        super().__init__(code)
        self.code, self.more = code, more


@dataclass(frozen=True)
class Lists:
    """What administrators list, by folded name: industries, cities, tiers, kinds of events, roles, stages."""

    names: Mapping[str, Mapping[str, Any]]  # column kind → folded name → value
    shown: Mapping[str, Mapping[Any, str]]  # column kind → value → as people read it

    def find(self, kind: str, text: str) -> Any:
        try:
            return self.names[kind][folded(text)]
        except KeyError:
            raise Bad("listed", "、".join(list(self.shown[kind].values())[:8])) from None


def shown(cell: Any) -> str:
    """What stands in a cell, as short text to point at."""
    if isinstance(cell, datetime):
        text = cell.strftime("%Y-%m-%d %H:%M")
    elif isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        text = str(int(cell))
    else:
        text = str("" if cell is None else cell)
    text = " ".join(text.translate(CONTROL).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.translate(CONTROL).strip())


def plain(cell: Any) -> str:
    """Narrow text of a cell that holds a code, a number or a word from a list."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        cell = format(Decimal(repr(cell)), "f").removesuffix(".0")
    return " ".join(unicodedata.normalize("NFKC", written(str(cell))).translate(CONTROL).split())


def written(text: str) -> str:
    """Without the apostrophe by which a table says that it is text."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(FORMULA) else text


def read(cell: Any, column: Column, lists: Lists) -> Any:
    """The value of a cell that is not blank. Raises Bad."""
    if isinstance(cell, str):
        if cell.lstrip().startswith(("=", "＝")):
            raise Bad("formula")
        if cell.strip().upper() in EXCEL_ERRORS:
            raise Bad("sheet_error")
    return READERS[column.kind](cell, column, lists)


def _text(cell: Any, column: Column, lists: Lists) -> str:
    text = " ".join(written(plain(cell) if not isinstance(cell, str) else cell).translate(CONTROL).split())
    return _short(text, column)


def _prose(cell: Any, column: Column, lists: Lists) -> str:
    text = written(plain(cell) if not isinstance(cell, str) else cell).translate(CONTROL)
    return _short(text.replace("\r\n", "\n").replace("\r", "\n").strip(), column)


def _short(text: str, column: Column) -> str:
    if len(text) > column.most:
        raise Bad("long", str(column.most))
    return text


def _email(cell: Any, column: Column, lists: Lists) -> str:
    text = plain(cell).replace(" ", "").lower()
    local = text.partition("@")[0]
    if len(text) > column.most or not EMAIL.fullmatch(text) or ".." in text or local[:1] == "." or local[-1:] == ".":
        raise Bad("email")
    return text


def _phone(cell: Any, column: Column, lists: Lists) -> str:
    import phonenumbers

    text = plain(cell)
    if re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+", text):
        raise Bad("phone_number")
    if not re.fullmatch(r"\+?[0-9() .\-–—]+", text):
        raise Bad("phone")
    digits = re.sub(r"[^0-9+]", "", text)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    digits = f"+{digits}" if re.fullmatch(r"861[0-9]{10}", digits) else digits
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise Bad("phone") from None
    if not phonenumbers.is_valid_number(number):
        raise Bad("phone")
    found: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return found


def _code(cell: Any, column: Column, lists: Lists) -> str:
    if isinstance(cell, int | float) or re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+", plain(cell)):
        raise Bad("code_number")
    try:
        return credit_code(plain(cell).replace(" ", ""))
    except ValueError as wrong:
        raise Bad(str(wrong).replace("credit_code.", "code_")) from None


def _who(cell: Any, column: Column, lists: Lists) -> str:
    """An e-mail as it is, a phone in its international form."""
    if "@" in plain(cell):
        return _email(cell, Column("", "", "", "email", "", "", most=254), lists)
    return _phone(cell, column, lists)


def _percent(cell: Any, column: Column, lists: Lists) -> Decimal:
    text = plain(cell)
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,10})? ?%?", text):
        raise Bad("percent")
    share = Decimal(text.rstrip("% "))
    if not 0 < share <= 100 or share != share.quantize(Decimal("0.01")):
        raise Bad("percent")
    return share.quantize(Decimal("0.01"))


def _amount(cell: Any, column: Column, lists: Lists) -> int:
    """Whole fen."""
    text = re.sub(r"^(¥|￥|CNY|RMB)|元$|[, ]", "", plain(cell))
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,10})?", text):
        raise Bad("amount")
    try:
        yuan = Decimal(text)
    except InvalidOperation:
        raise Bad("amount") from None
    if yuan <= 0:
        raise Bad("amount_positive")
    if yuan > MOST_YUAN or yuan != yuan.quantize(Decimal("0.01")):
        raise Bad("amount")
    return int(yuan * 100)


def _day(cell: Any, column: Column, lists: Lists) -> date:
    if isinstance(cell, datetime):
        return _sane(cell.date())
    if isinstance(cell, date):
        return _sane(cell)
    text = plain(cell)
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text) and int(float(text)) in EXCEL_DAYS:
        return _sane(EXCEL_DAY_ZERO + timedelta(days=int(float(text))))
    text = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", text)
    found = re.fullmatch(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2}))", text)
    han = re.fullmatch(r"([0-9]{4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]?", text)
    if found is None and han is None:
        raise Bad("day")
    if han is not None:
        parts = han.groups()
    else:
        assert found is not None
        parts = tuple(part for part in found.groups() if part and part.isdigit())
    try:
        return _sane(date(*(int(part) for part in parts)))
    except ValueError:
        raise Bad("day_none") from None


def _sane(on: date) -> date:
    if not EARLIEST <= on < LATEST:
        raise Bad("day_far")
    return on


def _moment(cell: Any, column: Column, lists: Lists) -> datetime:
    """An instant in community time, to the minute; a day alone stands for its afternoon."""
    if isinstance(cell, datetime):
        clock = cell.time().replace(second=0, microsecond=0)
        return datetime.combine(_sane(cell.date()), clock if clock != time() else time(USUAL_HOUR), ZONE)
    text = plain(cell) if not isinstance(cell, date) else cell.isoformat()
    serial = re.fullmatch(r"([0-9]{5})\.([0-9]+)", text)
    if serial is not None and int(serial[1]) in EXCEL_DAYS:
        minutes = round(float(f"0.{serial[2]}") * 24 * 60)
        return datetime.combine(EXCEL_DAY_ZERO + timedelta(days=int(serial[1])), time(), ZONE) + timedelta(
            minutes=minutes
        )
    found = re.fullmatch(r"(.*?[0-9日号])[ T]+([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.0+)?)?", text)
    on = _day(found[1] if found else text, column, lists)
    try:
        clock = time(int(found[2]), int(found[3])) if found else time(USUAL_HOUR)
    except ValueError:
        raise Bad("hour") from None
    return datetime.combine(on, clock, ZONE)


def _table(cell: Any, column: Column, lists: Lists) -> int:
    from community.events.rules import TABLES_MOST

    found = re.fullmatch(r"(?:第)?([0-9]{1,3})(?:桌)?", plain(cell))
    if found is None or not 1 <= int(found[1]) <= TABLES_MOST:
        raise Bad("table", str(TABLES_MOST))
    return int(found[1])


def _yes(cell: Any, column: Column, lists: Lists) -> bool:
    text = plain(cell).casefold()
    if text not in (*YES, *NO):
        raise Bad("yes")
    return text in YES


def _language(cell: Any, column: Column, lists: Lists) -> str:
    known = {"中文": "zh-hans", "简体中文": "zh-hans", "zh": "zh-hans", "zh-hans": "zh-hans", "zh-cn": "zh-hans",
             "chinese": "zh-hans", "英文": "en", "english": "en", "en": "en"}  # fmt: skip
    try:
        return known[plain(cell).casefold()]
    except KeyError:
        raise Bad("language") from None


def _listed(cell: Any, column: Column, lists: Lists) -> Any:
    return lists.find(column.kind, plain(cell))


READERS: dict[str, Callable[[Any, Column, Lists], Any]] = {
    "text": _text, "prose": _prose, "email": _email, "phone": _phone, "code": _code, "who": _who, "percent": _percent,
    "amount": _amount, "day": _day, "moment": _moment, "table": _table, "yes": _yes, "language": _language,
    "industry": _listed, "city": _listed, "tier": _listed, "kind": _listed, "role": _listed, "stage": _listed,
}  # fmt: skip
