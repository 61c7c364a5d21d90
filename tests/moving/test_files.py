"""What is handed in: every usual encoding is read, and what is hostile or odd is refused with the reason."""

import io
import zipfile

import pytest

from community.kernel.sheets import as_csv
from community.moving import files, wording
from community.moving.rules import COLUMNS_MOST, ROWS_MOST, UNPACKED_BYTES
from tests.moving import make

TERMS = [["会员", "会员等级", "开始", "结束"], ["m1@old-club.example", "member", "2026-03-01", "2027-03-01"]]


def text(rows=TERMS, delimiter=",") -> str:
    return "\r\n".join(delimiter.join(row) for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_every_office_program(encoding, delimiter):
    found = files.read(text(delimiter=delimiter).encode(encoding))
    assert found == {
        "terms": [(2, {"member": TERMS[1][0], "tier": "member", "starts_on": "2026-03-01", "ends_on": "2027-03-01"})]
    }


def test_headings_in_either_language_with_blanks_and_stars():
    for heading in (["Member*", "Tier", "begins on", "ENDS ON"], ["会员*", " 会员 等级", "开始 ", "ends_on"]):
        assert list(files.read(text([heading, TERMS[1]]).encode())) == ["terms"]


def test_an_archive_of_tables():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("old/会籍.csv", as_csv(TERMS))
        archive.writestr("old/说明.csv", as_csv([["whatever"]]))
        archive.writestr("__MACOSX/._会籍.csv", b"\x00\x05")
    assert len(files.read(out.getvalue())["terms"]) == 1


def test_rows_keep_the_numbers_of_the_sheet():
    rows = [[], TERMS[0], [], [], TERMS[1], []]
    assert [number for number, _ in files.read(make.raw_workbook({"会籍": rows}))["terms"]] == [5]


def refused(content: bytes) -> tuple[str, dict[str, str]]:
    with pytest.raises(files.Unreadable) as caught:
        files.read(content)
    return caught.value.code, caught.value.params


def packed(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def with_entry(name: str, content: bytes) -> bytes:
    out = io.BytesIO(make.raw_workbook({"会籍": TERMS}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """The directory says that the first file is of another size."""
    place = content.rindex(b"PK\x01\x02")
    return content[: place + 24] + size.to_bytes(4, "little") + content[place + 28 :]


HOSTILE = {
    "a bomb": (packed(会籍_dot_csv=b"0" * 30_000_000), "file.unpacked"),
    "a bomb beside a workbook": (with_entry("xl/media/x.bin", b"0" * 60_000_000), "file.unpacked"),
    "a gigabyte by its own word": (lying(packed(会籍_dot_csv=as_csv(TERMS)), 2**30), "file.unpacked"),
    "smaller by its own word": (lying(packed(会籍_dot_csv=as_csv(TERMS)), 10), "file.kind"),
    "a thousand files": (packed(**{f"a{n}_dot_csv": b"" for n in range(1000)}), "file.unpacked"),
    "macros": (with_entry("xl/vbaProject.bin", b"x"), "file.macros"),
    "embedded objects": (with_entry("xl/embeddings/oleObject1.bin", b"x"), "file.macros"),
    "links": (with_entry("xl/externalLinks/externalLink1.xml", b"<x/>"), "file.macros"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"0" * 600, "file.old_excel"),
    "half a workbook": (make.raw_workbook({"会籍": TERMS})[:2000], "file.kind"),
    "a broken workbook": (packed(xl__workbook_dot_xml=b"<not"), "file.kind"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00\xff" * 300, "file.kind"),
    "nothing": (b"", "file.headings"),
    "a program in the archive": (packed(setup_dot_exe=b"MZ"), "file.entry"),
    "other headings": (text([["a", "b"], ["1", "2"]]).encode(), "file.headings"),
    "another sheet": (make.raw_workbook({"会籍": TERMS, "工资": [["x"], ["1"]]}), "file.sheet"),
    "a sheet twice": (make.raw_workbook({"会籍": TERMS, "Terms": TERMS}), "file.sheet_twice"),
    "an unknown column": (make.raw_workbook({"会籍": [[*TERMS[0], "身份证号"], [*TERMS[1], "1"]]}), "file.column"),
    "a column twice": (make.raw_workbook({"会籍": [[*TERMS[0], "Tier"], [*TERMS[1], "1"]]}), "file.column_twice"),
    "a column missing": (make.raw_workbook({"会籍": [TERMS[0][:3], TERMS[1][:3]]}), "file.column_missing"),
    "beside the columns": (make.raw_workbook({"会籍": [TERMS[0], [*TERMS[1], "备注"]]}), "file.beside"),
    "two hundred columns": (make.raw_workbook({"会籍": [[*TERMS[0], *map(str, range(200))], TERMS[1]]}), "file.columns"),
    "too many sheets": (make.raw_workbook({f"会籍{n}": TERMS for n in range(20)}), "file.sheets"),
    "no rows": (make.raw_workbook({"会籍": TERMS[:1]}), "file.empty"),
    "a row at the very end": (make.raw_workbook({"会籍": [*TERMS, *[[]] * ROWS_MOST, TERMS[1]]}), "file.rows"),
    "too many rows": (text([TERMS[0], *[TERMS[1]] * (ROWS_MOST + 1)]).encode(), "file.rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_odd_files_are_refused_with_the_reason(name):
    content, code = HOSTILE[name]
    found, params = refused(content)
    assert found == code
    assert "%(" not in wording.refused(found, params)


def test_entities_are_not_unfolded():
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            b'<!ENTITY a%d "&a%s;&a%s;&a%s;&a%s;&a%s;&a%s;&a%s;&a%s;">' % (n, *[b"" if n == 1 else b"%d" % (n - 1)] * 8)
            for n in range(1, 12)
        )
        + b"]><workbook>&a11;</workbook>"
    )
    assert refused(packed(xl__workbook_dot_xml=bomb))[0] == "file.kind"


def test_a_larger_file_is_not_even_looked_at():
    assert refused(b"x" * (10 * 1024 * 1024 + 1))[0] == "file.size"


def test_every_reason_has_its_file():
    seen = {code for _, code in HOSTILE.values()} | {"file.size"}
    assert set(wording.REFUSED) - seen == {"file.failed"}
    assert COLUMNS_MOST < 200 and UNPACKED_BYTES < 60_000_000
