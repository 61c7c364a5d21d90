"""A trip that costs extra: the office sets the price, a member reads it, pays on the phone, and gives the seat back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.billing.models import Refund
from community.events.models import Signup
from community.kernel.days import day_of
from devtools.stripe_double import StripeDouble
from tests.events import make as events
from tests.journeys.conftest import WALKS, Letters, Look
from tests.journeys.test_paying import tell
from tests.journeys.walking import button, fill, host, press


@WALKS
def test_a_trip_is_priced_paid_and_given_back(
    enter: Callable[..., Page],
    look: Look,
    checked: Callable[[Page], Page],
    cashier: StripeDouble,
    live_server: Any,
    letters: Letters,
) -> None:
    now = timezone.now()
    topic = "武夷山两日：看三家茶厂" if look.language != "en" else "Two days in Wuyi: three tea makers"
    starts_at = now + timedelta(days=12)
    trip = events.event(
        at=now, kind="trip", topic=topic, starts_at=starts_at, ends_at=starts_at + timedelta(days=2), seats_each=8
    )
    desk = enter(events.organizer(), look)
    desk.goto(f"/desk/events/{trip.public_id}/")
    press(desk.locator(f'a[href="/desk/events/{trip.public_id}/money/"]'))
    fill(desk, amount="1280", valid_from_on=day_of(now).isoformat())
    press(button(desk, "/price/"))
    expect(desk.locator("main")).to_contain_text("¥1,280")
    checked(desk)
    who = host("林晓", at=now)
    who.language = look.language
    who.save()
    page = enter(who, look)
    page.goto(trip.get_absolute_url())
    expect(page.locator(".action-bar")).to_contain_text("¥1,280")
    checked(page)
    press(button(page, "/signup/"))
    expect(button(page, "/pay/")).to_contain_text("¥1,280")
    checked(page)
    press(button(page, "/pay/"))
    page.locator("#number").fill("4242 4242 4242 4242")
    press(page.locator("button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/billing/invoices/[0-9-]+/return/"))
    checked(page)
    assert Signup.objects.get(person=who).status == "confirmed"
    press(page.locator(f'main a[href="{trip.get_absolute_url()}"]'))
    checked(page)
    desk.reload()
    expect(desk.locator("tbody").first).to_contain_text("林晓")
    checked(desk)
    page.locator("details.confirm summary").first.click()
    expect(page.locator("details.confirm")).to_contain_text("¥1,280")
    checked(page)
    press(button(page, "/withdraw/"))
    tell(cashier, live_server)
    assert Refund.objects.get().status == "succeeded"
    assert any("1,280" in letter.subject for letter in letters.to(who.email))
