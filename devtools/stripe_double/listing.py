"""Reading: the lists and the plain retrievals that need no rules of their own."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from .errors import Refusal, missing
from .expand import line_items as items_of
from .response_contract import Values, build
from .store import page

if TYPE_CHECKING:
    from .double import StripeDouble

Ids = dict[str, str]
EVENT_LIFE = 30 * 24 * 3600  # seconds an event can be fetched


def _page(double: StripeDouble, kind: str, params: Values, url: str, *filters: str) -> Values:
    """A page of rows whose fields equal the given filters."""
    wanted = {name: params[name] for name in filters if name in params}
    return page(double.store, kind, params, url, lambda row: all(row[n] == v for n, v in wanted.items()))


def sessions(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return _page(double, "checkout.session", params, "/v1/checkout/sessions", "payment_intent", "status")


def line_items(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return items_of(double.store, double.store.get("checkout.session", ids["session"], "session"))


def intents(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return _page(double, "payment_intent", params, "/v1/payment_intents", "customer")


def charges(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return _page(double, "charge", params, "/v1/charges", "payment_intent")


def entries(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return _page(double, "balance_transaction", params, "/v1/balance_transactions", "currency", "source", "type")


def entry(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("balance_transaction", ids["id"])


def refunds(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return _page(double, "refund", params, "/v1/refunds", "charge", "payment_intent")


def disputes(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return _page(double, "dispute", params, "/v1/disputes", "charge", "payment_intent")


def dispute(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("dispute", ids["dispute"], "dispute")


def events(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """Events of the last 30 days; older ones are gone, as at Stripe."""
    if "type" in params and "types" in params:
        raise Refusal("You may only pass one of type or types.", param="types")
    if len(params.get("types", [])) > 20:
        raise Refusal("You may pass up to 20 types.", param="types")
    patterns = params.get("types") or [params.get("type", "*")]

    def wanted(event: Values) -> bool:
        delivered = params.get("delivery_success")
        return (
            event["created"] > double.now - EVENT_LIFE
            and any(fnmatch(event["type"], pattern) for pattern in patterns)
            and (delivered is None or delivered == (event["pending_webhooks"] == 0))
        )

    return page(double.store, "event", params, "/v1/events", wanted)


def event(double: StripeDouble, ids: Ids, params: Values) -> Values:
    found = double.store.get("event", ids["id"])
    if found["created"] <= double.now - EVENT_LIFE:
        raise missing("event", ids["id"])
    return found


def balance(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """What the account holds: the nets of all its movements, those that can be paid out yet apart from the rest."""
    sums: dict[str, dict[str, int]] = {
        "available": {double.account.settles_in: 0},
        "pending": {double.account.settles_in: 0},
    }
    for row in double.store.all("balance_transaction"):
        part = sums["available" if row["available_on"] <= double.now else "pending"]
        part[row["currency"]] = part.get(row["currency"], 0) + row["net"]
    parts = {
        name: [{"amount": amount, "currency": currency} for currency, amount in sorted(found.items())]
        for name, found in sums.items()
    }
    return build("balance", livemode=False, **parts)


def account(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.account.values()
