"""The parts and the account pages in a real browser: accessible by day and by night, and the script's small services."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests import make
from tests.journeys.conftest import LOOKS, Console, Look

ENTRANCES = ["/accounts/login/", "/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/"]
OWN = [
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/accounts/logout/",
]


@pytest.fixture(autouse=True)
def _gallery(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.journeys.gallery_urls"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]], indirect=True, ids=lambda look: f"{look.locale}-{look.width}")
def test_parts_and_entrances_by_day_and_by_night(
    person: Callable[..., Page], look: Look, scheme: str, checked: Callable[[Page], Page]
) -> None:
    page = person(locale=look.locale, width=look.width, scheme=scheme)
    for address in ["/demo/components/", *ENTRANCES]:
        page.goto(address)
        checked(page)


@pytest.mark.parametrize("look", [LOOKS[1], LOOKS[2]], indirect=True, ids=lambda look: f"{look.locale}-{look.width}")
def test_account_pages_of_somebody_signed_in(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page]
) -> None:
    page = enter(make.person("林晓", language=look.language), look)
    for address in OWN:
        page.goto(address)
        checked(page)
    page.locator("details.menu > summary").click()
    checked(page)
    page.keyboard.press("Escape")
    expect(page.locator(".menu-panel")).to_be_hidden()


def test_the_language_switch_leads_back_to_the_same_page(person: Callable[..., Page]) -> None:
    page = person()
    page.goto("/accounts/login/?next=/home/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/accounts/login/?next=/home/")


@pytest.mark.parametrize("width", [390, 1280])
def test_touch_targets_are_44_pixels_high(person: Callable[..., Page], width: int) -> None:
    page = person(width=width)
    page.goto("/demo/components/")
    low = page.evaluate(
        """[...document.querySelectorAll('main .btn, main .input, main .select, .tick, .check-row, .tabs a, .ways a')]
        .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 90))"""
    )
    assert not low, low


def test_a_second_press_sends_nothing(person: Callable[..., Page]) -> None:
    page = person()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("nobody@example.test")
    page.locator("[name=password]").fill("paper-and-pine")
    posts: list[Request] = []
    page.context.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    busy, before, during = page.evaluate(
        """async () => {
            const button = document.querySelector('main form.form button[type=submit]')
            // The post itself would leave the page before one can look at it.
            button.form.addEventListener('submit', () => { button.form.target = 'elsewhere' })
            const width = () => Math.round(button.getBoundingClientRect().width)
            const before = width()
            button.click(); button.click()
            await new Promise((done) => setTimeout(done, 50))
            button.click()
            return [button.getAttribute('aria-busy'), before, width()]
        }"""
    )
    page.wait_for_timeout(300)
    assert (busy, during) == ("true", before)
    assert len(posts) == 1


def test_keys_copying_and_the_credit_code(person: Callable[..., Page]) -> None:
    page = person(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/demo/components/")
    page.keyboard.press("j")
    expect(page.locator("[data-keys] [data-item]").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-keys] [data-item]").nth(0)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("details.confirm")).to_have_attribute("open", "")

    field = page.locator("#new_credit_code")
    result = page.locator("form[data-keep] [data-credit-result]")
    code = make.credit_code(7)
    field.press_sequentially(code[:6].lower())
    expect(result).to_have_text(re.compile("12"))
    field.fill(code.lower())
    expect(result).to_have_attribute("data-state", "ok")
    field.fill("0" * 18)
    expect(result).to_have_attribute("data-state", "bad")
    field.fill(code[:-1] + "I")
    expect(result).to_have_text(re.compile("I"))
    # A letter typed into a field is a letter, not a command.
    expect(field).to_be_focused()


def test_typed_text_outlives_all_but_an_answer(person: Callable[..., Page], console: Console) -> None:
    console.allow("status of 404")
    page = person()
    page.goto("/demo/components/")
    company = page.locator("#new_company")
    company.press_sequentially("Yunfan")

    def send_to(address: str) -> None:
        with page.expect_navigation():
            page.evaluate(
                """address => { const form = document.querySelector('form[data-keep]');
                                form.noValidate = true; form.action = address; form.requestSubmit() }""",
                address,
            )
        page.goto("/demo/components/")

    page.reload()
    expect(company).to_have_value("Yunfan")
    send_to("/nothing-here/")
    expect(company).to_have_value("Yunfan")
    page.get_by_role("button", name="不要了").click()
    expect(company).to_have_value("")
    page.reload()
    expect(company).to_have_value("")

    company.press_sequentially("Qinghe")
    send_to("/i18n/setlang/")  # any address that answers with a redirect
    expect(company).to_have_value("")
