"""Worker, web, broker and database killed around a payment, at random: afterwards nobody is stuck, and books are right."""

import random
import re
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings

from devtools.stripe_double import StripeDouble
from devtools.stripe_double.errors import NotOpen
from tests.billing.make import FEE, provider_balance
from tests.concurrency.apart import PATIENCE, Apart, club
from tests.conftest import DEEP

KILLED = ("worker", "web", "valkey", "postgres")
TIMES = 20 if DEEP else 2
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    double = StripeDouble(api_key=settings.STRIPE_SECRET_KEY, webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS)
    with club(double, payers=len(KILLED) * TIMES) as found:
        yield found


class Payer(threading.Thread):
    """Somebody who presses again when the page doesn't come, and pays once the payment page is there."""

    def __init__(self, apart: Apart, number: str, session: str) -> None:
        super().__init__(daemon=True)
        self.apart, self.session_id, self.error = apart, "", ""
        self.invoice = f"{apart.address}/billing/invoices/{number}/"
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.browser.cookies.set("sessionid", session)

    def run(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.session_id and time.monotonic() < deadline:
            try:
                self.session_id = self.press()
            except (requests.RequestException, AssertionError) as error:
                self.error = repr(error)
                time.sleep(0.1)
        if self.session_id:
            self.apart.double.pay(self.session_id)
            self.come_back()

    def press(self) -> str:
        page = self.browser.get(self.invoice, timeout=10)
        token = TOKEN.search(page.text)
        assert page.status_code == 200 and token, page.status_code
        sent = {"csrfmiddlewaretoken": token[1], "channel": "stripe"}
        answer = self.browser.post(f"{self.invoice}pay/", sent, allow_redirects=False, timeout=20)
        where = urlsplit(answer.headers.get("Location", ""))
        assert answer.status_code == 303 and "/pay/cs_" in where.path, answer.status_code
        return where.path.rpartition("/")[2]

    def come_back(self) -> None:
        """The page the provider leads back to; whether it comes is not in our hands."""
        try:
            self.browser.get(f"{self.invoice}return/", timeout=10)
        except requests.RequestException as error:
            self.error = repr(error)


def test_killed_at_random_nobody_is_stuck_and_the_books_are_right(apart: Apart) -> None:
    dice = random.Random(2026)
    order = [name for name in KILLED for _ in range(TIMES)]
    dice.shuffle(order)
    for victim, who in zip(order, apart.payers, strict=True):
        payer = Payer(apart, **who)
        payer.start()
        payer.join(timeout=dice.uniform(0, 0.8))  # somewhere between the press and the way back
        apart.kill(victim)
        payer.join(timeout=dice.uniform(0, 0.5))
        apart.again(victim)
        payer.join(timeout=PATIENCE)
        assert payer.session_id and not payer.is_alive(), f"{victim}: {payer.error}"
    for name in ("web", "worker"):  # an event that came while the sweeper looks would be nobody's for a moment
        apart.kill(name)
    found = apart.inside("later")
    paid = [charge for charge in apart.double.store.all("charge") if charge["paid"]]
    assert len(paid) == len(order) and found["books"] == provider_balance(apart.double) == FEE * len(order)
    assert found["stuck"] == {} and found["events_left"] == []
    assert set(found["invoices"].values()) == {"paid"} and found["admitted"] == found["terms"] == len(order)
    assert [status for _, status in found["payments"]] == ["applied"] * len(order)
    assert set(found["pages"].values()) == {"complete"}
    with pytest.raises(NotOpen):
        apart.double.pay(payer.session_id)
