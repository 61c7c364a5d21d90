"""What the club writes out, it reads again: nothing changes; and a new club made of it writes the same."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from community.kernel.days import ZONE
from community.members.models import Application, Person
from community.moving.models import Export
from community.moving.services import exporting
from community.pages.demo.club import build
from tests import make as house
from tests.conftest import DEEP
from tests.moving import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, tzinfo=ZONE)
ODD = [
    '=HYPERLINK("http://x")',
    "+86 加号",
    "-减号",
    "@at",
    "'单引号",
    "'=apostrophe",
    "两行\n一段",
    "＝全角",
    "  边  ",
    "“引号”，逗号",
]


@pytest.fixture
def admin():
    return house.person("管理员", roles=("administrator",))


def written(language: str = "zh-hans") -> list[exporting.Table]:
    with translation.override(language):
        return list(exporting.movable())


def results(batch) -> dict[str, int]:
    return {name: batch.total(name) for name in ("new", "changed", "unchanged", "error")}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_club_read_again_changes_nothing(admin, language, form):
    make.carried(make.workbook(make.club(30)), by=admin, at=AT)
    with translation.override(language):
        export = exporting.ask(form, by=admin, at=AT)
        exporting.make(export.pk, at=AT)
    export.refresh_from_db()
    assert export.status == "made"
    batch = make.handed_in(exporting.opened(export, by=admin, at=AT).read(), by=admin, at=AT)
    assert results(batch) == {"new": 0, "changed": 0, "unchanged": 150, "error": 0}


def test_a_new_club_made_of_it_writes_the_same(admin):
    sheets = make.club(30)
    for number, text in enumerate(ODD):
        sheets["members"][number] |= {"about": text, "needs": text[::-1], "title": text.replace("\n", " ")[:60]}
        sheets["members"][number]["language"] = "English" if number % 2 else "中文"
        sheets["members"][number]["hide_me"] = "是" if number % 3 else "no"
    sheets["members"][3]["phone"] = "+49 30 901820"
    sheets["terms"][5] |= {"ends_early_on": "2026-09-01"}
    del sheets["balances"][5]
    sheets["terms"].append(make.term(6, date(2025, 3, 1)))
    first = make.carried(make.workbook(sheets), by=admin, at=AT)
    assert first.status == "done", list(first.rows.filter(result="error").values("title", "faults"))
    before = written()
    again = make.handed_in(exporting.book(before), by=admin, at=AT)
    assert results(again)["unchanged"] == sum(len(rows) - 1 for _, rows in before), list(
        again.rows.exclude(result="unchanged").values("title", "faults", "changes")
    )
    assert make.undone(first, by=admin, at=AT + timedelta(hours=1)).status == "undone"
    assert all(len(rows) == 1 for _, rows in written())
    second = make.carried(exporting.book(before), by=admin, at=AT + timedelta(hours=2))
    assert second.status == "done", list(second.rows.filter(result="error").values("title", "faults"))
    assert written() == before


@pytest.mark.slow
def test_the_demo_club_changes_nothing_and_moves_house(admin):
    build(start=date(2026, 11, 25), members=60 if DEEP else 24, weeks=8 if DEEP else 3, seed=3, at=AT)
    asker = Person.objects.get(email="admin@demo.test")
    tables = written()
    for content in (exporting.book(tables), exporting.packed(tables)):
        batch = make.handed_in(content, by=asker, at=AT)
        wrong = list(batch.rows.exclude(result="unchanged").values("subject", "title", "faults", "changes")[:10])
        assert not wrong
        assert batch.total("unchanged") == sum(len(rows) - 1 for _, rows in tables) > (200 if DEEP else 80)


def test_texts_of_the_club_itself_come_back(admin):
    """Whatever members wrote: line ends, formulas, apostrophes."""
    for number, text in enumerate(ODD):
        who = house.member(f"成员{number}", since=AT - timedelta(days=90))
        Application.objects.filter(person=who).update(
            about=text.replace("\n", "\r\n"), title=text[:20].replace("\n", " ")
        )
    batch = make.handed_in(exporting.book(written()), by=admin, at=AT)
    assert (batch.total("changed"), batch.total("error"), batch.total("new")) == (0, 0, 0)


def test_no_cell_of_an_export_is_a_formula(admin):
    import io

    from openpyxl import load_workbook

    who = house.member("=cmd|'/c calc'!A1", since=AT - timedelta(days=90))
    Application.objects.filter(person=who).update(title="@SUM(1)", about="+1+1", needs="-2", offers="\t=1")
    content = exporting.book(written())
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@"))


def test_a_file_is_for_its_asker_and_for_seven_days(admin):
    from community.moving import selectors
    from community.moving.services import forgetting

    export = exporting.ask("xlsx", by=admin, at=AT)
    exporting.make(export.pk, at=AT)
    other = house.person("另一位管理员", roles=("administrator",))
    assert list(selectors.exports_of(admin.pk)) == [export]
    assert list(selectors.exports_of(other.pk)) == []
    forgetting.forget_exports(at=AT + timedelta(days=7) - timedelta(seconds=1))
    export.refresh_from_db()
    name = export.file.name
    assert export.status == "made"
    forgetting.forget_exports(at=AT + timedelta(days=7))
    export.refresh_from_db()
    assert (export.status, export.file.name) == ("gone", "")
    assert not Export._meta.get_field("file").storage.exists(name)


def test_the_template_is_a_file_we_would_take(admin):
    batch = make.handed_in(exporting.template(), by=admin, at=AT)
    assert (batch.status, batch.refused) == ("refused", "file.empty")
