"""Idempotency and failures: the same question has one answer, lost or not."""

from __future__ import annotations

import threading

import pytest
import stripe

from devtools.stripe_double import StripeDouble

from .conftest import START, session_params


def count(double):
    return len(double.store.all("checkout.session"))


def test_the_same_key_and_question_get_the_same_answer(double, new_session):
    first, second = new_session("k1"), new_session("k1")
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert count(double) == 1
    assert new_session("k2").id != first.id


def test_the_same_key_with_another_question_is_refused(double, client, new_session):
    new_session("k1")
    with pytest.raises(stripe.IdempotencyError):
        new_session("k1", expires_at=START + 7200)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create({"payment_intent": "pi_1"}, {"idempotency_key": "k1"})
    assert count(double) == 1


def test_a_key_is_forgotten_after_a_day(double, new_session):
    first = new_session("k1", expires_at=START + 86_400 + 3600 - 7200)
    double.advance(86_399)
    assert new_session("k1", expires_at=START + 86_400 + 3600 - 7200).id == first.id
    double.advance(1)
    assert new_session("k1", expires_at=START + 86_400 + 3600).id != first.id


def test_a_request_that_was_not_understood_does_not_use_up_its_key(new_session):
    with pytest.raises(stripe.InvalidRequestError):
        new_session("k1", ui_mode="hosted")
    assert new_session("k1").status == "open"


def test_a_refusal_of_the_endpoint_is_remembered(double, client, new_session):
    intent = double.pay(new_session().id)["payment_intent"]
    params = {"payment_intent": intent, "amount": 400_000}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create(params, {"idempotency_key": "r1"})
    assert refused.value.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("kind", ["drop", "timeout", 503, 409])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_lost_once_is_found_by_the_sdks_own_retry(kind, when):
    double = StripeDouble(clock=lambda: START)
    client = double.client(max_network_retries=2)
    double.fault(kind, on="POST /v1/checkout/sessions", when=when)
    session = client.v1.checkout.sessions.create(session_params())
    assert session.status == "open"
    assert count(double) == 1
    assert double.request_count == 2


def test_a_lost_answer_reaches_the_caller_without_retries(double, new_session):
    double.fault("timeout", when="after")
    with pytest.raises(stripe.APIConnectionError):
        new_session("k1")
    assert count(double) == 1
    assert new_session("k1").id == double.store.all("checkout.session")[0]["id"]


def test_a_500_of_stripe_itself_stays_under_its_key(double, new_session):
    """Carried out and yet answered with 500 for a day: only a look at the events or a list helps."""
    double.fault(500, when="after")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            new_session("k1")
    assert count(double) == 1


def test_a_500_before_anything_happened_can_be_retried(double, new_session):
    double.fault(500)
    with pytest.raises(stripe.APIError):
        new_session("k1")
    assert count(double) == 0
    assert new_session("k1").status == "open"


def test_too_many_requests(double, new_session):
    double.fault(429)
    with pytest.raises(stripe.RateLimitError):
        new_session()


def test_faults_name_their_call_and_count(double, client, new_session):
    double.fault("drop", on="GET /v1/checkout/sessions/*", times=2)
    session = new_session()
    for _ in range(2):
        with pytest.raises(stripe.APIConnectionError):
            client.v1.checkout.sessions.retrieve(session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).id == session.id


def test_a_shaken_line_never_makes_two_sessions_for_one_key():
    for seed in range(20):
        double = StripeDouble(clock=lambda: START)
        double.faults.shake(seed, 0.5)
        client = double.client()
        for _ in range(60):
            try:
                client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "k"})
                break
            except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError):
                continue
        assert count(double) == 1


def test_forty_threads_with_one_key_make_one_session(double, client):
    found = []

    def ask():
        found.append(client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "k"}).id)

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    assert len(set(found)) == 1
