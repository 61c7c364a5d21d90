"""The heart of the double: one object that answers requests, plays the customer and sends webhooks."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe
from stripe._api_version import _ApiVersion

from . import checkout, delivery, disputes, methods, payments, refunds
from .account import Account
from .delivery import Delivered, Target, Unruly
from .errors import NotSimulated, Refusal
from .expand import check_paths, expand
from .faults import Fault, Faults, When
from .form import decode
from .request_contract import find, read
from .response_contract import Values, build, check
from .routes import ROUTES
from .store import Store

KEY_LIFE = 24 * 3600  # seconds an idempotency key is remembered

# What happens by itself when its time has come.
ACTS: dict[str, Callable[[StripeDouble, str], Any]] = {
    "expire_session": checkout.expire_on_time,
    "settle_refund": refunds.settle,
    "fail_refund": refunds.fail,
    "open_dispute": disputes.open_dispute,
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, the same for both faces."""

    status: int
    body: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Request:
    verb: str
    path: str
    encoded: str  # query of a GET or DELETE, body of a POST
    headers: dict[str, str]  # names in lower case

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.verb == "post" else None

    @property
    def print(self) -> str:
        return hashlib.sha256(f"{self.verb} {self.path} {self.encoded}".encode()).hexdigest()


class StripeDouble:
    """A stand-in for Stripe in test mode; no money moves.

    Thread-safe. Time comes from `clock` (seconds since the epoch) plus what `advance` added. One
    seed and one history give the same ids.
    """

    def __init__(
        self,
        *,
        api_key: str = "sk_test_double",
        webhook_secrets: Iterable[str] = ("whsec_double",),
        account: Account | None = None,
        clock: Callable[[], float] = time.time,
        seed: str = "double",
        public_url: str = "https://checkout.double.test",
        store: Store | None = None,
    ) -> None:
        self.api_key = api_key
        self.webhook_secrets = list(webhook_secrets)
        self.account = account or Account()
        self.clock = clock
        self.public_url = public_url
        self.store = store or Store(seed)
        self.faults = Faults()
        self.lock = threading.RLock()
        self.request_count = 0
        self._moment: float | None = None
        self._cause: Values = {"id": None, "idempotency_key": None}

    # Time -----------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Seconds since the epoch; inside a planned act, the instant it was planned for."""
        if self._moment is not None:
            return int(self._moment)
        return int(self.clock() + self.store.offset)

    def advance(self, seconds: float) -> None:
        """Moves the double's clock on; what falls due happens at its own instant, in order."""
        with self.lock:
            self.store.offset += seconds
            self.run_due()

    def run_due(self) -> None:
        with self.lock:
            while True:
                ripe = [item for item in self.store.due if item["at"] <= self.now]
                if not ripe:
                    return
                item = min(ripe, key=lambda i: i["at"])
                self.store.due.remove(item)
                self._moment = item["at"]
                try:
                    ACTS[item["act"]](self, item["id"])
                finally:
                    self._moment = None
                self.store.touch()

    # The API --------------------------------------------------------------------------------------

    def client(self, **options: Any) -> stripe.StripeClient:
        """A real StripeClient that talks to this double without a socket."""
        from .client import DoubleClient

        return stripe.StripeClient(self.api_key, http_client=DoubleClient(self), **options)

    def handle(self, verb: str, url: str, headers: dict[str, str], body: str = "") -> Answer:
        """Answers one API request.

        Raises ConnectionLost (a planned fault), NotSimulated and ContractBroken.
        """
        parts = urlsplit(url)
        request = Request(
            verb.lower(),
            parts.path,
            body if verb.lower() == "post" else parts.query,
            {name.lower(): value for name, value in headers.items()},
        )
        with self.lock:
            self.request_count += 1
            request_id = self.store.new_id("req")
            try:
                return self._answer(request, request_id)
            except Refusal as refusal:
                return _answer(refusal.status, refusal.body(request_id), request_id)

    def _answer(self, request: Request, request_id: str) -> Answer:
        self.run_due()
        self._authenticate(request)
        fault = self.faults.take(request.verb, request.path)
        if fault and fault.when == "before":
            fault.strike()
        kept = self._kept(request)
        if kept:
            headers = {"Idempotent-Replayed": "true", "Original-Request": kept["request"]}
            answer = Answer(kept["status"], kept["body"], {**_headers(request_id), **headers})
        else:
            answer = self._execute(request, request_id)
        if fault:
            if fault.kind == 500 and request.key and not kept:
                # Stripe remembers a 500 of its own under the key, unlike one of a gateway before it.
                self._keep(request, request_id, _failed(500, request_id))
            fault.strike()
        return answer

    def _authenticate(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or key != self.api_key:
            shown = f"{key[:8]}{'*' * 4}{key[-4:]}" if len(key) > 12 else "****"
            raise Refusal(f"Invalid API Key provided: {shown}", 401)
        version = request.headers.get("stripe-version", _ApiVersion.CURRENT)
        if version != _ApiVersion.CURRENT:
            raise Refusal(f"Invalid Stripe API version: {version}")

    def _kept(self, request: Request) -> Values | None:
        """The remembered answer for this request's idempotency key. Raises Refusal on another use."""
        keys = self.store.keys
        for key in [k for k, entry in keys.items() if entry["at"] + KEY_LIFE <= self.now]:
            del keys[key]
        entry = keys.get(request.key) if request.key else None
        if entry and entry["print"] != request.print:
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{request.key}' if you meant to execute "
                "a different request.",
                type="idempotency_error",
            )
        return entry

    def _keep(self, request: Request, request_id: str, answer: Answer) -> None:
        if request.key:
            self.store.keys[request.key] = {
                "at": self.now,
                "print": request.print,
                "status": answer.status,
                "body": answer.body,
                "request": request_id,
            }

    def _execute(self, request: Request, request_id: str) -> Answer:
        call, ids = find(request.verb, request.path)
        route = ROUTES.get((call.verb, call.path))
        if route is None:
            raise NotSimulated(f"{call.verb.upper()} {call.path}")
        params = read(call, decode(request.encoded))
        strange = set(params) - route.takes - {"expand"}
        if strange:
            raise NotSimulated(f"{call.verb.upper()} {call.path} with {', '.join(sorted(strange))}")
        check_paths(route.gives, params.get("expand", []))
        self._cause = {"id": request_id, "idempotency_key": request.key}
        try:
            values = expand(self.store, route.handler(self, ids, params), params.get("expand", []))
            check(values)
            answer = _answer(200, values, request_id)
        except Refusal as refusal:
            # The endpoint began to work: its refusal is remembered under the key, too.
            answer = _answer(refusal.status, refusal.body(request_id), request_id)
        finally:
            self._cause = {"id": None, "idempotency_key": None}
        self._keep(request, request_id, answer)
        return answer

    # Events ---------------------------------------------------------------------------------------

    def emit(self, type_: str, values: Values, previous: Values | None = None) -> Values:
        """Records an event with a snapshot of the object and queues its delivery."""
        data: Values = {"object": deepcopy(values)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = build(
            "event",
            id=self.store.new_id("evt"),
            api_version=_ApiVersion.CURRENT,
            created=self.now,
            data=data,
            livemode=False,
            pending_webhooks=1,
            request=dict(self._cause),
            type=type_,
        )
        self.store.add(event)
        self.store.deliveries.append({"event": event["id"], "due_at": self.now, "attempts": 0})
        return event

    def events(self, type_: str | None = None) -> list[Values]:
        """Events so far, oldest first, of one type if given."""
        return [e for e in self.store.all("event") if type_ in (None, e["type"])]

    def signed(
        self, event: Values, *, at: float | None = None, secrets: Iterable[str] | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one webhook; `at` and `secrets` let a test age or forge it."""
        return delivery.signed(
            event, self.now if at is None else at, self.webhook_secrets if secrets is None else secrets
        )

    def deliver(self, target: Target, *, unruly: Unruly | None = None) -> list[Delivered]:
        """Sends what is due to `target(body, headers)` or a URL; what was not accepted stays queued."""
        return delivery.deliver(self, target, unruly)

    def replay(self, target: Target, *, unruly: Unruly | None = None) -> list[Delivered]:
        """Sends every event once more, as an operator can from the dashboard."""
        with self.lock:
            known = [{"event": e["id"], "due_at": self.now, "attempts": 0} for e in self.events()]
            self.store.deliveries = known
        return self.deliver(target, unruly=unruly)

    def lose_deliveries(self) -> None:
        """The endpoint was down for so long that Stripe gave up; events can still be listed."""
        with self.lock:
            self.store.deliveries.clear()

    # The customer ---------------------------------------------------------------------------------

    def pay(self, session_id: str, card: str = "4242424242424242", email: str | None = None) -> Values:
        """The customer pays by card; a declined card leaves the session open. Raises NotOpen."""
        return payments.confirm(self, session_id, payments.by_card(card), email)

    def decline(self, session_id: str, card: str = "4000000000000002") -> Values:
        return self.pay(session_id, card)

    def authenticate(self, session_id: str, succeeded: bool = True) -> Values:
        """The customer finishes (or fails) the bank's 3-D Secure page of card 4000000000003220."""
        return payments.authenticate(self, session_id, succeeded)

    def pay_wallet(self, session_id: str, method: str = "alipay", outcome: payments.Outcome = "paid",
                   email: str | None = None) -> Values:  # fmt: skip
        """The customer pays by "alipay" or "wechat_pay".

        Outcome "failed" is a wallet that refused, "delayed" one that answers later (`settle_payment`).
        """
        return payments.confirm(self, session_id, payments.by_wallet(method, outcome), email)

    def settle_payment(self, session_id: str, succeeded: bool = True) -> Values:
        return payments.settle(self, session_id, succeeded)

    def kept_card(self, number: str, email: str) -> Values:
        """The payment method of a customer who paid with this card once and let it be kept."""
        with self.lock:
            return methods.kept_long_ago(self, number, email)

    def settle_refund(self, refund_id: str) -> Values:
        """A pending refund arrives now instead of at its time."""
        with self.lock:
            return refunds.settle(self, refund_id)

    def fail_refund(self, refund_id: str, reason: str = "expired_or_canceled_card") -> Values:
        """The money of a refund comes back, now."""
        with self.lock:
            return refunds.fail(self, refund_id, reason)

    def dashboard_refund(self, payment_intent: str, amount: int | None = None) -> Values:
        """Somebody refunds in Stripe's dashboard: no request of ours, no metadata of ours."""
        params: Values = {"payment_intent": payment_intent}
        with self.lock:
            return refunds.create(self, {}, params if amount is None else {**params, "amount": amount})

    def dispute(self, charge_id: str) -> Values:
        with self.lock:
            return disputes.open_dispute(self, charge_id)

    def close_dispute(self, dispute_id: str, won: bool) -> Values:
        with self.lock:
            return disputes.close(self, dispute_id, won)

    def fault(self, kind: str | int, on: str = "*", when: When = "before", times: int = 1) -> None:
        """Plans a failure: kind "drop", "timeout" or a status; on e.g. "POST /v1/refunds"."""
        self.faults.add(Fault(kind, on, when, times))

    def move_to(self, public_url: str) -> None:
        """The payment page is served elsewhere now (another port after a restart)."""
        with self.lock:
            self.public_url = public_url
            for session in self.store.all("checkout.session"):
                if session["url"]:
                    session["url"] = f"{public_url}/pay/{session['id']}"

    def get(self, id_: str) -> Values:
        """A copy of any object by id, as it is now. Raises KeyError."""
        with self.lock:
            self.run_due()
            found = self.store.anything(id_)
            if found is None:
                raise KeyError(id_)
            return deepcopy(found)


def _headers(request_id: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Request-Id": request_id,
        "Stripe-Version": _ApiVersion.CURRENT,
    }


def _answer(status: int, values: Values, request_id: str) -> Answer:
    return Answer(status, json.dumps(values, indent=2, ensure_ascii=False), _headers(request_id))


def _failed(status: int, request_id: str) -> Answer:
    return _answer(status, Refusal("An unknown error occurred.", status, "api_error").body(request_id), request_id)
