"""Events: listed in pages, signed, and delivered as badly as one asks for."""

from __future__ import annotations

import json

import pytest
import stripe

from devtools.stripe_double import Unruly

from .conftest import START

DAY = 24 * 3600


class Inbox:
    """A receiver that checks signatures and keeps ids in the order of arrival."""

    def __init__(self, secret="whsec_double", statuses=()):
        self.secret, self.statuses, self.ids = secret, list(statuses), []

    def __call__(self, body, headers):
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], self.secret, tolerance=10**9)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.ids.append(event.id)
        return status


@pytest.fixture
def busy(double, new_session):
    for _ in range(5):
        double.pay(new_session().id)
        double.advance(10)
    return double


def test_paging_goes_back_in_time_without_gaps(busy, client):
    seen = [event.id for event in client.v1.events.list({"limit": 3}).auto_paging_iter()]
    assert seen == [event["id"] for event in reversed(busy.events())]
    first = client.v1.events.list({"limit": 3})
    assert first.has_more
    newer = client.v1.events.list({"limit": 2, "ending_before": first.data[2].id})
    assert [e.id for e in newer.data] == seen[:2]


def test_events_by_type_and_time(busy, client):
    done = client.v1.events.list({"type": "checkout.session.*", "limit": 100}).data
    assert {e.type for e in done} == {"checkout.session.completed"}
    two = client.v1.events.list({"types": ["charge.succeeded", "payment_intent.created"], "limit": 100}).data
    assert len(two) == 10
    window = client.v1.events.list({"created": {"gte": START + 10, "lt": START + 30}, "limit": 100}).data
    assert {e.created for e in window} == {START + 10, START + 20}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.list({"starting_after": "evt_nobody"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.list({"limit": 101})


def test_events_are_kept_for_thirty_days(busy, client):
    one = busy.events()[-1]["id"]
    assert client.v1.events.retrieve(one).id == one
    busy.advance(30 * DAY)
    assert client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.events.retrieve(one)
    assert refused.value.http_status == 404


def test_an_event_keeps_the_object_as_it_was(busy, client):
    early = busy.events("payment_intent.created")[0]
    assert client.v1.events.retrieve(early["id"]).data.object["status"] == "requires_payment_method"
    assert (early["livemode"], early["api_version"]) == (False, "2026-10-28.endive")


def test_delivery_in_order_signed_and_once(busy):
    inbox = Inbox()
    done = busy.deliver(inbox)
    assert inbox.ids == [event["id"] for event in busy.events()]
    assert all(d.accepted for d in done)
    assert busy.deliver(inbox) == []
    assert all(event["pending_webhooks"] == 0 for event in busy.events())


def test_a_refused_webhook_comes_again_after_a_pause(busy):
    inbox = Inbox(statuses=[500])
    busy.deliver(inbox)
    first = busy.events()[0]["id"]
    assert first not in inbox.ids
    assert busy.deliver(inbox) == []
    busy.advance(1)
    busy.deliver(inbox)
    assert inbox.ids[-1] == first


def test_an_exception_of_the_receiver_is_seen_and_loses_nothing(busy):
    def broken(body, headers):
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        busy.deliver(broken)
    inbox = Inbox()
    busy.deliver(inbox)
    assert len(inbox.ids) == len(busy.events())


def test_unruly_delivery_repeats_shuffles_and_delays_but_loses_nothing(busy):
    inbox = Inbox()
    unruly = Unruly(7, duplicate=0.4, delay=0.3, max_delay=600)
    busy.deliver(inbox, unruly=unruly)
    ids = [event["id"] for event in busy.events()]
    assert inbox.ids != [i for i in ids if i in inbox.ids]
    assert len(inbox.ids) > len(set(inbox.ids))
    assert set(inbox.ids) < set(ids)
    for _ in range(20):
        busy.advance(600)
        busy.deliver(inbox, unruly=unruly)
    assert set(inbox.ids) == set(ids)


def test_the_same_seed_is_unruly_in_the_same_way(double, new_session):
    double.pay(new_session().id)
    queue = list(double.store.deliveries)
    assert Unruly(3, delay=0.5).upset(queue, 0) == Unruly(3, delay=0.5).upset(queue, 0)


def test_dropped_and_lost_events_can_be_listed_and_replayed(busy, client):
    inbox = Inbox()
    busy.deliver(inbox, unruly=Unruly(1, drop=1.0))
    assert (inbox.ids, busy.store.deliveries) == ([], [])
    assert len(client.v1.events.list({"limit": 100, "delivery_success": False}).data) == 20
    busy.replay(inbox)
    busy.lose_deliveries()
    assert len(inbox.ids) == 20


def test_signatures(busy):
    event = busy.events()[0]
    body, headers = busy.signed(event)
    signature = headers["Stripe-Signature"]
    assert signature.startswith(f"t={busy.now},v1=")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other", tolerance=10**9)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", signature, "whsec_double", tolerance=10**9)
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(body, signature, "whsec_double", tolerance=1)
    body, headers = busy.signed(event, secrets=["whsec_old", "whsec_new"])
    for secret in ("whsec_old", "whsec_new"):
        assert stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret, tolerance=10**9).id
    _, aged = busy.signed(event, at=START - 301)
    assert aged["Stripe-Signature"].startswith(f"t={START - 301},")


def test_a_receiver_may_ask_back_while_it_is_called(busy, client):
    """The lock is not held over a delivery: the receiver may fetch, even from another thread."""
    import threading

    def fetches(body, headers):
        fetched = []
        id_ = json.loads(body)["id"]
        thread = threading.Thread(target=lambda: fetched.append(client.v1.events.retrieve(id_).id))
        thread.start()
        thread.join(timeout=5)
        return 200 if fetched == [id_] else 500

    assert all(done.accepted for done in busy.deliver(fetches))
