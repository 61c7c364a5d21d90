"""Ways to a page that take more than an address: what somebody fills in, chooses and presses there."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Page


async def press(page: "Page", selector: str) -> None:
    async with page.expect_navigation():
        await page.locator(selector).first.click()


async def open_confirm(page: "Page", _: dict[str, str]) -> None:
    await page.locator("details.confirm summary").first.click()


def then(path: str, *steps: Callable[["Page", dict[str, str]], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Go to a path, then take these steps there."""

    async def go(page: "Page", places: dict[str, str]) -> None:
        await page.goto(path.format(**places))
        for step in steps:
            await step(page, places)

    return go


def pressing(selector: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    return lambda page, _: press(page, selector)


def seeing(selector: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    """What a worker brings is there."""
    return lambda page, _: page.locator(selector).wait_for()


def leading(path: str) -> Callable[["Page", dict[str, str]], Awaitable[Any]]:
    return lambda page, _: page.goto(path)


def filling(**fields: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    async def fill(page: "Page", _: dict[str, str]) -> None:
        for name, value in fields.items():
            await page.locator(f"[name={name}]").first.fill(value)

    return fill


def choosing(**fields: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    async def choose(page: "Page", _: dict[str, str]) -> None:
        for name, value in fields.items():
            await page.locator(f"[name={name}]").first.select_option(value)

    return choose


async def sign_up(page: "Page", _: dict[str, str]) -> None:
    await page.goto("/accounts/signup/")
    await filling(
        email=f"someone-{secrets.token_hex(4)}@example.test",
        password1="a-table-of-twelve",
        password2="a-table-of-twelve",
    )(page, {})
    await press(page, 'form[action="/accounts/signup/"] button')


async def make_address(page: "Page", _: dict[str, str]) -> None:
    """Once made, in whichever language, it is there."""
    if await page.locator("form.actions button").count():
        await press(page, "form.actions button")


async def stand_in_page(page: "Page", places: dict[str, str]) -> None:
    await page.goto(f"/billing/invoices/{places['invoice_open']}/")
    await press(page, 'form[action$="/pay/"] button')


async def declined(page: "Page", places: dict[str, str]) -> None:
    await stand_in_page(page, places)
    await page.locator("#number").fill("4000 0000 0000 0002")
    await press(page, "button[type=submit]")


async def waiting_for_money(page: "Page", places: dict[str, str]) -> None:
    await stand_in_page(page, places)
    await page.goto(f"/billing/invoices/{places['invoice_open']}/return/")


def error_page(name: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    """A page that only an accident shows."""

    async def show(page: "Page", _: dict[str, str]) -> None:
        language = "en" if await page.evaluate("navigator.language") == "en-US" else "zh-hans"
        body = await asyncio.to_thread(rendered, f"{name}.html", language)
        await page.route("**/accident/", lambda route: route.fulfill(body=body, content_type="text/html"))
        await page.goto("/accident/")

    return show


def rendered(template: str, language: str) -> str:
    from django.template.loader import render_to_string
    from django.utils import translation

    with translation.override(language):
        return render_to_string(template)


def letter(name: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    """A letter as a mail program shows it, in the language of the browser."""

    async def show(page: "Page", places: dict[str, str]) -> None:
        language = "en" if (await page.evaluate("navigator.language")).startswith("en") else "zh-hans"
        await page.set_content(places[f"letter {name} {language}"])

    return show
