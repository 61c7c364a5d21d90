"""Money that is pictured beside invoices and transfers: codes, fapiao, and seats that cost something."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from devtools.screens.states import Screen
from devtools.screens.ways import filling, press, pressing, then

if TYPE_CHECKING:
    from playwright.async_api import Page

PREVIEW = "form.form button.btn-quiet"


def opening(selector: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    return lambda page, _: page.locator(selector).first.click()


async def keep_a_seat(page: "Page", places: dict[str, str]) -> None:
    """Accept the trip's conditions and press, as far as that is not done: the seat waits for its money."""
    for action in ("waiver", "signup", ""):
        await page.goto(f"/events/{places['trip']}/")
        if action and await page.locator(f'form[action$="/{action}/"] button').count():
            await press(page, f'form[action$="/{action}/"] button')


MONEY = [
    Screen("Billing", "card off, by its letter", "visitor", "{card_off_path}"),
    Screen("Codes", "an invoice, a code is wrong", "attended",
           then("/billing/invoices/{invoice_open}/", opening("details.more summary"), filling(code="TABLES"),
                pressing('form[action$="/code/"] button'))),
    Screen("Codes", "a receipt of nothing", "covered", "/billing/invoices/{invoice_covered}/"),
    Screen("Desk: codes", "several", "treasurer", "/desk/billing/codes/"),
    Screen("Desk: codes", "one that runs", "treasurer", "/desk/billing/codes/WELCOME20/"),
    Screen("Desk: codes", "one that was ended", "treasurer", "/desk/billing/codes/SPRING/"),
    Screen("Desk: codes", "a new one, looked at", "treasurer",
           then("/desk/billing/codes/new/", filling(percent="30", uses="10"), pressing(PREVIEW))),
    Screen("Desk: codes", "a new one, wrong", "treasurer",
           then("/desk/billing/codes/new/", filling(code="abc"), pressing(PREVIEW))),
    Screen("Event", "a trip, its seat to pay", "expiring", keep_a_seat),
    Screen("Desk: price and payments", "of a trip", "organizer", "/desk/events/{trip}/money/"),
    Screen("Fapiao", "to ask for", "host", "/billing/invoices/{invoice_host}/fapiao/"),
    Screen("Fapiao", "a special one, wrong", "host",
           then("/billing/invoices/{invoice_host}/fapiao/", opening("[name=kind][value=special]"), filling(tax_number="1"),
                pressing(".action-bar button"))),
    Screen("Fapiao", "asked for", "trainee", "/billing/invoices/{invoice_trainee}/fapiao/"),
    Screen("Fapiao", "here", "member", "/billing/invoices/{invoice_paid}/fapiao/"),
    Screen("Fapiao", "not paid yet", "attended", "/billing/invoices/{invoice_open}/fapiao/"),
    Screen("Desk: transfers", "the bank's files", "treasurer", "/desk/billing/statements/?list=files"),
    Screen("Desk: transfers", "a file, rows of it in use", "treasurer", "/desk/billing/statements/{file_used}/"),
    Screen("Desk: transfers", "a file, taking it back", "treasurer",
           then("/desk/billing/statements/{file_free}/", opening("details.confirm summary"))),
    Screen("Desk: transfers", "a file taken back", "treasurer", "/desk/billing/statements/{file_back}/"),
    Screen("Desk: transfers", "a file known already, for another account", "treasurer",
           "/desk/billing/statements/{file_known}/"),
    Screen("Desk: fapiao", "to issue", "treasurer", "/desk/billing/fapiao/"),
    Screen("Desk: fapiao", "to red-flush", "treasurer", "/desk/billing/fapiao/?list=flush"),
    Screen("Desk: fapiao", "issued", "treasurer", "/desk/billing/fapiao/?list=done"),
    Screen("Desk: fapiao", "one to issue", "treasurer", "/desk/billing/fapiao/{fapiao_asked}/"),
    Screen("Desk: fapiao", "one to red-flush", "treasurer",
           then("/desk/billing/fapiao/{fapiao_to_flush}/", opening("details.confirm summary"))),
]  # fmt: skip
