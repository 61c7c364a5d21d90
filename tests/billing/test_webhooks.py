"""The webhook's door: genuine, from now, of our mode; stored before anything is done, and answered at once."""

import json
import time

import pytest
from django.test import Client

from community.billing import states
from community.billing.models import Payment, WebhookEvent
from community.billing.services import inbox
from tests.billing import make as billing
from tests.billing.make import HOUR, MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(at, double):
    """A paid page, and the event that says so, not delivered yet."""
    double.pay(billing.start(billing.invoice(at, attended=True), at))
    return double.events("checkout.session.completed")[0]


def send(double, event, **how) -> int:
    return billing.webhook(*double.signed(event, **how))


def test_it_is_stored_and_answered_before_any_work(double, told) -> None:
    before = double.request_count
    assert send(double, told) == 200
    event = WebhookEvent.objects.get()
    assert (event.event_id, event.type, event.status) == (told["id"], "checkout.session.completed", "received")
    assert event.object_id == told["data"]["object"]["id"]
    assert double.request_count == before and not Payment.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301.5, 400), (-298, 200), (0, 200), (298, 200), (302, 400), (10**7, 400)]
)
def test_old_and_future_signatures(double, told, seconds, status) -> None:
    assert send(double, told, at=time.time() + seconds) == status
    assert WebhookEvent.objects.exists() == (status == 200)


def test_forged(double, told) -> None:
    assert send(double, told, secrets=["whsec_guessed"]) == 400
    assert not WebhookEvent.objects.exists()


def test_rotated_secrets(double, told, settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", *settings.STRIPE_WEBHOOK_SECRETS]
    assert send(double, told) == 200
    assert send(double, told, secrets=["whsec_new"]) == 200
    assert send(double, told, secrets=["whsec_other", "whsec_new"]) == 200
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert send(double, told) == 400


def test_a_changed_body(double, told) -> None:
    body, headers = double.signed(told)
    assert billing.webhook(body.replace(b"completed", b"expired  "), headers) == 400


def test_live_and_test_do_not_mix(double, told, settings) -> None:
    assert send(double, {**told, "livemode": True}) == 400
    settings.STRIPE_SECRET_KEY = "sk_live_of_the_club"
    assert send(double, told) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"{", b'{"object":"event"}', b"1e999", b"[" * 100_000,
        b'{"object":"event","id":"evt_1","type":"x","livemode":false,"data":{"object":[]}}',
        b'{"object":"event","id":"evt_\\ud800","type":"x","livemode":false,"data":{"object":{"id":"cs_1"}}}',
        b'{"object":"event","id":"evt_\\u0000","type":"x","livemode":false,"data":{"object":{"id":"cs_1"}}}',
        b'{"object":"event","id":"' + b"e" * 300 + b'","type":"x","livemode":false,"data":{"object":{"id":"cs_1"}}}',
        b'{"object":"event","id":"evt_1","type":"x","livemode":false,"data":{"object":{"id":"cs_\\ud800"}}}',
        b'{"object":"v2.core.event","id":"evt_1","type":"x","livemode":false}',
    ],
)  # fmt: skip
def test_signed_nonsense_is_refused_not_crashed_on(double, body, settings) -> None:
    import hmac
    from hashlib import sha256

    stamp = int(time.time())
    signed = hmac.new(settings.STRIPE_WEBHOOK_SECRETS[0].encode(), b"%d." % stamp + body, sha256).hexdigest()
    assert billing.webhook(body, {"Stripe-Signature": f"t={stamp},v1={signed}"}) == 400


@pytest.mark.parametrize(
    "header",
    ["", "t=", "v1=", "t=1", "t=x,v1=y", "t=99999999999999,v1=y", "t=٣,v1=y", "t=1,t=2,v1=", ",,,===", "t=-1,v1=a"],
)
def test_signature_headers_of_nonsense(double, told, header) -> None:
    body, _ = double.signed(told)
    assert billing.webhook(body, {"Stripe-Signature": header}) == 400


@pytest.mark.parametrize("signature", ["é", "签", "", "0" * 64, "=", "v1=", "a" * 5000])
def test_signatures_of_nonsense_with_the_right_time(double, told, signature) -> None:
    body, _ = double.signed(told)
    assert billing.webhook(body, {"Stripe-Signature": f"t={int(time.time())},v1={signature}"}) == 400


def test_a_body_too_large(double, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert billing.webhook(b"x" * 1001, {"Stripe-Signature": "t=1,v1=x"}) == 400


def test_only_post(double) -> None:
    for method in ("get", "head", "put", "delete", "options"):
        assert getattr(Client(), method)("/webhooks/stripe/").status_code == 405


def test_a_signed_payload_that_lies_is_not_believed(at, double, told) -> None:
    """The object in the message says paid and ¥1; what counts is what the provider answers."""
    lie = json.loads(json.dumps(told))
    lie["data"]["object"] |= {"amount_total": 100, "payment_status": "unpaid", "metadata": {}}
    assert send(double, lie) == 200
    billing.deliver(double, at)
    assert Payment.objects.get().status == "applied"
    billing.assert_whole(at, double)


def test_duplicates_are_one_row(at, double, told) -> None:
    assert [send(double, told) for _ in range(10)] == [200] * 10
    assert WebhookEvent.objects.count() == 1
    billing.deliver(double, at)
    assert [send(double, told) for _ in range(10)] == [200] * 10
    assert Payment.objects.count() == 1


def test_an_unknown_type_is_kept_and_needs_nothing(at, double, told) -> None:
    assert send(double, {**told, "type": "customer.moved", "id": "evt_other"}) == 200
    before = double.request_count
    inbox.take(WebhookEvent.objects.get().pk, at=at + HOUR)
    assert WebhookEvent.objects.get().status == "processed" and double.request_count == before


def test_an_object_of_another_account_is_ignored(at, double, told) -> None:
    lie = json.loads(json.dumps(told))
    lie["data"]["object"]["id"] = "cs_test_ofSomebodyElse"
    assert send(double, lie) == 200
    billing.work(at + HOUR)
    assert WebhookEvent.objects.get().status == "processed" and not Payment.objects.exists()


def test_a_worker_that_died_leaves_a_lease_that_ends(at, double, told) -> None:
    send(double, told)
    row = WebhookEvent.objects.get()
    now = row.look_at
    assert inbox._claim(row.pk, at=now) is not None  # and then it was killed
    assert inbox._claim(row.pk, at=now + MINUTE) is None
    inbox.take(row.pk, at=now + MINUTE)
    assert not Payment.objects.exists()
    billing.sweep(now + 6 * MINUTE)
    row.refresh_from_db()
    assert (row.status, row.tries) == ("processed", 2) and Payment.objects.count() == 1


def test_a_failure_waits_longer_each_time_and_then_succeeds(at, double, told, monkeypatch) -> None:
    from community.billing.services import converging

    send(double, told)
    row = WebhookEvent.objects.get()
    moment = row.look_at

    def broken(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(converging, "converge", broken)
        pauses = []
        for _ in range(3):
            billing.sweep(moment)
            row.refresh_from_db()
            assert row.status == states.FAILED and "ZeroDivisionError" in row.error
            pauses.append(row.look_at - moment)
            moment = row.look_at
    assert pauses == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    billing.sweep(moment)
    row.refresh_from_db()
    assert (row.status, row.error) == ("processed", "")
