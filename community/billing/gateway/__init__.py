"""The only module that speaks to Stripe. It returns plain values and raises two errors: try again, or no."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings

from community.billing import rules
from community.billing.gateway.facts import (
    Disputed,
    Forged,
    Intent,
    Movement,
    Notice,
    Refused,
    SavedCard,
    SentRefund,
    Session,
    Unreachable,
)
from community.kernel.money import Money

if TYPE_CHECKING:
    import stripe

__all__ = [
    "Disputed",
    "Forged",
    "Intent",
    "Movement",
    "Notice",
    "Refused",
    "SavedCard",
    "SentRefund",
    "Session",
    "Unreachable",
]

log = structlog.get_logger()

EVENTS = [
    "checkout.session.*", "payment_intent.succeeded", "refund.created", "refund.updated", "refund.failed",
    "charge.dispute.*",
]  # fmt: skip
CARD = ["card"]
METHODS = [*CARD, "alipay", "wechat_pay"]
# What a page and its payment are asked for besides: to remember the card, or to show WeChat Pay's code.
KEEPING: tuple[dict[str, Any], dict[str, Any]] = (
    {"customer_creation": "always"},
    {"setup_future_usage": "off_session"},
)
WALLETS: tuple[dict[str, Any], dict[str, Any]] = ({"payment_method_options": {"wechat_pay": {"client": "web"}}}, {})
LOCALES = {"zh-hans": "zh", "en": "en"}


_transport: "stripe.HTTPClient | None" = None


@cache
def _sdk() -> Any:
    """Stripe's library, loaded when money is first spoken of: most workers never do, and it weighs five megabytes."""
    import stripe

    stripe.enable_telemetry = False
    return stripe


def use_transport(transport: "stripe.HTTPClient | None") -> None:
    """Speak through this HTTP client instead of the network (None: the network again). For tests."""
    global _transport
    _transport = transport


@cache
def _network() -> "stripe.HTTPClient":
    return _sdk().RequestsClient(timeout=(3, 15))


def client() -> "stripe.StripeClient":
    return _sdk().StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=_transport or _network(),
        max_network_retries=1,
    )


def configured() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


def live() -> bool:
    """Whether our key moves real money."""
    return "_live_" in settings.STRIPE_SECRET_KEY


@contextmanager
def _asking() -> Iterator[None]:
    stripe = _sdk()
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError, stripe.RateLimitError) as error:
        log.error("stripe_unusable", error=type(error).__name__)
        raise Unreachable(type(error).__name__) from error
    except (stripe.APIConnectionError, stripe.APIError) as error:
        raise Unreachable(type(error).__name__) from error
    except stripe.StripeError as error:
        if error.http_status == 409:  # the first call with this key is still at work
            raise Unreachable("in_progress") from error
        raise Refused(str(error.code or type(error).__name__)) from error


def start_session(
    *,
    key: str,
    money: Money,
    name: str,
    email: str,
    language: str,
    expires_at: datetime,
    metadata: dict[str, str],
    success_url: str,
    cancel_url: str,
    keep_card: bool = False,
) -> Session:
    """Open a payment page; the same key and values meet the same page. With `keep_card` cards only, and the provider
    remembers the one that was used. Raises Unreachable, Refused."""
    price = {"currency": money.currency.lower(), "unit_amount": money.amount, "product_data": {"name": name}}
    methods, more, keeping = (CARD, *KEEPING) if keep_card else (METHODS, *WALLETS)
    with _asking():
        session = client().v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "allowed_payment_method_types": methods,  # type: ignore[typeddict-item]  # words, where the SDK wants literals
                "line_items": [{"quantity": 1, "price_data": price}],
                "client_reference_id": metadata["invoice"],
                "customer_email": email,
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata, "description": name, **keeping},  # type: ignore[typeddict-item]  # one of two shapes
                "adaptive_pricing": {"enabled": False},
                "locale": LOCALES.get(language, "auto"),  # type: ignore[typeddict-item]  # a word, where the SDK wants a literal
                "expires_at": int(expires_at.timestamp()),
                "success_url": success_url,
                "cancel_url": cancel_url,
                **more,  # type: ignore[typeddict-item]  # one of two shapes
            },
            options={"idempotency_key": key},
        )
    missing = set(methods) - set(session.payment_method_types or [])
    if missing:
        log.warning("payment_methods_not_offered", methods=sorted(missing))
    return _session(session)


