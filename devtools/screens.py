"""`make screens`: every page in its interesting states, 390 and 1280 px, Chinese and English, by day and by night, into
screens/ with one contact sheet. A new page joins with one line of SCREENS; `python -m devtools.screens desk fees` takes
only the pages whose name has one of these words.

It runs a demo club of its own (servers, worker, stand-in for Stripe) in a throw-away folder.
"""

import asyncio
import contextlib
import html
import io
import os
import re
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from community.pages.demo.accounts import DEMO_PASSWORD
from devtools import browser as chromium
from devtools.services import Services, ServicesError, scratch_folder

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

OUT = Path(__file__).resolve().parent.parent / "screens"
WIDTHS = {390: 844, 1280: 900}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
THEMES = ("light", "dark")
# What sticks to the foot of the window stands at the foot of the page: a picture has no window.
PICTURED = ".action-bar, .bar { position: static !important }"
AT_ONCE = 4  # pages open at the same time


class Screen(NamedTuple):
    """`who`: a demo account's name, a name of `people()`, or None for a visitor. `way`: a path with the names of
    `places()` in braces, or a function that leads there from an empty page."""

    page: str
    state: str
    who: str | None
    way: "str | Callable[[Page, dict[str, str]], Awaitable[None]]"


# Ways that take more than an address ---------------------------------------------------------------


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


def leading(path: str) -> Callable[["Page", dict[str, str]], Awaitable[Any]]:
    return lambda page, _: page.goto(path)


