"""What is pictured: who looks at which page in which state. A new page joins with one line of SCREENS."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from community.pages.demo.accounts import DEMO_PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Page


OUT = Path(__file__).resolve().parents[2] / "screens"
WIDTHS = {390: 844, 1280: 900}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
THEMES = ("light", "dark")
# What sticks to the foot of the window stands at the foot of the page: a picture has no window.
PICTURED = ".action-bar, .bar { position: static !important } * { caret-color: transparent !important }"
LONGEST = 300  # seconds for one state on a busy machine
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
    Screen("Event", "full", "trainee", "/events/{full}/"),
    Screen("Event", "on the waitlist", "member", "/events/{full}/"),
    Screen("Event", "visit before its release", "member", "/events/{follower}/"),
    Screen("Event", "visit before its release, visitor", None, "/events/{follower}/"),
    Screen("Event", "fair allotment, signed up", "host", "/events/{collecting}/"),
    Screen("Event", "fair allotment, not yet", "expiring", "/events/{collecting}/"),
    Screen("Event", "fair allotment, given", "member", "/events/{allotted}/"),
    Screen("Event", "fair allotment, how it came about", "member", "/events/{allotted}/allotment/"),
    Screen("Event", "past, was there", "member", "/events/{past}/"),
    Screen("Event", "past, visitor", None, "/events/{past}/"),
    Screen("Event", "cancelled", "member", "/events/{cancelled}/"),
    Screen("Posts", "list", "member", "/posts/"),
    Screen("Posts", "narrowed to nothing", "member", "/posts/?q=xyz"),
    Screen("Posts", "not a member", "approved", "/posts/"),
    Screen("Posts", "my posts", "member", "/posts/mine/"),
    Screen("Posts", "my posts, none", "trainee", "/posts/mine/"),
    Screen("Posts", "new", "member", "/posts/new/"),
    Screen("Posts", "new, refused", "member", then("/posts/new/", filling(title="找我", text="打 13800138000"), pressing(NEXT))),
    Screen("Post", "own, open", "member", "/posts/{own_post}/"),
    Screen("Post", "dilemma with its best answer", "member", "/posts/{dilemma}/"),
    Screen("Post", "nobody answered", "host", "/posts/{lonely_post}/"),
    Screen("Post", "solved, with thanks", "member", "/posts/{solved_post}/"),
    Screen("Post", "solving it", "member", "/posts/{own_post}/solve/"),
    Screen("Members", "directory", "member", "/members/"),
    Screen("Members", "who has", "member", "/members/?q=模具"),
    Screen("Members", "nobody has", "member", "/members/?q=xyzxyz"),
    Screen("Members", "not a member", "approved", "/members/"),
    Screen("Member", "card", "host", "/members/{card}/"),
    Screen("Member", "own card", "member", "/members/{card}/"),
    Screen("My card", "writing it", "member", "/profile/"),
    Screen("My card", "the quarter's minute", "member", "/profile/refresh/"),
    Screen("Introductions", "list", "member", "/introductions/"),
    Screen("Introductions", "none", "trainee", "/introductions/"),
    Screen("Introduction", "both have said yes", "member", "/introductions/{introduced}/"),
    Screen("Introduction", "somebody asks me", "member", "/introductions/{asks_me}/"),
    Screen("Post", "reporting", "host", "/posts/{lonely_post}/report/"),
    Screen("Desk: posts", "unanswered", "organizer", "/desk/posts/"),
    Screen("Desk: posts", "nothing reported", "organizer", "/desk/posts/?list=reports"),
    Screen("Billing", "no invoice", "visitor", "/billing/"),
    Screen("Billing", "invoices", "member", "/billing/"),
    Screen("Billing", "money kept", "short", "/billing/"),
    Screen("Billing", "my year in numbers", "member", "/year/"),
    Screen("Billing", "no year yet", "approved", "/year/"),
    Screen("Billing", "another year", "expiring", "/billing/renewal/"),
    Screen("Billing", "another year, not yet", "member", "/billing/renewal/"),
    Screen("Billing", "another year, never a member", "visitor", "/billing/renewal/"),
    Screen("Billing", "no more reminders?", "expiring", "{quiet_path}"),
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
    Screen("Desk: papers", "pages", "reviewer", "/desk/documents/{paper}/"),
    Screen("Desk: companies", "to be checked again", "reviewer", "/desk/companies/"),
    Screen("Desk: companies", "nothing to mend", "reviewer", "/desk/companies/?list=mend"),
    Screen("Desk: companies", "one", "reviewer", "/desk/companies/{company}/"),
    Screen("My company", "member", "member", "/profile/company/"),
    Screen("My company", "trainee", "trainee", "/profile/company/"),
    Screen("My company", "not a member yet", "visitor", "/profile/company/"),
    Screen("Desk: applications", "nothing found", "reviewer", "/desk/applications/?q=xyz"),
    Screen("Desk: applications", "unclaimed", "reviewer", "/desk/applications/{unclaimed}/"),
    Screen("Desk: applications", "claimed by me", "reviewer2", "/desk/applications/{claimed}/"),
    Screen("Desk: applications", "claimed by another", "reviewer", "/desk/applications/{claimed}/"),
    Screen("Desk: applications", "rejecting without a reason", "reviewer2",
           then("/desk/applications/{claimed}/", pressing('button[name=decision][value=reject]'))),
    Screen("Desk: applications", "the letter before it is sent", "reviewer2",
           then("/desk/applications/{claimed}/", filling(reason="执照上看不到你的名字，请补一份股东名册。"),
                choosing(reason_code="role_not_shown"), pressing('button[name=decision][value=reject]'))),
    Screen("Desk: applications", "filtered", "reviewer", "/desk/applications/?late=on&whose=unclaimed"),
    Screen("Application", "in line", "in_line", "/application/"),
    Screen("Application", "its turn has come", "invited", "/application/"),
    Screen("Home", "in line", "in_line", "/home/"),
    Screen("Desk: intake", "what is set", "admin", "/desk/intake/"),
    Screen("Desk: figures", "the gate", "organizer", "/desk/figures/"),
    Screen("Desk: figures", "nothing yet", "organizer", "/desk/figures/?since=2020-01-01&until=2020-01-02"),
    Screen("Desk: applications", "approved", "reviewer", "/desk/applications/{approved}/"),
    Screen("Desk: applications", "rejected", "reviewer", "/desk/applications/{rejected}/"),
    Screen("Desk: events", "this week", "organizer", "/desk/events/"),
    Screen("Desk: events", "a week with nothing", "organizer", "/desk/events/?week=2026-01-05"),
    Screen("Desk: events", "list", "organizer", "/desk/events/?list=upcoming"),
    Screen("Desk: events", "drafts", "organizer", "/desk/events/?list=draft"),
    Screen("Desk: events", "new", "organizer", "/desk/events/new/"),
    Screen("Desk: events", "new, errors", "organizer",
           then("/desk/events/new/", filling(topic="", host="没有这个人", seats_each="13"), pressing(NEXT))),
    Screen("Desk: events", "draft", "organizer", "/desk/events/{draft}/"),
    Screen("Desk: events", "published", "organizer", "/desk/events/{table}/"),
    Screen("Desk: events", "cancelling", "organizer", then("/desk/events/{table}/", open_confirm)),
    Screen("Desk: events", "cancelled", "organizer", "/desk/events/{cancelled}/"),
    Screen("Desk: events", "a visit that follows", "organizer", "/desk/events/{follower}/"),
    Screen("Event", "a trip with conditions", "host", "/events/{trip}/"),
    Screen("Event", "with a guest", "host", "/events/{brought}/"),
    Screen("Seat instead of another", "what is given up", "member", "/events/{clash}/instead/"),
    Screen("Seat instead of another", "a host stays", "host", "/events/{clash}/instead/"),
    Screen("Guest", "whom to bring", "expiring", "/events/{brought}/guest/"),
    Screen("Guest", "errors", "expiring",
           then("/events/{brought}/guest/", filling(name="安娜", contact="不知道"), pressing("form.stack button"))),
    Screen("Guest", "none at a visit", "member", "/events/{full}/guest/"),
    Screen("Desk: hosts", "another host", "organizer", "/desk/events/{table}/hosts/"),
    Screen("Desk: message", "written", "organizer", "/desk/events/{table}/message/"),
    Screen("Desk: message", "looked at", "organizer",
           then("/desk/events/{table}/message/", filling(text="周六请带名片，楼下保安问起就说参加圆桌。"), pressing(NEXT))),
    Screen("Desk: series", "series and templates", "organizer", "/desk/events/series/"),
    Screen("Desk: series", "new", "organizer", "/desk/events/series/new/"),
    Screen("Desk: series", "the days ahead", "organizer", "/desk/events/series/{series}/"),
    Screen("Desk: series", "template", "organizer", "/desk/events/templates/{template}/"),
    Screen("Desk: series", "template, errors", "organizer",
           then("/desk/events/templates/new/", filling(name="", minutes="1"), pressing(NEXT))),
    Screen("Afterwards", "two questions", "member", "/events/{past}/after/"),
    Screen("Afterwards", "not for me", "treasurer", "/events/{past}/after/"),
    Screen("Desk: tables in figures", "ninety days", "organizer", "/desk/figures/events/"),
    Screen("Host", "who comes", "organizer", "/events/{table}/host/"),
    Screen("Host", "run sheet", "organizer", "/events/{table}/run/"),
    Screen("Host", "name cards", "organizer", "/events/{table}/cards/"),
    Screen("Desk: tables", "as they sit", "organizer", "/desk/events/{table}/tables/"),
    Screen("Desk: tables", "a proposal", "organizer",
           then("/desk/events/{table}/tables/", pressing('button[formaction$="/propose/"]'), seeing("#seating"))),
    Screen("Desk: tables", "being planned", "organizer", "/desk/events/{table}/tables/?plan={plan_waiting}"),
    Screen("Desk: tables", "the planner is late", "organizer",
           "/desk/events/{table}/tables/?plan={plan_waiting}&look=40"),
    Screen("Desk: tables", "no plan came of it", "organizer", "/desk/events/{table}/tables/?plan={plan_refused}"),
    Screen("Desk: waitlist", "order and offers", "organizer", "/desk/events/{full}/waitlist/"),
    Screen("Desk: waitlist", "nobody", "organizer", "/desk/events/{table}/waitlist/"),
    Screen("Desk: waitlist", "no reason given", "organizer",
           then("/desk/events/{full}/waitlist/", pressing(NEXT))),
    Screen("Desk: absences", "somebody missing", "organizer", "/desk/events/{missed}/absences/"),
    Screen("Desk: absences", "nobody", "organizer", "/desk/events/{table}/absences/"),
    Screen("Event", "not checked in", "absent", "/events/{missed}/"),
    Screen("My calendar", "no address yet", "member", "/calendar/"),
    Screen("My calendar", "with an address", "host", then("/calendar/", make_address)),
    Screen("Ticket", "before the day", "member", "/events/{table}/ticket/"),
    Screen("Check in", "code", "member", "/checkin/"),
    Screen("Check in", "wrong code", "member", then("/checkin/", filling(code="12"), pressing(NEXT))),
    Screen("Desk: scan", "door code", "organizer", "/desk/events/{today}/scan/"),
    Screen("Desk: scan", "forged", "organizer", "/desk/events/{today}/scan/?token=abc"),
    Screen("Desk: roster", "too early", "organizer", "/desk/events/{table}/roster/"),
    Screen("Desk: roster", "today", "organizer", "/desk/events/{today}/roster/"),
    Screen("Desk: roster", "taking one back", "organizer", "/desk/events/{past}/roster/?undo={attended_signup}"),
    Screen("Desk: chairs kept back", "some", "organizer", "/desk/events/{collecting}/holds/"),
    Screen("Desk: chairs kept back", "none", "organizer", "/desk/events/{table}/holds/"),
    Screen("Desk: chairs kept back", "more than are free", "organizer",
           then("/desk/events/{table}/holds/", filling(chairs="4000", reason="市里的客人"), pressing(NEXT))),
    Screen("Desk: walk-ins", "today", "organizer", "/desk/events/{today}/walkins/"),
    Screen("Desk: walk-ins", "too early", "organizer", "/desk/events/{full}/walkins/"),
    Screen("Desk: roster", "closed", "organizer", "/desk/events/{past}/roster/"),
    Screen("Desk: roster", "for printing", "organizer", "/desk/events/{table}/roster/?print=1"),
    Screen("Billing", "leaving", "host", "/billing/leave/"),
    Screen("Billing", "another tier", "member", "/billing/tier/"),
    Screen("Billing", "another tier, renewal first", "expiring", "/billing/tier/"),
    Screen("Billing", "another tier, never a member", "visitor", "/billing/tier/"),
    Screen("Billing", "no membership to leave", "visitor", "/billing/leave/"),
    Screen("Desk: money", "members who left", "treasurer", "/desk/billing/leavings/"),
    Screen("Desk: chapters", "which cities an organizer runs", "admin", "/desk/chapters/"),
    Screen("Desk: tiers", "tiers and prices", "admin", "/desk/tiers/"),
    Screen("Desk: tiers", "one tier", "admin", "/desk/tiers/member/"),
    Screen("Desk: tiers", "a new tier", "admin", "/desk/tiers/new/"),
    Screen("Desk: money", "fits nothing", "treasurer", "/desk/billing/"),
    Screen("Desk: money", "fits nothing, sending back", "treasurer", then("/desk/billing/", open_confirm)),
    Screen("Desk: transfers", "to confirm", "treasurer", "/desk/billing/transfers/"),
    Screen("Desk: transfers", "announced", "treasurer", "/desk/billing/transfers/?list=awaited"),
    Screen("Desk: transfers", "statements", "treasurer", "/desk/billing/statements/"),
    Screen("Desk: reconciliation", "no difference", "treasurer", "/desk/billing/reconciliation/"),
    Screen("Desk: money", "unpaid", "treasurer", "/desk/billing/?list=unpaid"),
    Screen("Desk: money", "found", "treasurer", "/desk/billing/?q=2026"),
    Screen("Desk: money", "month", "treasurer", "/desk/billing/months/"),
    Screen("Desk: refunds by transfer", "to send", "treasurer", "/desk/billing/refunds/"),
    Screen("Desk: transfers", "receiving accounts", "admin", "/desk/billing/accounts/"),
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
