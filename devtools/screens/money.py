"""Money that is pictured beside invoices and transfers: codes."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from devtools.screens.states import Screen
from devtools.screens.ways import filling, pressing, then

if TYPE_CHECKING:
    from playwright.async_api import Page

PREVIEW = "form.form button.btn-quiet"


def opening(selector: str) -> Callable[["Page", dict[str, str]], Awaitable[None]]:
    return lambda page, _: page.locator(selector).first.click()


MONEY = [
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
]  # fmt: skip
