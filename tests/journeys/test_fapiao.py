"""A fapiao from a phone to the desk and back: asked for, issued, opened, and red-flushed after a refund."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.billing.models import Fapiao
from community.billing.services import invoicing, refunds
from devtools.stripe_double import StripeDouble
from tests.billing import make as billing
from tests.journeys.conftest import LOOKS, WALKS, Letters, Look
from tests.journeys.walking import approved, button, fill, picture, press, work_through

NUMBER, RED = "25442000000012345678", "25442000000099999999"


@WALKS
def test_from_the_receipt_to_the_file(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], cashier: StripeDouble, letters: Letters
) -> None:
    now = timezone.now()
    application = approved(language=look.language, at=now, attended=True)
    who = application.person
    bill = invoicing.choose_tier(who, "member", at=now)
    page = enter(who, look)
    page.goto(f"/billing/invoices/{bill.number}/")
    press(button(page, "/pay/"))
    page.locator("#number").fill("4242 4242 4242 4242")
    press(page.locator("button[type=submit]"))
    page.goto(f"/billing/invoices/{bill.number}/")
    press(page.locator('a[href$="/fapiao/"]'))
    expect(page.locator("[name=tax_number]")).to_have_value(application.company.credit_code)
    checked(page)
    press(page.locator(".action-bar button"))
    checked(page)

    desk = enter(billing.treasurer(), LOOKS[1])
    desk.goto("/desk/billing/")
    press(desk.locator('a[href="/desk/billing/fapiao/"]').first)
    checked(desk)
    press(desk.locator("main .rows a").first)
    checked(desk)
    fill(desk, number=NUMBER)
    desk.locator("[name=file]").set_input_files(picture("发票.png"))
    press(desk.locator("#issue button[type=submit]"))
    assert NUMBER in str(letters.last(who.email).body)

    page.reload()
    checked(page)
    with page.expect_download() as download:
        page.locator('a[href$="/file/"]').click()
    assert download.value.suggested_filename == f"fapiao-{NUMBER}.png"

    payment = bill.payments.get()
    refunds.refund_payment(payment, by=billing.treasurer(), reason="部分退款", at=now, amount=100_000)
    work_through(timezone.now())
    desk.goto("/desk/billing/fapiao/?list=flush")
    press(desk.locator("main .rows a").first)
    desk.locator("details.confirm summary").first.click()
    fill(desk, red_number=RED, reason="部分退款")
    checked(desk)
    press(button(desk, "/flush/"))
    assert Fapiao.objects.get().red_number == RED
    page.reload()
    expect(page.locator(".action-bar")).to_contain_text("¥2,800")
    checked(page)
