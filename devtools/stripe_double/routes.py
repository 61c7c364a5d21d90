"""Which calls the double simulates and which of their documented parameters.

To widen it: write a handler `(double, ids, params) -> values` and add a line here. A call or a
parameter that Stripe documents but that is not listed raises NotSimulated instead of being ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import checkout, listing, methods, payments, refunds
from .response_contract import Values

if TYPE_CHECKING:
    from .double import StripeDouble

Handler = Callable[["StripeDouble", dict[str, str], Values], Values]


@dataclass(frozen=True)
class Route:
    """`gives`: the kind of the answer, "list:kind" for a list."""

    handler: Handler
    gives: str
    takes: frozenset[str] = frozenset()


def _route(handler: Handler, gives: str, takes: str = "") -> Route:
    return Route(handler, gives, frozenset(takes.split()))


def _list(handler: Handler, of: str, filters: str = "") -> Route:
    return _route(handler, f"list:{of}", f"{filters} limit starting_after ending_before")


_SESSIONS = "/v1/checkout/sessions"
_ENTRY = "balance_transaction"

ROUTES: dict[tuple[str, str], Route] = {
    ("post", _SESSIONS): _route(checkout.create, "checkout.session", " ".join(checkout.TAKES)),
    ("get", _SESSIONS): _list(listing.sessions, "checkout.session", "created payment_intent status"),
    ("get", _SESSIONS + "/{session}"): _route(checkout.retrieve, "checkout.session"),
    ("post", _SESSIONS + "/{session}/expire"): _route(checkout.expire, "checkout.session"),
    ("get", _SESSIONS + "/{session}/line_items"): _list(listing.line_items, "item"),
    ("post", "/v1/payment_intents"): _route(methods.charge, "payment_intent", " ".join(methods.TAKES)),
    ("get", "/v1/payment_intents"): _list(listing.intents, "payment_intent", "created customer"),
    ("get", "/v1/payment_intents/{intent}"): _route(payments.retrieve_intent, "payment_intent"),
    ("get", "/v1/customers/{customer}"): _route(methods.retrieve_customer, "customer"),
    ("get", "/v1/payment_methods/{payment_method}"): _route(methods.retrieve, "payment_method"),
    ("post", "/v1/payment_methods/{payment_method}/detach"): _route(methods.detach, "payment_method"),
    ("get", "/v1/charges"): _list(listing.charges, "charge", "created payment_intent"),
    ("get", "/v1/charges/{charge}"): _route(payments.retrieve_charge, "charge"),
    ("get", "/v1/balance"): _route(listing.balance, "balance"),
    ("get", "/v1/balance_transactions"): _list(listing.entries, _ENTRY, "created currency source type"),
    ("get", "/v1/balance_transactions/{id}"): _route(listing.entry, _ENTRY),
    ("post", "/v1/refunds"): _route(refunds.create, "refund", "amount charge metadata payment_intent reason"),
    ("get", "/v1/refunds"): _list(listing.refunds, "refund", "charge created payment_intent"),
    ("get", "/v1/refunds/{refund}"): _route(refunds.retrieve, "refund"),
    ("get", "/v1/disputes"): _list(listing.disputes, "dispute", "charge created payment_intent"),
    ("get", "/v1/disputes/{dispute}"): _route(listing.dispute, "dispute"),
    ("get", "/v1/events"): _list(listing.events, "event", "created delivery_success type types"),
    ("get", "/v1/events/{id}"): _route(listing.event, "event"),
    ("get", "/v1/account"): _route(listing.account, "account"),
}