def filling(**fields: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    async def fill(page: "Page", _: dict[str, str]) -> None:
        for name, value in fields.items():
            await page.locator(f"[name={name}]").first.fill(value)

    return fill


async def sign_up(page: "Page", _: dict[str, str]) -> None:
    await page.goto("/accounts/signup/")
    await filling(
        email=f"someone-{secrets.token_hex(4)}@example.test",
        password1="a-table-of-twelve",
        password2="a-table-of-twelve",
    )(page, {})
    await press(page, 'form[action="/accounts/signup/"] button')


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


LOGIN, SEND = 'form[action="/accounts/login/"] button', 'form[action="/application/submit/"] button'
NEXT = "form.form button.btn-primary"
WRONG_CODE = {"legal_name": "深圳云帆科技有限公司", "credit_code": "91440300708461136X"}

SCREENS = [
    Screen("Landing", "visitor", None, "/"),
    Screen("Landing", "member", "member", "/"),
    Screen("How to join", "visitor", None, "/join/"),
    Screen("How to join", "approved applicant", "approved", "/join/"),
    Screen("Fees", "visitor", None, "/fees/"),
    Screen("Fees", "approved applicant", "approved", "/fees/"),
    Screen("Account", "sign in", None, "/accounts/login/"),
    Screen("Account", "sign in, refused", None,
           then("/accounts/login/", filling(login="member@demo.test", password="not-this-one"), pressing(LOGIN))),
    Screen("Account", "sign in by code", None, "/accounts/login/code/"),
    Screen("Account", "sign up", None, "/accounts/signup/"),
    Screen("Account", "sign up, refused", None,
           then("/accounts/signup/", filling(email="a@example.test", password1="12345", password2="12346"), pressing('form[action="/accounts/signup/"] button'))),
    Screen("Account", "code from the mail", None, sign_up),
    Screen("Account", "forgotten password", None, "/accounts/password/reset/"),
    Screen("Account", "forgotten password, code", None,
           then("/accounts/password/reset/", filling(email="nobody@example.test"), pressing("form.form button"))),
    Screen("Account", "e-mail address", "member", "/accounts/email/"),
    Screen("Account", "password", "member", "/accounts/password/change/"),
    Screen("Account", "second factor", "reviewer", "/accounts/2fa/"),
    Screen("Account", "is it you", "reviewer", "/accounts/2fa/totp/activate/"),
    Screen("Account", "second factor, set up", "organizer",
           then("/accounts/2fa/totp/activate/", filling(password=DEMO_PASSWORD), pressing("main form button"))),
    Screen("Account", "devices", None,
           then("/accounts/login/", filling(login="member@demo.test", password=DEMO_PASSWORD), pressing(LOGIN), leading("/accounts/sessions/"))),
    Screen("Account", "sign out", "member", "/accounts/logout/"),
    Screen("Application", "none yet", "visitor", "/application/"),
    Screen("Application", "draft", "drafting", "/application/"),
    Screen("Application", "step 1", "drafting", "/application/edit/?step=me"),
    Screen("Application", "step 2", "drafting", "/application/edit/?step=company"),
    Screen("Application", "step 2, errors", "visitor",
           then("/application/edit/?step=company", filling(**WRONG_CODE), pressing(NEXT))),
    Screen("Application", "step 3", "drafting", "/application/edit/?step=words"),
    Screen("Application", "step 4", "drafting", "/application/edit/?step=evidence"),
    Screen("Application", "step 4, missing", "visitor", then("/application/edit/?step=evidence", pressing(SEND))),
    Screen("Application", "submitted", "applicant", "/application/"),
    Screen("Application", "more needed", "asked", "/application/"),
    Screen("Application", "more needed, answering", "asked", "/application/edit/"),
    Screen("Application", "approved", "approved", "/application/"),
    Screen("Application", "withdrawing", "approved", then("/application/", open_confirm)),
    Screen("Application", "attended, unpaid", "attended", "/application/"),
    Screen("Application", "admitted", "member", "/application/"),
    Screen("Application", "rejected", "rejected", "/application/"),
    Screen("Application", "lapsed", "lapsed", "/application/"),
    Screen("Application", "withdrawn", "withdrawn", "/application/"),
    Screen("Home", "no application", "visitor", "/home/"),
    Screen("Home", "draft", "drafting", "/home/"),
    Screen("Home", "submitted", "applicant", "/home/"),
    Screen("Home", "more needed", "asked", "/home/"),
    Screen("Home", "approved, nothing booked", "approved", "/home/"),
    Screen("Home", "approved, seat booked", "seated", "/home/"),
    Screen("Home", "approved, paid", "paid", "/home/"),
    Screen("Home", "attended, unpaid", "attended", "/home/"),
    Screen("Home", "member", "member", "/home/"),
    Screen("Home", "host", "host", "/home/"),
    Screen("Home", "year nearly over", "expiring", "/home/"),
    Screen("Home", "trainee", "trainee", "/home/"),
    Screen("Home", "lapsed", "lapsed", "/home/"),
    Screen("Home", "rejected", "rejected", "/home/"),
    Screen("Home", "organizer", "organizer", "/home/"),
    Screen("Events", "visitor", None, "/events/"),
    Screen("Events", "member", "member", "/events/"),
    Screen("Events", "nothing of this kind", None, "/events/?kind=trip"),
    Screen("Event", "visitor", None, "/events/{table}/"),
    Screen("Event", "applicant", "applicant", "/events/{table}/"),
    Screen("Event", "approved applicant", "approved", "/events/{table}/"),
    Screen("Event", "booked", "member", "/events/{table}/"),
    Screen("Event", "giving back", "member", then("/events/{table}/", open_confirm)),
    Screen("Event", "host", "host", "/events/{table}/"),
    Screen("Event", "full", "member", "/events/{full}/"),
    Screen("Event", "past, was there", "member", "/events/{past}/"),
    Screen("Event", "past, visitor", None, "/events/{past}/"),
    Screen("Event", "cancelled", "member", "/events/{cancelled}/"),
    Screen("Billing", "no invoice", "visitor", "/billing/"),
    Screen("Billing", "invoices", "member", "/billing/"),
    Screen("Billing", "money kept", "short", "/billing/"),
    Screen("Billing", "choose a tier", "approved", "/billing/join/"),
    Screen("Billing", "not yet allowed", "applicant", "/billing/join/"),
    Screen("Billing", "another tier", "attended", "/billing/join/"),
    Screen("Billing", "invoice, open", "attended", "/billing/invoices/{invoice_open}/"),
    Screen("Billing", "receipt", "member", "/billing/invoices/{invoice_paid}/"),
    Screen("Billing", "invoice, refunded", "lapsed", "/billing/invoices/{invoice_lapsed}/"),
    Screen("Billing", "waiting for the money", "attended", waiting_for_money),
    Screen("Billing", "came back without paying", "attended", "/billing/invoices/{invoice_open}/return/?cancelled=1"),
    Screen("Billing", "paid", "member", "/billing/invoices/{invoice_paid}/return/"),
    Screen("Stand-in payment page", "open", "attended", stand_in_page),
    Screen("Stand-in payment page", "declined", "attended", declined),
    Screen("Desk", "start, administrator", "admin", "/desk/"),
    Screen("Desk", "start, reviewer", "reviewer", "/desk/"),
    Screen("Desk: applications", "queue", "reviewer", "/desk/applications/"),
    Screen("Desk: applications", "nothing found", "reviewer", "/desk/applications/?q=xyz"),
    Screen("Desk: applications", "unclaimed", "reviewer", "/desk/applications/{unclaimed}/"),
    Screen("Desk: applications", "claimed by me", "reviewer2", "/desk/applications/{claimed}/"),
    Screen("Desk: applications", "claimed by another", "reviewer", "/desk/applications/{claimed}/"),
    Screen("Desk: applications", "rejecting without a reason", "reviewer2",
           then("/desk/applications/{claimed}/", pressing('button[formaction$="/reject/"]'))),
    Screen("Desk: applications", "approved", "reviewer", "/desk/applications/{approved}/"),
    Screen("Desk: applications", "rejected", "reviewer", "/desk/applications/{rejected}/"),
    Screen("Desk: events", "list", "organizer", "/desk/events/"),
    Screen("Desk: events", "drafts", "organizer", "/desk/events/?list=draft"),
    Screen("Desk: events", "new", "organizer", "/desk/events/new/"),
    Screen("Desk: events", "new, errors", "organizer",
           then("/desk/events/new/", filling(topic="", host="没有这个人", seats_each="13"), pressing(NEXT))),
    Screen("Desk: events", "draft", "organizer", "/desk/events/{draft}/"),
    Screen("Desk: events", "published", "organizer", "/desk/events/{table}/"),
    Screen("Desk: events", "cancelling", "organizer", then("/desk/events/{table}/", open_confirm)),
    Screen("Desk: events", "cancelled", "organizer", "/desk/events/{cancelled}/"),
    Screen("Desk: roster", "too early", "organizer", "/desk/events/{table}/roster/"),
    Screen("Desk: roster", "today", "organizer", "/desk/events/{today}/roster/"),
    Screen("Desk: roster", "taking one back", "organizer", "/desk/events/{past}/roster/?undo={attended_signup}"),
    Screen("Desk: roster", "closed", "organizer", "/desk/events/{past}/roster/"),
    Screen("Desk: roster", "for printing", "organizer", "/desk/events/{table}/roster/?print=1"),
    Screen("Desk: money", "fits nothing", "treasurer", "/desk/billing/"),
    Screen("Desk: money", "fits nothing, sending back", "treasurer", then("/desk/billing/", open_confirm)),
    Screen("Desk: money", "refunds", "treasurer", "/desk/billing/?list=refunds"),
    Screen("Desk: money", "payments", "treasurer", "/desk/billing/?list=payments"),
    Screen("Errors", "403, another role", "reviewer", "/desk/billing/"),
    Screen("Errors", "403, no role", "member", "/desk/"),
    Screen("Errors", "403, form too old", None, error_page("403_csrf")),
    Screen("Errors", "404", None, "/nobody-knows-this/"),
    Screen("Errors", "404, somebody else's invoice", "member", "/billing/invoices/{invoice_open}/"),
    Screen("Errors", "400", None, error_page("400")),
    Screen("Errors", "429", None, error_page("429")),
    Screen("Errors", "500", None, error_page("500")),
    Screen("Demo", "mailbox", None, "/demo/mail/"),
    Screen("Demo", "mailbox, nothing", None, "/demo/mail/?to=nobody@example.test"),
    Screen("Demo", "a mail", None, then("/demo/mail/", pressing("main .rows a"))),
    Screen("Demo", "interface parts", None, "/demo/components/"),
]  # fmt: skip


# Who and what the demo club has for us ---------------------------------------------------------------


def people() -> dict[str, Any]:
    """The demo accounts by name, and somebody in each other state of an application."""
    from community.members.models import Application, Person
    from community.pages.demo import DEMO_ACCOUNTS

    found = {one.email.partition("@")[0]: Person.objects.get(email=one.email) for one in DEMO_ACCOUNTS}
    others = Application.objects.exclude(person__in=found.values()).select_related("person").order_by("pk")
    approved = others.filter(status="approved")
    unpaid = approved.filter(attended_at=None, paid_at=None)
    states = {
        "drafting": others.filter(status="draft"),
        "asked": others.filter(status="more_needed"),
        "rejected": others.filter(status="rejected"),
        "withdrawn": others.filter(status="withdrawn"),
        "attended": approved.filter(attended_at__isnull=False, paid_at=None),
        "seated": unpaid.filter(person__signups__status="confirmed"),
        "paid": approved.filter(attended_at=None, paid_at__isnull=False),
        "short": unpaid.filter(person__payments__status="held"),
    }
    return found | {name: rows.first().person for name, rows in states.items()}  # type: ignore[union-attr]


def places(who: dict[str, Any]) -> dict[str, str]:
    """What the addresses of SCREENS name."""
    from django.utils import timezone

    from community.billing.models import Invoice
    from community.events.models import Event, Signup
    from community.members.models import Application

    now = timezone.now()
    coming = Event.objects.filter(status="open", starts_at__gt=now).order_by("starts_at")
    attended = Signup.objects.filter(person=who["member"], status="attended").order_by("-event__starts_at")[0]
    queue = Application.objects.filter(status="submitted").order_by("submitted_at")
    rows = {
        "table": coming.filter(kind="roundtable", signups__person=who["member"])[0],
        "full": coming.filter(kind="visit")[0],
        "past": attended.event,
        "cancelled": Event.objects.filter(status="cancelled")[0],
        "today": Event.objects.filter(status="open", kind="class").order_by("starts_at")[0],
        "draft": Event.objects.filter(status="draft")[0],
        "attended_signup": attended,
        "unclaimed": queue.filter(claimed_by=None)[0],
        "claimed": queue.filter(claimed_by=who["reviewer2"])[0],
        "approved": who["approved"].applications.get(),
        "rejected": who["rejected"].applications.get(),
    }
    numbers = {
        "invoice_open": Invoice.objects.get(person=who["attended"], status="open"),
        "invoice_paid": Invoice.objects.filter(person=who["member"])[0],
        "invoice_lapsed": Invoice.objects.filter(person=who["lapsed"])[0],
    }
    return {name: row.public_id for name, row in rows.items()} | {name: row.number for name, row in numbers.items()}


def session_of(person: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(person)
    return str(client.cookies["sessionid"].value)


@contextlib.contextmanager
def club() -> Iterator[str]:
    """A demo club of our own for the length of a block; its address."""
    for name in ("DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY", "BASE_URL", "PORT", "HOST"):
        os.environ.pop(name, None)
    folder = scratch_folder()
    os.environ.update(RUN_FOLDER=str(folder), DEMO="1", DJANGO_SETTINGS_MODULE="community.settings")
    from devtools.run import Run

    run = Run()
    run.services = Services(folder, durable=False)
    try:
        run.start()
        os.environ.update(run.env)
        import django

        django.setup()
        yield run.env["BASE_URL"]
    finally:
        run.stop()
        shutil.rmtree(folder, ignore_errors=True)


# Taking the pictures --------------------------------------------------------------------------------


def file_name(screen: Screen, language: str, width: int, theme: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", f"{screen.page} {screen.state}".lower()).strip("-")
    return f"{words}.{language}.{width}.{theme}.png"


def save(png: bytes, path: Path) -> None:
    """With 256 colours a page is a third of the size, and nobody sees it."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path)


async def take(browser: "Browser", screen: Screen, language: str, base: str, known: dict[str, Any]) -> list[str]:
    """One state in one language: led there once, pictured in each width and theme. Returns what looked wrong."""
    context = await browser.new_context(
        base_url=base, locale=LANGUAGES[language], timezone_id="Asia/Shanghai", reduced_motion="reduce", bypass_csp=True,
        viewport={"width": 390, "height": WIDTHS[390]},
    )  # fmt: skip
    context.set_default_timeout(60_000)
    faults: list[str] = []
    try:
        if screen.who:
            await context.add_cookies([{"name": "sessionid", "value": known["sessions"][screen.who], "url": base}])
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
        )
        if isinstance(screen.way, str):
            await page.goto(screen.way.format(**known["places"]))
        else:
            await screen.way(page, known["places"])
        for width, height in WIDTHS.items():
            await page.set_viewport_size({"width": width, "height": height})
            if (wide := await page.evaluate("document.documentElement.scrollWidth")) > width:
                faults.append(f"{wide} px wide in a window of {width}")
            for theme in THEMES:
                await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                png = await page.screenshot(full_page=True, animations="disabled", style=PICTURED)
                await asyncio.to_thread(save, png, OUT / file_name(screen, language, width, theme))
    except Exception as error:
        faults.append(str(error).splitlines()[0])
    finally:
        await context.close()
    return [f"{screen.page}, {screen.state} ({language}): {fault}" for fault in faults]


async def take_all(screens: list[Screen], base: str, known: dict[str, Any]) -> list[str]:
    from playwright.async_api import async_playwright

    waiting = [(screen, language) for screen in screens for language in LANGUAGES]
    faults: list[str] = []

    async def work(browser: "Browser") -> None:
        while waiting:
            screen, language = waiting.pop(0)
            faults.extend(await take(browser, screen, language, base, known))

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**chromium.launch_arguments())  # type: ignore[arg-type]
        await asyncio.gather(*(work(browser) for _ in range(AT_ONCE)))
        await browser.close()
    return faults


STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 1rem 1.5rem; color: #1b1f1d; background: #faf8f4 }
nav { position: sticky; top: 0; background: #faf8f4; padding: .5rem 0; border-bottom: 1px solid #e4dfd4 }
nav a, nav label { margin-right: .8rem; white-space: nowrap } nav div { margin-top: .25rem }
h2 { margin: 2rem 0 .5rem; scroll-margin-top: 6rem } h3 { margin: 1rem 0 .25rem; font-size: 14px; color: #626461 }
.row { display: flex; gap: .75rem; overflow-x: auto; align-items: flex-start }
img { border: 1px solid #e4dfd4; display: block } .w390 img { width: 200px } .w1280 img { width: 420px }
"""


def contact_sheet(screens: list[Screen]) -> str:
    """Plain HTML: boxes to tick choose language, width and theme; a picture opens in full size."""
    choices = [*LANGUAGES, *(f"w{width}" for width in WIDTHS), *THEMES]
    hidden = "".join(f"body:has(#{c}:not(:checked)) .{c} {{ display: none }}\n" for c in choices)
    boxes = "".join(f'<label><input type="checkbox" id="{c}" checked> {c.removeprefix("w")}</label>' for c in choices)
    pages = list(dict.fromkeys(screen.page for screen in screens))
    links = "".join(f'<a href="#p{n}">{html.escape(name)}</a>' for n, name in enumerate(pages))
    body = ""
    for n, name in enumerate(pages):
        body += f'<h2 id="p{n}">{html.escape(name)}</h2>\n'
        for screen in (s for s in screens if s.page == name):
            body += f'<h3>{html.escape(screen.state)}</h3><div class="row">'
            for theme in THEMES:
                for language in LANGUAGES:
                    for width in WIDTHS:
                        file = file_name(screen, language, width, theme)
                        body += f'<a class="{language} w{width} {theme}" href="{file}"><img loading="lazy" src="{file}" alt=""></a>'
            body += "</div>\n"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title><style>{STYLE}{hidden}</style>'
        f"<nav><div>{boxes}</div><div>{links}</div></nav>{body}</html>"
    )


def main(words: list[str]) -> int:
    started = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped again
    chosen = [s for s in SCREENS if not words or any(w.lower() in f"{s.page} {s.state}".lower() for w in words)]
    OUT.mkdir(exist_ok=True)
    if not words:
        for old in OUT.glob("*.png"):
            old.unlink()
    try:
        with club() as base:
            who = people()
            known = {"places": places(who), "sessions": {name: session_of(person) for name, person in who.items()}}
            faults = asyncio.run(take_all(chosen, base, known))
    except (ServicesError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    there = [s for s in SCREENS if (OUT / file_name(s, "zh", 390, "light")).exists()]
    (OUT / "index.html").write_text(contact_sheet(there), encoding="utf-8")
    print("\n".join(faults))
    print(f"{len(chosen)} states in {time.monotonic() - started:.0f} s: {OUT / 'index.html'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
