"""Every form works where no script runs: an old phone, a strict browser, a lost download."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.members.models import Application, Person
from devtools.stripe_double import StripeDouble
from tests import make
from tests.events.make import organizer
from tests.journeys.conftest import LOOKS, Letters
from tests.journeys.walking import button, fee_paid, fill, gif, picture, press, roundtable

EMAIL, PASSWORD = "linxiao@example.test", "yi-zhang-zhuozi-12"


def test_the_whole_way_in(
    person: Callable[..., Page], enter: Callable[..., Page], cashier: StripeDouble, letters: Letters, live_server: Any
) -> None:
    page = person(locale="zh-CN", width=390, java_script_enabled=False)
    page.goto("/accounts/signup/")
    fill(page, email=EMAIL, password1=PASSWORD, password2=PASSWORD)
    press(button(page, "/accounts/signup/"))
    fill(page, code=letters.code(EMAIL))
    press(button(page, "/accounts/confirm-email/"))
    apply(page)
    review(enter(make.reviewer(), LOOKS[0], java_script_enabled=False))

    now = timezone.now()
    table = roundtable("第一批客户从哪来", at=now, starts_in=timedelta(minutes=40))
    page.goto(table.get_absolute_url())
    press(button(page, "/signup/"))
    page.locator("details.confirm summary").click()
    press(button(page, "/withdraw/"))
    press(button(page, "/signup/"))
    desk = enter(organizer(), LOOKS[0], java_script_enabled=False)
    desk.goto(f"/desk/events/{table.public_id}/roster/")
    press(desk.locator("li", has_text="林晓").locator("button.tick"))
    expect(desk.locator("li", has_text="林晓").locator("[aria-pressed=true]")).to_be_visible()

    fee_paid(page)
    press(page.locator("button[type=submit]"))  # the card that works is filled in
    page.goto("/home/")
    assert Application.objects.get(person__email=EMAIL).status == "admitted"
    press(page.locator('form[action="/i18n/setlang/"] button'))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("details.menu summary").click()
    press(button(page, "/accounts/logout/"))
    page.goto("/home/")
    expect(page.locator("[name=login]")).to_be_visible()


def apply(page: Page) -> None:
    typed = make.typed()
    page.goto("/application/edit/")
    next_step = page.locator("form.form button.btn-primary")
    fill(page, full_name=typed["full_name"], phone="12")
    press(next_step)
    expect(page.locator("[name=phone][aria-invalid=true]")).to_have_value("12")
    fill(page, phone=typed["phone"])
    page.locator("[name=city]").select_option(typed["city"])
    press(next_step)
    page.locator("[name=role][value=legal_representative]").check()
    fill(page, legal_name=typed["legal_name"], credit_code=typed["credit_code"].lower())
    page.locator("[name=industry]").select_option(typed["industry"])
    page.locator("[name=stage]").select_option(typed["stage"])
    press(next_step)
    fill(page, about=typed["about"])
    press(next_step)
    page.locator("[name=file]").set_input_files(gif("合同.png"))
    press(button(page, "/application/documents/"))
    expect(page.get_by_role("alert").first).to_contain_text("合同.png")
    page.locator("[name=file]").set_input_files(picture())
    press(button(page, "/application/documents/"))
    press(button(page, "/application/submit/"))
    page.locator("[name=consent]").check()
    press(button(page, "/application/submit/"))
    expect(page.get_by_role("status").first).to_be_visible()


def review(desk: Page) -> None:
    desk.goto("/desk/applications/")
    press(desk.locator("[data-item]").first)
    press(button(desk, "/claim/"))
    desk.locator("[name=result]").select_option("confirmed")
    press(button(desk, "/verify/"))
    press(desk.locator("button[name=decision][value=approve]"))
    press(button(desk, "/approve/"))
    assert Application.objects.get(person=Person.objects.get(email=EMAIL)).status == "approved"
