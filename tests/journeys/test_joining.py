"""From the landing page to a submitted application."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from playwright.sync_api import Page, expect

from community import celery
from community.members.models import Application
from community.members.services import phones
from tests import make
from tests.journeys.conftest import WALKS, Console, Letters, Look
from tests.journeys.walking import button, fill, gif, picture, press

EMAIL, PASSWORD = "linxiao@example.test", "yi-zhang-zhuozi-12"


@WALKS
def test_a_visitor_reads_and_signs_up(page: Page, checked: Callable[[Page], Page], letters: Letters) -> None:
    page.goto("/")
    checked(page)
    press(page.locator('main a[href="/join/"]').first)
    expect(page).to_have_url(re.compile("/join/$"))
    checked(page)
    press(page.locator('main a[href="/fees/"]').first)
    expect(page.locator("main")).to_contain_text("¥")
    checked(page)
    page.goto("/")
    press(page.locator('main a.btn-primary[href*="signup"]').first)
    checked(page)
    fill(page, email=EMAIL, password1=PASSWORD, password2=PASSWORD)
    press(button(page, "/accounts/signup/"))
    expect(page.locator("[name=code]")).to_be_visible()
    checked(page)
    fill(page, code="000000" if letters.code(EMAIL) != "000000" else "111111")
    press(button(page, "/accounts/confirm-email/"))
    expect(page.locator("[name=code][aria-invalid=true]")).to_be_visible()
    fill(page, code=letters.code(EMAIL))
    press(button(page, "/accounts/confirm-email/"))
    expect(page).to_have_url(re.compile("/home/$"))
    checked(page)
    press(page.locator('.next a[href="/application/edit/"]'))
    expect(page.locator("[name=full_name]")).to_be_visible()


def test_signing_in_leads_on_to_what_was_asked_for(
    person: Callable[..., Page], letters: Letters, checked: Callable[[Page], Page]
) -> None:
    """With the password, and with a code from the mail."""
    who = make.person(email=EMAIL)
    who.set_password(PASSWORD)
    who.save()
    EmailAddress.objects.create(user=who, email=EMAIL, verified=True, primary=True)
    page = person(locale="zh-CN", width=390)
    page.goto("/application/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/application/"))
    fill(page, login=EMAIL, password="wrong-wrong-wrong")
    press(button(page, "/accounts/login/"))
    expect(page.get_by_role("alert")).to_be_visible()
    checked(page)
    fill(page, login=EMAIL, password=PASSWORD)
    press(button(page, "/accounts/login/"))
    expect(page).to_have_url(re.compile(r"/application/$"))


@WALKS
def test_the_application_is_filled_in_and_sent(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console, letters: Letters
) -> None:
    who = make.person("林晓", language=look.language)
    typed = make.typed()
    page = enter(who, look)
    page.goto("/application/")
    checked(page)
    press(page.locator('main a[href="/application/edit/"]'))

    # Typed and not yet saved: it survives a reload and a post that did not arrive.
    fill(page, full_name="林晓", wechat="linxiao-1")
    page.reload()
    expect(page.locator("[name=wechat]")).to_have_value("linxiao-1")
    console.allow("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.locator("form.form button.btn-primary").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto("/application/edit/?step=me")
    expect(page.locator("[name=wechat]")).to_have_value("linxiao-1")
    fill(page, phone="123")
    page.locator("[name=city]").select_option(typed["city"])
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("[name=phone][aria-invalid=true]")).to_have_value("123")
    expect(page.locator("[name=wechat]")).to_have_value("linxiao-1")
    checked(page)
    fill(page, phone="138 0013 8000")
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("[name=credit_code]")).to_be_visible()

    # Sending says what is missing, and leads there.
    page.goto("/application/edit/?step=evidence")
    press(button(page, "/application/submit/"))
    missing = page.locator('[role=alert] a[href*="step=company"]')
    expect(missing.first).to_be_visible()
    checked(page)
    press(missing.first)

    # The code is judged while it is typed, and by the server.
    wrong = typed["credit_code"][:-1] + ("0" if typed["credit_code"][-1] != "0" else "1")
    page.locator("[name=role][value=legal_representative]").check()
    fill(page, legal_name=typed["legal_name"])
    page.locator("[name=credit_code]").fill("")
    page.locator("[name=credit_code]").press_sequentially(wrong.lower())
    expect(page.locator("[data-credit-result]")).to_have_attribute("data-state", "bad")
    page.locator("[name=industry]").select_option(typed["industry"])
    page.locator("[name=stage]").select_option("growing")
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("[name=credit_code][aria-invalid=true]")).to_have_value(wrong)
    checked(page)
    fill(page, credit_code=typed["credit_code"])
    expect(page.locator("[data-credit-result]")).to_have_attribute("data-state", "ok")
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("[name=about]")).to_be_visible()
    fill(page, about=typed["about"], needs=typed["needs"], offers=typed["offers"])
    press(page.locator("form.form button.btn-primary"))

    # A file is judged by its content.
    expect(page.locator("[name=file]")).to_be_visible()
    page.locator("[name=file]").set_input_files(gif("合同.png"))
    press(button(page, "/application/documents/"))
    expect(page.get_by_role("alert").first).to_contain_text("合同.png")
    page.locator("[name=file]").set_input_files(picture())
    press(button(page, "/application/documents/"))
    expect(page.locator("#papers")).to_contain_text("营业执照.png")
    checked(page)
    press(button(page, "/application/submit/"))
    expect(page.locator("[name=consent][aria-invalid=true]")).to_be_visible()
    page.locator("[name=consent]").check()
    press(button(page, "/application/submit/"))
    expect(page).to_have_url(re.compile("/application/$"))
    checked(page)
    application = Application.objects.get(person=who)
    assert application.status == "submitted" and application.company.credit_code == typed["credit_code"]
    assert "/application/" in str(letters.last(who.email).body)


def test_signing_in_by_a_text_message(
    person: Callable[..., Page],
    checked: Callable[[Page], Page],
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Phone, code out of the demo's mailbox; a wrong one says what to do, and the right one still opens."""
    settings.ROOT_URLCONF = "tests.pages.demo_urlconf"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    monkeypatch.setattr("community.members.accounts.ring", lambda task, *args: celery.app.tasks[task](*args))
    who = make.member("林晓")
    EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)
    phones.show(who.pk, "+8613911112222", at=timezone.now())
    page = person(locale="zh-CN", width=390)
    page.goto("/accounts/login/")
    press(page.locator('a[href^="/accounts/login/code/"]'))
    checked(page)
    fill(page, phone="139 1111 2222")
    press(page.locator("form.form button[type=submit]"))
    expect(page.locator("main")).to_contain_text("+86 139 1111 2222")
    expect(page.locator("main a[href^='/accounts/login/code/']").first).to_be_visible()
    checked(page)

    mailbox = page.context.new_page()
    mailbox.goto("/demo/mail/?to=8613911112222")
    press(mailbox.locator("main .rows a").first)
    code = re.search(r"\b\d{6}\b", mailbox.locator("main").inner_text())
    assert code
    fill(page, code="000000" if code[0] != "000000" else "111111")
    press(page.locator("form.form button[type=submit]").first)
    expect(page.locator("[name=code][aria-invalid=true]")).to_be_visible()
    expect(page.locator("#id_code_error")).to_contain_text("核对后重填")
    checked(page)
    fill(page, code=code[0])
    press(page.locator("form.form button[type=submit]").first)
    expect(page).to_have_url(re.compile("/home/$"))
    expect(page.locator("main")).to_contain_text("林晓")
