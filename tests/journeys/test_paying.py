"""The fee: chosen, declined, paid, in either order with the attendance; and given back when the three weeks are over."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.billing.models import Payment
from community.kernel.days import day_of, start_of, week_of
from community.members.models import Application, Term
from community.members.services import clock
from devtools.stripe_double import StripeDouble
from tests import make
from tests.events.make import chance, organizer
from tests.journeys.conftest import LOOKS, WALKS, Letters, Look
from tests.journeys.walking import approved, button, fee_paid, press, roundtable, take_a_seat, work_through

TOPICS = {
    "zh-hans": ("第一批客户从哪来", "出海三个坑", "招第一个销售"),
    "en": ("Where the first customers come from", "Three traps of going abroad", "Hiring the first salesperson"),
}


def tell(cashier: StripeDouble, live_server: Any) -> None:
    """Everything the provider has to say, and the worker's part."""
    assert all(done.accepted for done in cashier.deliver(f"{live_server.url}/webhooks/stripe/"))
    work_through(timezone.now())


@WALKS
def test_the_fee_makes_a_member(
    enter: Callable[..., Page],
    look: Look,
    checked: Callable[[Page], Page],
    cashier: StripeDouble,
    live_server: Any,
    letters: Letters,
) -> None:
    now = timezone.now()
    who = approved(language=look.language, at=now, attended=True).person
    page = enter(who, look)
    page.goto("/billing/join/")
    checked(page)
    fee_paid(page)
    checked(page)
    page.locator("#number").fill("4000 0000 0000 0002")
    press(page.locator("button[type=submit]"))
    expect(page.get_by_role("alert")).to_be_visible()
    checked(page)
    press(page.locator("a[href*=cancelled]"))
    expect(page).to_have_url(re.compile(r"/return/\?cancelled=1"))
    checked(page)
    page.goto("/billing/")
    checked(page)
    press(page.locator('main a[href*="/billing/invoices/"]').first)
    checked(page)
    press(button(page, "/pay/"))
    expect(page).to_have_url(re.compile("/pay/cs_"))
    page.locator("#number").fill("4242 4242 4242 4242")
    press(page.locator("button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/billing/invoices/[0-9-]+/return/"))
    checked(page)
    assert Application.objects.get(person=who).status == "admitted"
    saturday = start_of(week_of(now) + timedelta(days=12)) + timedelta(hours=14)
    topics = TOPICS[look.language]
    table = roundtable(topics[0], at=now, starts_in=saturday - now)
    for number, topic in enumerate(topics[1:], 1):
        roundtable(topic, at=now, starts_in=saturday - now + timedelta(weeks=number), host=table.host)
    take_a_seat(table, who, at=now)
    page.goto("/home/")
    until = Term.objects.get(person=who).ends_on
    expect(page.locator("main")).to_contain_text(str(until.year))
    checked(page)
    if os.environ.get("SCREENSHOT") == "1" and not look.phone:
        page.screenshot(path="docs/screenshot.png")
    page.goto("/billing/")
    expect(page.locator("main")).to_contain_text("¥3,800")
    checked(page)
    subjects = [letter.subject for letter in letters.to(who.email)]
    tell(cashier, live_server)  # the webhook, late: nothing happens twice
    assert [letter.subject for letter in letters.to(who.email)] == subjects
    assert Term.objects.filter(person=who).count() == 1 and Payment.objects.get().status == "applied"


def test_paid_first_then_attended(
    enter: Callable[..., Page], cashier: StripeDouble, live_server: Any, letters: Letters
) -> None:
    """The payer closes the page after paying: the webhook alone brings it about. The tap at the door admits."""
    look, now = LOOKS[0], timezone.now()
    application = approved(at=now)
    who = application.person
    table = roundtable("第一批客户从哪来", at=now, starts_in=timedelta(minutes=30))
    signup = take_a_seat(table, who, at=now)
    page = enter(who, look)
    cashier.pay(fee_paid(page))
    tell(cashier, live_server)
    page.goto("/home/")
    expect(page.locator(".next")).to_contain_text("第一批客户从哪来")
    expect(page.locator('.next a[href="/billing/join/"]')).to_have_count(0)
    desk = enter(organizer(), look)
    desk.goto(f"/desk/events/{table.public_id}/roster/")
    desk.locator(f"#row-{signup.public_id} button.tick").click()
    expect(desk.locator(f"#row-{signup.public_id} [aria-pressed=true]")).to_be_visible()
    page.goto("/home/")
    expect(page.locator("main")).to_contain_text(str(Term.objects.get(person=who).ends_on.year))
    assert Application.objects.get(person=who).status == "admitted"


@WALKS
def test_three_weeks_without_coming(
    enter: Callable[..., Page],
    look: Look,
    checked: Callable[[Page], Page],
    cashier: StripeDouble,
    live_server: Any,
    letters: Letters,
) -> None:
    """R9: paid, never came. The last day ends, the application lapses, the fee goes back by itself."""
    now = timezone.now()
    who = make.person("林晓", language=look.language)
    # Day 21 is today: the clock ends at midnight.
    application = make.approved(who, at=start_of(day_of(now) - timedelta(days=21)))
    chance(application)
    page = enter(who, look)
    cashier.pay(fee_paid(page))
    tell(cashier, live_server)
    application.refresh_from_db()
    assert application.status == "approved" and application.paid_at is not None
    over = application.clock_ends_at
    assert now < over
    clock.lapse_all_due(at=over)
    work_through(over + timedelta(minutes=1))
    tell(cashier, live_server)
    page.goto("/home/")
    expect(page.locator("main h2").first).to_be_visible()
    expect(page.locator('.next a[href="/billing/join/"]')).to_have_count(0)
    checked(page)
    page.goto("/application/")
    checked(page)
    page.goto("/billing/")
    expect(page.locator("main")).to_contain_text("¥3,800")
    checked(page)
    assert Payment.objects.get().status == "refunded"
    assert "/application/" in "".join(str(letter.body) for letter in letters.to(who.email))
