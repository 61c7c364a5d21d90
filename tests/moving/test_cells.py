"""Cells as people and spreadsheets write them (R2): every writing of a value is that value, nothing else is."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.days import ZONE
from community.kernel.sheets import harmless
from community.moving.rules import cells
from community.moving.rules.columns import SUBJECTS, Column
from tests import make

LISTS = cells.Lists({"city": {"深圳": 1, "shenzhen": 1}}, {"city": {1: "深圳"}})
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(33, 127)})


def read(kind: str, cell, most: int = 0):
    return cells.read(cell, Column("", "", "", kind, "", "", most=most), LISTS)


@given(
    DAYS,
    st.sampled_from(
        [
            "{0:%Y-%m-%d}",
            "{0:%Y/%m/%d}",
            "{0:%Y.%m.%d}",
            "{0:%Y%m%d}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}-{0.month}-{0.day}",
            " {0:%Y-%m-%d} ",
            "{0:%Y-%m-%d} 00:00:00",
            "{0:%Y-%m-%d}T00:00:00",
        ]
    ),
    st.booleans(),
)
def test_days(on, writing, wide):
    text = writing.format(on)
    assert read("day", text.translate(WIDE) if wide else text) == on


@given(DAYS)
def test_days_as_spreadsheets_keep_them(on):
    number = (on - date(1899, 12, 30)).days
    assert read("day", on) == read("day", datetime.combine(on, time())) == on
    assert read("day", number) == read("day", float(number)) == read("day", str(number)) == on


@given(DAYS, st.times())
def test_moments(on, clock):
    minute = datetime.combine(on, clock.replace(second=0, microsecond=0))
    wanted = minute.replace(tzinfo=ZONE) if minute.time() != time() else datetime.combine(minute, time(14), ZONE)
    assert read("moment", minute) == wanted
    assert read("moment", f"{minute:%Y-%m-%d %H:%M}") == minute.replace(tzinfo=ZONE)
    assert read("moment", f"{minute:%Y/%m/%d %H:%M:%S}") == minute.replace(tzinfo=ZONE)
    assert read("moment", f"{minute:%Y-%m-%d}") == datetime.combine(minute, time(14), ZONE)


@given(st.integers(0, 10**9 - 1), st.booleans())
def test_codes(number, wide):
    code = make.credit_code(number)
    spaced = f"{code[:8].lower()} {code[8:].lower()}"
    assert read("code", spaced.translate(WIDE) if wide else spaced) == code


@given(st.integers(13_000_000_000, 13_999_999_999), st.booleans())
def test_phones(number, wide):
    text = str(number)
    for writing in (
        text,
        f"+86{text}",
        f"86{text}",
        f"0086{text}",
        f"+86 {text[:3]}-{text[3:7]}-{text[7:]}",
        f"{text[:3]} {text[3:7]} {text[7:]}",
    ):
        assert read("phone", writing.translate(WIDE) if wide else writing) == f"+86{text}"
    assert read("phone", number) == read("phone", float(number)) == f"+86{text}"
    assert read("phone", harmless(f"+86{text}")) == f"+86{text}"


@given(st.integers(1, 10**9))
def test_amounts(fen):
    yuan = Decimal(fen) / 100
    for writing in (
        yuan,
        f"{yuan:.2f}",
        f"¥{yuan:,.2f}",
        f"{yuan:.2f}元",
        f"￥{yuan:.2f}",
        float(yuan),
        f"{yuan:.2f}".translate(WIDE),
    ):
        assert read("amount", writing) == fen


@given(st.text(max_size=50))
def test_texts_come_back_from_our_own_files(text):
    kept = " ".join(text.translate(cells.CONTROL).split())
    if kept and not kept.startswith(("=", "＝")) and kept.upper() not in cells.EXCEL_ERRORS:
        assert read("text", harmless(kept), most=200) == kept


@given(
    st.text(min_size=1, max_size=20).filter(lambda text: not cells.is_blank(text))
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([column for subject in SUBJECTS.values() for column in subject.columns]),
)
def test_whatever_stands_in_a_cell_it_is_a_value_or_a_word(cell, column):
    names = {kind: {} for kind in ("industry", "city", "tier", "kind", "role", "stage")}
    try:
        cells.read(cell, column, cells.Lists(names, names))
    except cells.Bad as bad:
        from community.moving.wording import FAULTS

        assert bad.code in FAULTS
    assert len(cells.shown(cell)) <= 60


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n", None])
def test_blanks(text):
    assert cells.is_blank(text)


def test_a_whole_number_of_excel_is_no_moment_of_its_own():
    assert read("moment", 46000.5) == datetime(2025, 12, 9, 12, tzinfo=ZONE)
    assert read("moment", 46000) == datetime(2025, 12, 9, 14, tzinfo=ZONE)
