"""One's own data: asked for and opened; and being forgotten: asked, undone, asked again, carried out."""

from collections.abc import Callable
from datetime import timedelta

from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.members.models import DataExport, Erasure, Person
from community.members.services import erasing, exporting
from tests import make
from tests.journeys.conftest import WALKS, Letters, Look
from tests.journeys.walking import button, press


@WALKS
def test_taken_along_then_forgotten(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], letters: Letters
) -> None:
    now = timezone.now()
    who = make.member("林晓", since=now - timedelta(days=60))
    Person.objects.filter(pk=who.pk).update(language=look.language)
    page = enter(who, look)
    page.goto("/home/")
    page.locator("details.menu summary").first.click()
    press(page.locator("details.menu a[href='/profile/data/']"))
    checked(page)

    press(button(page, "/profile/data/export/"))
    checked(page)
    export = DataExport.objects.get(person=who)
    exporting.make(export.pk, at=timezone.now())
    assert "/profile/data/" in str(letters.last(who.email).body)
    page.goto("/profile/data/")
    with page.expect_download() as download:
        page.locator(f"a[href='/profile/data/export/{export.public_id}/']").click()
    assert download.value.suggested_filename == f"tongzhuo-{export.public_id}.zip"
    checked(page)

    for again in (False, True):
        page.locator("details.confirm summary").last.click()
        checked(page)
        press(button(page, "/profile/data/erase/"))
        erasure = Erasure.objects.get(person=who, undone_at=None)
        checked(page)
        if not again:
            press(button(page, "/profile/data/erase/undo/"))
            checked(page)
            expect(page.locator("form[action='/profile/data/erase/']")).to_have_count(1)
    mail.outbox.clear()
    assert erasing.carry_out_due(at=erasure.due_at) == 1
    page.goto("/profile/data/")
    expect(page.locator("[name=login]")).to_be_visible()
    checked(page)
    assert [letter.to for letter in mail.outbox] == [[who.email]]
    who.refresh_from_db()
    assert not who.full_name and not who.is_active
