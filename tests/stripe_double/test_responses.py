"""Every object that leaves the double fits the SDK's resource classes."""

from __future__ import annotations

import pytest

from devtools.stripe_double import ContractBroken, response_contract
from devtools.stripe_double.response_contract import ABSENT, build, check, fields_of, resource


def test_everything_made_in_a_busy_day_fits(double, client, new_session):
    ids = [new_session().id for _ in range(8)]
    double.pay(ids[0])
    double.decline(ids[1])
    double.pay_wallet(ids[2], "wechat_pay")
    double.pay(ids[3], "4000000000000259")
    double.pay(ids[4], "4000000000003220")
    double.pay_wallet(ids[5], outcome="delayed")
    double.settle_payment(ids[5])
    client.v1.checkout.sessions.expire(ids[6])
    for charge in [c for c in double.store.all("charge") if c["paid"] and not c["disputed"]]:
        client.v1.refunds.create({"charge": charge["id"]})
    kept = new_session(customer_creation="always", payment_intent_data={"setup_future_usage": "off_session"})
    double.pay(kept.id)
    double.advance(4000)
    double.close_dispute(double.store.all("dispute")[0]["id"], won=True)
    kinds = set()
    for kind, table in double.store.tables.items():
        for values in table.values():
            check(values)
            kinds.add(kind)
    assert kinds == {
        "checkout.session", "item", "payment_intent", "charge", "balance_transaction", "refund", "dispute", "event",
        "customer", "payment_method",
    }  # fmt: skip
    assert len(double.events()) > 30
    check(double.account.values())


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"payment_method_types": "card"}, "payment_method_types"),
        ({"surprise": 1}, "surprise: unknown"),
        ({"created": "today"}, "created"),
        ({"created": True}, "created"),
        ({"status": "half_open"}, "status"),
        ({"custom_text": {"submit": {"text": "x"}}}, "message"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"payment_intent": {"object": "charge", "id": "ch_1"}}, "payment_intent"),
    ],
)
def test_a_disagreement_is_found(double, new_session, changes, complaint):
    values = double.get(new_session().id)
    check(values)
    if complaint == "message":
        changes = {"custom_text": {"submit": {}}}
    with pytest.raises(ContractBroken, match=complaint):
        check({**values, **changes})


def test_a_missing_required_field_is_found(double, new_session):
    values = double.get(new_session().id)
    del values["livemode"]
    with pytest.raises(ContractBroken, match=r"checkout\.session\.livemode: required"):
        check(values)


def test_an_event_is_judged_with_the_object_it_carries(double, new_session):
    double.pay(new_session().id)
    event = double.events("payment_intent.succeeded")[0]
    event["data"]["object"]["amount"] = "a lot"
    with pytest.raises(ContractBroken, match="amount"):
        check(event)


def test_an_sdk_that_changes_a_shape_fails_loudly(double, new_session, monkeypatch):
    """As after an upgrade that renames a field: the double refuses to answer at all."""
    shape = dict(fields_of(resource("checkout.session")))
    shape["status_v2"] = str
    monkeypatch.setattr(
        response_contract,
        "fields_of",
        lambda cls: shape if cls is resource("checkout.session") else fields_of(cls),
    )
    with pytest.raises(ContractBroken, match="status_v2"):
        new_session()


def test_fields_left_out_by_default_exist_in_the_sdk():
    for kind, names in ABSENT.items():
        assert names <= set(fields_of(resource(kind))), kind


def test_building_gives_null_for_what_stripe_shows_as_null(double, new_session):
    session = new_session()
    assert session.payment_intent is None
    assert "line_items" not in session
    with pytest.raises(ContractBroken, match="required"):
        build("refund", id="re_1")
