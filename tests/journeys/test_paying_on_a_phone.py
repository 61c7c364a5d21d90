"""On a phone: the fee by bank transfer, from the reference to the receipt; and the next year, from the letter to the term."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.billing.models import BankTransfer, Payment
from community.billing.services import invoicing, renewals
from community.kernel.days import day_of, months_later, start_of
from community.kernel.models import Message
from community.members.models import Application, Term
from community.members.services import renewing
from devtools.stripe_double import StripeDouble
from tests import make
from tests.billing import make as billing
from tests.journeys.conftest import LOOKS, Letters
from tests.journeys.walking import approved, button, fill, picture, press

PHONE, DESK = LOOKS[0], LOOKS[1]


def test_by_bank_transfer(enter: Callable[..., Page], checked: Callable[[Page], Page], letters: Letters) -> None:
    now = timezone.now()
    billing.entity()
    who = approved(at=now, attended=True).person
    bill = invoicing.choose_tier(who, "member", at=now)
    page = enter(who, PHONE)
    page.goto(f"/billing/invoices/{bill.number}/")
    press(page.locator("form:has([name=channel][value=bank]) button"))
    checked(page)
    code = bill.transfer_code.code
    expect(page.locator(f'[data-copy="{code}"]')).to_be_visible()
    page.locator("[name=file]").set_input_files(picture("回单.png"))
    press(page.locator("form.form button[type=submit]"))
    expect(page.locator("main .rows")).to_contain_text("回单.png")
    checked(page)

    first = enter(billing.treasurer("冯岚"), DESK)
    first.goto("/desk/billing/transfers/?list=awaited")
    expect(first.locator("main")).to_contain_text(code)
    checked(first)
    first.locator("details.confirm summary").first.click()
    fill(
        first, serial="20261125001", value_on=day_of(now).isoformat(), payer=who.full_name, amount="3800", invoices=code
    )
    press(first.locator("form.confirm-box:has([name=serial]) button"))
    assert BankTransfer.objects.get().status == "recorded" and Application.objects.get(person=who).status == "approved"

    second = enter(billing.treasurer("罗一"), DESK)
    second.goto("/desk/billing/transfers/")
    checked(second)
    press(button(second, "/confirm/"))
    checked(second)
    assert Payment.objects.get().status == "applied" and Application.objects.get(person=who).status == "admitted"
    page.goto(f"/billing/invoices/{bill.number}/")
    expect(page.locator("h1")).to_contain_text("收据")
    checked(page)
    assert bill.number in "".join(str(letter.body) for letter in letters.to(who.email))


def test_the_next_year(enter: Callable[..., Page], checked: Callable[[Page], Page], cashier: StripeDouble) -> None:
    """R15: the letter leads to what the year brought, then the price; a declined card changes nothing (R16)."""
    now = timezone.now()
    since = start_of(months_later(day_of(now) + timedelta(days=12), -12)) + timedelta(hours=10)
    who = make.member("林晓", since=since)
    term = Term.objects.get(person=who)
    renewals.run(at=now)
    page = enter(who, PHONE)
    page.goto(Message.objects.get(person=who, kind="billing/renewal").context["path"])  # by night no letter goes out
    expect(page.locator("main")).to_contain_text("¥3,800")
    checked(page)
    press(button(page, "/pay/"))
    page.locator("#number").fill("4000 0000 0000 0002")
    press(page.locator("button[type=submit]"))
    expect(page.get_by_role("alert")).to_be_visible()
    assert Term.objects.get(person=who).ends_on == term.ends_on
    page.locator("#number").fill("4242 4242 4242 4242")
    press(page.locator("button[type=submit]"))
    checked(page)
    old, new = Term.objects.filter(person=who).order_by("starts_on")
    assert new.starts_on == old.ends_on == term.ends_on and new.ends_on == months_later(old.ends_on, 12)
    page.goto("/billing/")
    expect(page.locator("main")).to_contain_text("已付款")
    checked(page)
    renewing.expire_if_due(who.pk, at=start_of(old.ends_on) + timedelta(days=20))
    assert Term.objects.get(pk=old.pk).ends_on == old.ends_on


def test_auto_renewal_on_and_off(
    enter: Callable[..., Page], checked: Callable[[Page], Page], cashier: StripeDouble
) -> None:
    """R19: one box while paying, seen on the billing page, off in one tap; and the card is gone at the provider."""
    who = billing.ending(12, timezone.now())
    renewals.run(at=timezone.now())
    page = enter(who, PHONE)
    page.goto("/billing/renewal/")
    page.get_by_label("以后用这张卡自动续费").check()
    checked(page)
    press(button(page, "/pay/"))
    press(page.locator("button[type=submit]"))
    expect(page.locator("h1")).to_contain_text("已付款")
    page.goto("/billing/")
    expect(page.locator("#auto-renewal")).to_contain_text("4242")
    checked(page)
    press(button(page, "/auto-renewal/off/"))
    expect(page.locator("main")).to_contain_text("自动续费已关闭")
    expect(page.locator("#auto-renewal")).not_to_contain_text("4242")
    checked(page)
    billing.sweep(timezone.now() + billing.MINUTE)
    [method] = [m for m in cashier.store.all("payment_method") if m["type"] == "card"]
    assert method["customer"] is None
