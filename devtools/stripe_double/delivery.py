"""Webhooks on their way: signed as Stripe signs, and as unruly as a network can be."""

from __future__ import annotations

import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from .response_contract import Values

if TYPE_CHECKING:
    from .double import StripeDouble

# A URL, or a callable that answers with a status or with something that has a `status_code`.
Target = str | Callable[[bytes, dict[str, str]], Any]
TIMEOUT = 20  # seconds a receiver may take


@dataclass(frozen=True)
class Delivered:
    event: Values
    status: int  # 0: nobody answered

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


class Unruly:
    """What a network does to deliveries, reproducible by its seed. Rates are probabilities.

    Dropped events never arrive (they can still be listed); delayed ones become due within
    `max_delay` seconds of the double's clock.
    """

    def __init__(self, seed: int, *, shuffle: bool = True, duplicate: float = 0.2, drop: float = 0.0,
                 delay: float = 0.0, max_delay: int = 3600) -> None:  # fmt: skip
        self.random = Random(seed)
        self.shuffle, self.duplicate, self.drop, self.delay = shuffle, duplicate, drop, delay
        self.max_delay = max_delay

    def upset(self, batch: list[Values], now: int) -> tuple[list[Values], list[Values]]:
        """What to send now, in which order, and what to keep for later."""
        send, later = [], []
        for item in batch:
            if self.random.random() < self.drop:
                continue
            if self.random.random() < self.delay:
                later.append({**item, "due_at": now + self.random.randint(1, self.max_delay)})
                continue
            send.append(item)
            if self.random.random() < self.duplicate:
                send.append(dict(item))
        if self.shuffle:
            self.random.shuffle(send)
        return send, later


def signed(event: Values, at: float, secrets: Iterable[str]) -> tuple[bytes, dict[str, str]]:
    """Body and headers: one `v1` per secret, as while a secret is being rotated."""
    body = json.dumps(event, indent=2, ensure_ascii=False).encode()
    payload = f"{int(at)}.".encode() + body
    marks = [f"v1={hmac.new(s.encode(), payload, sha256).hexdigest()}" for s in secrets]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": ",".join([f"t={int(at)}", *marks]),
    }
    return body, headers


def deliver(double: StripeDouble, target: Target, unruly: Unruly | None) -> list[Delivered]:
    """Sends what is due, oldest first unless unruly. The lock is not held while the receiver works.

    What is refused stays queued with a growing pause; an exception of a callable reaches the caller.
    """
    with double.lock:
        double.run_due()
        now = double.now
        due = [item for item in double.store.deliveries if item["due_at"] <= now]
        waiting = [item for item in double.store.deliveries if item["due_at"] > now]
        send, later = unruly.upset(due, now) if unruly else (due, [])
        double.store.deliveries = waiting + later
        double.store.touch()
    done: list[Delivered] = []
    unsent = list(send)
    try:
        for item in send:
            done.append(_send_one(double, target, item))
            unsent.remove(item)
    finally:
        with double.lock:
            double.store.deliveries += unsent
    return done


def _send_one(double: StripeDouble, target: Target, item: Values) -> Delivered:
    with double.lock:
        event = double.store.get("event", item["event"])
        body, headers = double.signed(event)
    result = Delivered(event, _send(target, body, headers))
    with double.lock:
        if result.accepted:
            event["pending_webhooks"] = 0
        else:
            attempts = item["attempts"] + 1
            again = {"event": event["id"], "due_at": double.now + pause(attempts), "attempts": attempts}
            double.store.deliveries.append(again)
        double.store.touch()
    return result


def pause(attempts: int) -> int:
    """Seconds until the next try: 1, 2, 4 … 30. Short, so that a server that starts late gets its mail."""
    return int(min(30, 2 ** (attempts - 1)))


def _send(target: Target, body: bytes, headers: dict[str, str]) -> int:
    if not isinstance(target, str):
        answer = target(body, headers)
        status: int = answer if isinstance(answer, int) else answer.status_code
        return status
    request = urllib.request.Request(target, data=body, headers=headers, method="POST")
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class _Straight(urllib.request.HTTPRedirectHandler):
    """Stripe counts a redirect as a failure and so does the double."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


# Loopback needs no proxy, whatever the environment says.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Straight)
