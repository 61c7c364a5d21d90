"""The second face: the double over loopback HTTP, with the payment page and a courier for webhooks."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from . import page, saving
from .delivery import Unruly
from .errors import ConnectionLost, ContractBroken, NotOpen, NotSimulated, Refusal
from .response_contract import Values
from .words import language

if TYPE_CHECKING:
    from .double import StripeDouble

log = logging.getLogger("stripe_double")
LARGEST_BODY = 1_000_000  # bytes
TICK = 0.2  # seconds between two looks at what is due


class DoubleServer:
    """Serves one double. `with DoubleServer(double, webhook_url=…) as server: server.url`

    `hold_seconds`: how long a planned timeout keeps its connection before it is closed.
    """

    def __init__(
        self,
        double: StripeDouble,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        webhook_url: str | None = None,
        state: Path | None = None,
        unruly: Unruly | None = None,
        hold_seconds: float = 30,
    ) -> None:
        self.double = double
        self.webhook_url, self.state, self.unruly, self.hold_seconds = webhook_url, state, unruly, hold_seconds
        handler = type("Handler", (_Handler,), {"owner": self})
        listener = type("Listener", (_Listener,), {"address_family": socket.AF_INET6}) if ":" in host else _Listener
        self.http = listener((host, port), handler)
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self.http.server_address[1]}"
        double.move_to(public_url or self.url)
        self._stop = threading.Event()
        self._saved = -1
        self._threads = [
            threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True),
            threading.Thread(target=self._carry, daemon=True),
        ]

    def start(self) -> DoubleServer:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self.http.shutdown()
        self.http.server_close()
        self._threads[1].join(timeout=5)
        self.save()

    def __enter__(self) -> DoubleServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def save(self) -> None:
        """Writes the state if there is a file for it and something changed."""
        with self.double.lock:
            if self.state is not None and self.double.store.revision != self._saved:
                saving.save(self.double.store, self.state)
                self._saved = self.double.store.revision

    def _carry(self) -> None:
        while not self._stop.wait(TICK):
            try:
                self.double.run_due()
                if self.webhook_url:
                    for done in self.double.deliver(self.webhook_url, unruly=self.unruly):
                        log.info("webhook %s: %s", done.event["type"], done.status or "nobody answered")
                self.save()
            except Exception:
                # The courier must outlive whatever goes wrong with one delivery or one save.
                log.exception("the courier stumbled")


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    # A second server on the same port must fail, not share it.
    allow_reuse_port = False


class _Handler(BaseHTTPRequestHandler):
    owner: DoubleServer
    protocol_version = "HTTP/1.1"
    server_version = "stripe-double"
    # Small answers in two writes would wait for the peer's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._route("get")

    def do_POST(self) -> None:
        self._route("post")

    def do_DELETE(self) -> None:
        self._route("delete")

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)

    def _route(self, verb: str) -> None:
        body = self._body()
        if body is None:
            return
        parts = urlsplit(self.path)
        if parts.path.startswith("/v1/"):
            self._api(verb, body)
        elif parts.path.startswith("/pay/"):
            self._pay(verb, parts.path.removeprefix("/pay/").strip("/"), parts.query, body)
        elif parts.path == "/assets/page.css":
            self._send(200, page.STYLE, "text/css; charset=utf-8", {"Cache-Control": "max-age=300"})
        elif parts.path == "/":
            self._send(200, "A stand-in for Stripe. No money moves.\n", "text/plain; charset=utf-8")
        else:
            self._api(verb, body)

    def _body(self) -> str | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(413, "", "text/plain")
            return None
        return self.rfile.read(int(length)).decode("utf-8", "replace")

    def _api(self, verb: str, body: str) -> None:
        try:
            answer = self.owner.double.handle(verb, self.path, dict(self.headers.items()), body)
        except ConnectionLost as lost:
            if lost.timed_out:
                time.sleep(self.owner.hold_seconds)
            self.close_connection = True
            return
        except (NotSimulated, ContractBroken) as problem:
            log.error("%s %s: %s: %s", verb.upper(), self.path, type(problem).__name__, problem)
            status = 501 if isinstance(problem, NotSimulated) else 500
            text = f"The stand-in for Stripe cannot do this: {problem}"
            error = json.dumps({"error": {"type": "api_error", "message": text}})
            self._send(status, error, "application/json", {"Stripe-Should-Retry": "false"})
            return
        self._send(answer.status, answer.body, answer.headers["Content-Type"], answer.headers)

    # The payment page -----------------------------------------------------------------------------

    def _pay(self, verb: str, session_id: str, query: str, body: str) -> None:
        session, items, intent = self._session(session_id)
        asked = parse_qs(query).get("lang", [None])[0]
        lang = language(session, asked, self.headers.get("Accept-Language", ""))
        if session is None or verb == "get":
            text = page.render(session, items, intent, lang, self.owner.double.now)
            headers = {"Content-Security-Policy": page.POLICY, "Cache-Control": "no-store", "Vary": "Accept-Language"}
            self._send(200 if session else 404, text, "text/html; charset=utf-8", headers)
            return
        fields = {name: values[-1] for name, values in parse_qs(body).items()}
        after = self._act(session, fields)
        here = f"/pay/{session_id}?lang={lang}"
        self._send(303, "", "text/plain", {"Location": page.success_url(after) if _done(after) else here})

    def _session(self, session_id: str) -> tuple[Values | None, list[Values], Values | None]:
        double = self.owner.double
        try:
            session = double.get(session_id)
        except KeyError:
            return None, [], None
        if session["object"] != "checkout.session":
            return None, [], None
        items = [double.get(id_) for id_ in double.store.note(session_id)["items"]]
        return session, items, double.get(session["payment_intent"]) if session["payment_intent"] else None

    def _act(self, session: Values, fields: dict[str, str]) -> Values:
        """What the customer chose; a session that is closed or a choice not offered changes nothing."""
        double, id_ = self.owner.double, session["id"]
        method = fields.get("method", "")
        try:
            if method == "authenticate":
                return double.authenticate(id_, fields.get("result") == "confirm")
            if method == "card":
                return double.pay(id_, fields.get("number", ""))
            return double.pay_wallet(id_, method)
        except (NotOpen, ValueError, Refusal):
            return double.get(id_)

    def _send(self, status: int, text: str, kind: str, headers: dict[str, str] | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _done(session: Values) -> bool:
    return bool(session["status"] == "complete")
