"""A code from the desk to a phone: made, typed wrong, used; and one that leaves nothing to pay."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.billing.models import Coupon, Invoice, Payment
from community.members.models import Application, Term
from devtools.stripe_double import StripeDouble
from tests.billing import make as billing
from tests.journeys.conftest import LOOKS, WALKS, Console, Letters, Look
from tests.journeys.walking import approved, button, fill, press


@WALKS
def test_nothing_is_left_to_pay(
    enter: Callable[..., Page],
    look: Look,
    checked: Callable[[Page], Page],
    cashier: StripeDouble,
    letters: Letters,
    console: Console,
) -> None:
    """The treasurer makes a code for one use; the applicant types it wrong, then right, and is a member."""
    console.allow("status of 422")
    now = timezone.now()
    who = approved(language=look.language, at=now, attended=True).person
    desk = enter(billing.treasurer(), LOOKS[1])
    desk.goto("/desk/billing/codes/new/")
    fill(desk, code="table-12", percent="100", uses="1")
    press(desk.locator("form.form button[type=submit]").first)
    expect(desk.locator(".alert")).to_contain_text("¥3,800 → ¥0")
    checked(desk)
    press(desk.locator("button[name=confirm]"))
    assert Coupon.objects.get().code == "TABLE12"
    checked(desk)

    page = enter(who, look)
    page.goto("/billing/join/")
    page.locator("[name=tier][value=member]").check()
    press(button(page, "/billing/join/"))
    page.locator("details.more summary").click()
    for code, wrong in (("chair-12", True), ("table-12", False)):
        fill(page, code=code)
        checked(page)
        press(button(page, "/code/"))
        expect(page.locator("#id_code_error")).to_have_count(int(wrong))
    checked(page)
    expect(page.locator("main")).to_contain_text("¥0")
    expect(page.locator('form[action$="/pay/"]')).to_have_count(0)
    assert Application.objects.get(person=who).status == "admitted" and Term.objects.get(person=who)
    assert not Payment.objects.exists() and not cashier.store.all("checkout.session")
    assert "TABLE12" in str(letters.last(who.email).body) or len(letters.to(who.email)) > 1
    desk.goto("/desk/billing/codes/TABLE12/")
    expect(desk.locator("main")).to_contain_text(who.name)
    press_end(desk)
    checked(desk)


def press_end(desk: Page) -> None:
    desk.locator("details.confirm summary").click()
    press(button(desk, "/end/"))
    assert Coupon.objects.get().ended_at is not None


def test_less_is_paid_and_the_code_taken_off_again(
    enter: Callable[..., Page], checked: Callable[[Page], Page], cashier: StripeDouble
) -> None:
    now, look = timezone.now(), LOOKS[0]
    billing.coupon(now, percent=25)
    who = approved(at=now, attended=True).person
    bill = billing.invoicing.choose_tier(who, "member", at=now)
    page = enter(who, look)
    for _ in range(2):
        page.goto(f"/billing/invoices/{bill.number}/")
        page.locator("details.more summary").click()
        fill(page, code="table")
        press(button(page, "/code/"))
        expect(page.locator(".action-bar")).to_contain_text("¥2,850")
        checked(page)
        press(button(page, "/code/"))
        expect(page.locator(".action-bar")).to_contain_text("¥3,800")
        bill = Invoice.objects.get(person=who, status="open")
    page.locator("details.more summary").click()
    fill(page, code="table")
    press(button(page, "/code/"))
    press(button(page, "/pay/"))
    page.locator("#number").fill("4242 4242 4242 4242")
    press(page.locator("button[type=submit]"))
    assert Payment.objects.get().amount == 285_000 and Application.objects.get(person=who).status == "admitted"