def fetch_session(session_id: str) -> Session:
    """Raises Unreachable; Refused("resource_missing") for a page that isn't this account's."""
    with _asking():
        return _session(client().v1.checkout.sessions.retrieve(session_id))


def expire_session(session_id: str) -> Session:
    """Close a payment page. Raises Refused when it is complete or expired already."""
    with _asking():
        return _session(client().v1.checkout.sessions.expire(session_id))


def _session(session: Any) -> Session:
    return Session(
        id=session.id,
        status=session.status,
        paid=session.payment_status == "paid",
        url=session.url or "",
        intent_id=_id(session.payment_intent),
        methods=tuple(session.payment_method_types or ()),
    )


def fetch_intent(intent_id: str) -> Intent:
    with _asking():
        intent = client().v1.payment_intents.retrieve(intent_id, params={"expand": ["latest_charge"]})
    charge = intent.latest_charge
    whole = charge is not None and not isinstance(charge, str)
    captured = charge.created if whole else intent.created
    details = charge.payment_method_details if whole else None
    error = intent.last_payment_error
    return Intent(
        id=intent.id,
        succeeded=intent.status == "succeeded",
        dead=intent.status in ("requires_payment_method", "canceled"),
        received=Money(intent.amount_received, intent.currency.upper()),
        captured_at=datetime.fromtimestamp(captured, UTC),
        metadata=_plain(intent.metadata),
        method=details.type if details is not None else "",
        code=str(getattr(error, "decline_code", None) or error.code or error.type) if error is not None else "",
        kept=_kept(intent, details),
    )


def _kept(intent: Any, details: Any) -> SavedCard | None:
    if intent.setup_future_usage != "off_session" or not intent.customer or details is None or details.type != "card":
        return None
    card = details.card
    return SavedCard(
        _id(intent.customer),
        _id(intent.payment_method),
        card.brand or "",
        card.last4 or "",
        card.exp_month,
        card.exp_year,
    )


def charge_card(
    *, key: str, money: Money, customer_id: str, method_id: str, name: str, metadata: dict[str, str]
) -> Intent:
    """Charge a saved card while its owner is away; the same key and values charge it once. A decline is an answer, too:
    the intent is then dead and says why. Raises Unreachable, Refused."""
    with _asking():
        try:
            made = client().v1.payment_intents.create(
                params={
                    "amount": money.amount,
                    "currency": money.currency.lower(),
                    "customer": customer_id,
                    "payment_method": method_id,
                    "allowed_payment_method_types": CARD,  # type: ignore[typeddict-item]  # words, where the SDK wants literals
                    "off_session": True,
                    "confirm": True,
                    "description": name,
                    "metadata": metadata,
                },
                options={"idempotency_key": key},
            )
            intent_id = made.id
        except _sdk().CardError as error:
            found = getattr(error.error, "payment_intent", None)
            if found is None:
                raise
            intent_id = found.id
    return fetch_intent(intent_id)


def charged_before(customer_id: str, key: str) -> Intent | None:
    """What became of a try to charge a saved card whose answer was lost; None when the provider never had it."""
    with _asking():
        rows = client().v1.payment_intents.list(params={"customer": customer_id, "limit": 100})
    found = next((row.id for row in rows.data if _plain(row.metadata).get("attempt") == key), None)
    return fetch_intent(found) if found else None


def detach(method_id: str) -> None:
    """Take a saved card away from its customer, for good; one that is gone already is fine. Raises Unreachable."""
    try:
        with _asking():
            client().v1.payment_methods.detach(method_id)
    except Refused as refused:
        log.info("card_gone_already", code=refused.code)


def refund(*, key: str, intent_id: str, money: Money, metadata: dict[str, str]) -> SentRefund:
    """Send money back; the same key and values send it once. Raises Unreachable, Refused."""
    with _asking():
        sent = client().v1.refunds.create(
            params={
                "payment_intent": intent_id,
                "amount": money.amount,
                "reason": "requested_by_customer",
                "metadata": metadata,
            },
            options={"idempotency_key": key},
        )
    return _refund(sent)


def fetch_refund(refund_id: str) -> SentRefund:
    with _asking():
        return _refund(client().v1.refunds.retrieve(refund_id))


def refunds_of(intent_id: str) -> list[SentRefund]:
    """Every refund of a payment, at most 100."""
    with _asking():
        rows = client().v1.refunds.list(params={"payment_intent": intent_id, "limit": 100})
    return [_refund(row) for row in rows.data]


