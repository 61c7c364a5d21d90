"""`manage.py stripe_check`, against the stand-in; and against Stripe's own test mode when a key is there."""

import json
import os
from io import StringIO

import pytest
from django.core.management import call_command

from community.billing import gateway
from devtools.stripe_double import Account

KEY = os.environ.get("STRIPE_TEST_KEY", "")


def checked(**options) -> tuple[dict, bool]:
    out = StringIO()
    try:
        call_command("stripe_check", stdout=out, **options)
    except SystemExit:
        return json.loads(out.getvalue()), False
    return json.loads(out.getvalue()), True


def test_all_is_well(double) -> None:
    report, ok = checked()
    assert ok and report["ok"] and report["live"] is False
    assert report["methods_offered"] == ["card", "alipay", "wechat_pay"] and report["page_closed"]
    assert report["country"] == "HK" and report["settles_in"] == "HKD" and report["webhook_secrets"] == 1
    assert [s["status"] for s in double.store.all("checkout.session")] == ["expired"]


def test_a_wallet_that_is_not_offered(double) -> None:
    double.account = Account(methods=("card", "alipay"))
    report, ok = checked()
    assert not ok and report["missing"] == ["method wechat_pay"]


def test_a_wrong_key(double, settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    report, ok = checked()
    assert not ok and "AuthenticationError" in report["missing"][0]


def test_nothing_is_set_up(settings) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []
    report, ok = checked()
    assert not ok and report["missing"] == ["STRIPE_WEBHOOK_SECRETS", "STRIPE_SECRET_KEY"]


@pytest.mark.stripe_live
@pytest.mark.skipif(not KEY.startswith("sk_test_"), reason="STRIPE_TEST_KEY holds no test key of Stripe's")
class TestLive:
    """The same questions to Stripe itself, in its test mode."""

    @pytest.fixture(autouse=True)
    def _there(self, settings) -> None:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = KEY, "https://api.stripe.com"
        gateway.use_transport(None)

    def test_a_page_opens_and_closes(self) -> None:
        report, _ = checked()
        assert report["page_closed"] and "card" in report["methods_offered"]

    def test_its_lists_can_be_read(self, at) -> None:
        from datetime import timedelta

        assert all(movement.net == movement.amount - movement.fee
                   for movement in gateway.list_movements(at - timedelta(days=7), at))  # fmt: skip
        assert all(notice.object_id for notice in gateway.list_events(at - timedelta(days=7)))
