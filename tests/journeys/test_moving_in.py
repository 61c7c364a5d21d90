"""A club moves in: a file with mistakes, its mended twin, carried out, a member looked at, undone; at a desk and on a phone."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from community.members.models import Person
from community.moving.models import Batch
from community.moving.services import carrying, looking, undoing
from tests import make as house
from tests.architecture.club import staff
from tests.journeys.conftest import WALKS, Look
from tests.journeys.walking import button, press
from tests.moving import make

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def handed(sheets: make.Sheets, name: str, language: str) -> FilePayload:
    return {"name": name, "mimeType": XLSX, "buffer": make.workbook(sheets, language)}


def newest() -> Batch:
    return Batch.objects.order_by("-pk")[0]


@WALKS
def test_a_club_moves_in_and_out_again(enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page]) -> None:
    admin = staff("administrator")
    Person.objects.filter(pk=admin.pk).update(language=look.language)
    language = "en" if look.language == "en" else "zh"
    sheets = make.club(3)
    sheets["members"][1]["full_name"] = "沈若溪"
    right, sheets["members"][1]["phone"] = sheets["members"][1]["phone"], "1.39E+10"
    sheets["terms"][2]["ends_on"] = "2027-02-30"
    page = enter(admin, look)
    page.goto("/desk/import/")
    checked(page)

    # Handed in: the page waits by itself until somebody has looked through it, and says each mistake in its place.
    page.locator("input[type=file]").set_input_files(handed(sheets, "旧名册.xlsx", language))
    press(page.locator("form.form button[type=submit]"))
    expect(page.locator("#batch[hx-get]")).to_have_count(1)
    looking.look(newest().pk, at=timezone.now())
    expect(page.locator("#batch[hx-get]")).to_have_count(0)
    checked(page)
    page.locator('nav a[href$="result=error"], a[href$="result=error"]').first.click()
    expect(page.locator("main")).to_contain_text("1.39E+10")
    expect(page.locator("main")).to_contain_text("2027-02-30")
    expect(button(page, "/carry/")).to_have_count(0)
    checked(page)

    # The mended one.
    sheets["members"][1]["phone"], sheets["terms"][2]["ends_on"] = right, "2027-03-01"
    page.goto("/desk/import/")
    page.locator("input[type=file]").set_input_files(handed(sheets, "旧名册（改好）.xlsx", language))
    press(page.locator("form.form button[type=submit]"))
    looking.look(newest().pk, at=timezone.now())
    expect(page.locator("#batch[hx-get]")).to_have_count(0)
    checked(page)
    page.locator("details.confirm summary").first.click()
    press(button(page, "/carry/"))
    carrying.carry(newest().pk, at=timezone.now())
    expect(page.locator(".alert").first).to_contain_text(admin.name)
    checked(page)

    # Somebody who came along stands in the directory.
    member = Person.objects.get(email="m1@old-club.example")
    reader = enter(house.member("看名录的"), look)
    reader.goto("/members/")
    expect(reader.locator("main")).to_contain_text(member.full_name)

    page.locator("details.confirm summary").first.click()
    press(button(page, "/undo/"))
    undoing.undo(newest().pk, at=timezone.now())
    expect(page.locator("#batch[hx-get]")).to_have_count(0)
    checked(page)
    assert newest().status == "undone", newest().stays
    assert not Person.objects.filter(email="m1@old-club.example").exists()
    reader.goto("/members/")
    expect(reader.locator("main")).not_to_contain_text(member.full_name)
    page.goto("/desk/import/")
    checked(page)


def test_an_export_is_asked_for_and_fetched(enter: Callable[..., Page], checked: Callable[[Page], Page]) -> None:
    from community.moving.models import Export
    from community.moving.services import exporting
    from tests.journeys.conftest import LOOKS

    page = enter(staff("administrator"), LOOKS[0])
    page.goto("/desk/export/")
    checked(page)
    page.locator("[name=form][value=xlsx]").check()
    press(page.locator("form.form button[type=submit]"))
    expect(page.locator("#exports[hx-get]")).to_have_count(1)
    exporting.make(Export.objects.get().pk, at=timezone.now())
    expect(page.locator("#exports[hx-get]")).to_have_count(0)
    checked(page)
    with page.expect_download() as fetched:
        page.locator(f'a[href$="/export/{Export.objects.get().public_id}/"]').click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