def fetch_dispute(dispute_id: str) -> Disputed:
    with _asking():
        found = client().v1.disputes.retrieve(dispute_id)
    due = found.evidence_details.due_by if found.evidence_details is not None else None
    return Disputed(
        id=found.id,
        intent_id=_id(found.payment_intent),
        # An inquiry that ended took nothing; "warning_closed" leaves things as they were.
        status={"won": "won", "lost": "lost", "warning_closed": "won"}.get(found.status, "open"),
        money=Money(found.amount, found.currency.upper()),
        reason=found.reason or "",
        due_at=datetime.fromtimestamp(due, UTC) if due else None,
        withdrawn=bool(found.balance_transactions),
    )


def whose_account() -> dict[str, str]:
    """The account behind our key: its id, country and the currency it is settled in. Raises Unreachable, Refused."""
    with _asking():
        found = client().v1.accounts.retrieve_current()
    return {
        "account": found.id,
        "country": found.country or "",
        "settles_in": (found.default_currency or "").upper(),
        "api_version": str(_sdk().api_version),
    }


def list_movements(since: datetime, until: datetime) -> Iterator[Movement]:
    """Every movement of the balance in [since, until), the newest first, page by page. Raises Unreachable, Refused."""
    window = {"gte": int(since.timestamp()), "lt": int(until.timestamp()) + 1}
    with _asking():
        rows = client().v1.balance_transactions.list(
            params={"created": window, "limit": 100, "expand": ["data.source"]}  # type: ignore[typeddict-item]  # a window is a plain dict
        )
        for row in rows.auto_paging_iter():
            source = row.source
            yield Movement(
                id=row.id, type=row.type, source_id=_id(source),
                intent_id=_id(getattr(source, "payment_intent", None)) if not isinstance(source, str) else "",
                amount=row.amount, fee=row.fee, net=row.net, currency=row.currency.upper(),
                moved_at=datetime.fromtimestamp(row.created, UTC),
            )  # fmt: skip


def list_events(since: datetime) -> Iterator[Notice]:
    """Events since an instant of the last thirty days, the newest first, page by page. Raises Unreachable, Refused."""
    with _asking():
        rows = client().v1.events.list(
            params={"created": {"gte": int(since.timestamp())}, "limit": 100, "types": EVENTS}
        )
        for row in rows.auto_paging_iter():
            yield Notice(row.id, row.type, str(row.data.object["id"]))


def _refund(sent: Any) -> SentRefund:
    status = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}.get(sent.status, "pending")
    return SentRefund(
        id=sent.id,
        intent_id=_id(sent.payment_intent),
        status=status,
        money=Money(sent.amount, sent.currency.upper()),
        metadata=_plain(sent.metadata),
        error=(getattr(sent, "failure_reason", None) or "") if status == "failed" else "",
    )


def _id(value: Any) -> str:
    return value if isinstance(value, str) else (value.id if value is not None else "")


def _plain(metadata: Any) -> dict[str, str]:
    return dict(metadata.to_dict()) if metadata is not None else {}


def read_webhook(body: bytes, header: str, *, at: datetime) -> Notice:
    """What a webhook is about, after its signature, time (±300 s) and mode are proven. Raises Forged."""
    signed = re.search(r"(?:^|,)t=([0-9]{1,10})(?:,|$)", header)
    if signed is None:
        raise Forged("no time")
    if not rules.inside_signature_window(datetime.fromtimestamp(int(signed[1]), UTC), at):
        raise Forged("out of time")
    if not any(_signed_with(secret, body, header) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise Forged("no signature of ours")
    try:
        event = json.loads(body)
        found = Notice(str(event["id"]), str(event["type"]), str(event["data"]["object"].get("id", "")))
        livemode = event["livemode"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Forged("not an event") from error
    words = (found.event_id, 1, 255), (found.type, 1, 100), (found.object_id, 0, 255)
    if not all(re.fullmatch(rf"[\x21-\x7e]{{{least},{most}}}", word) for word, least, most in words):
        raise Forged("not an event")
    if bool(livemode) != live():
        raise Forged("other mode")
    return found


def _signed_with(secret: str, body: bytes, header: str) -> bool:
    stripe = _sdk()
    try:
        return stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
        return False  # TypeError: signatures beyond ASCII can't be compared
