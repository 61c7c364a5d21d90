"""`python -m devtools.stripe_double`: the stand-in that a demo pays against when no Stripe key is set."""

from __future__ import annotations

import argparse
import logging
import secrets
import signal
import sys
import threading
from pathlib import Path

from . import saving
from .account import Account
from .delivery import Unruly
from .double import StripeDouble
from .server import DoubleServer

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def main(argv: list[str] | None = None) -> int:
    options = _options(argv)
    logging.basicConfig(level=logging.INFO, format="stripe double: %(message)s")
    if not options.api_key.startswith("sk_test_"):
        print("The stand-in takes test keys only (sk_test_…).", file=sys.stderr)
        return 2
    store = saving.load(options.state) if options.state else None
    double = StripeDouble(
        api_key=options.api_key,
        webhook_secrets=options.secret or ["whsec_double"],
        account=Account(methods=tuple(options.methods.split(",")), refund_seconds=options.refund_seconds),
        # Without a state file the ids must not repeat those of an earlier run.
        seed=options.seed or secrets.token_hex(8),
        store=store,
    )
    try:
        server = DoubleServer(
            double,
            host=options.host,
            port=options.port,
            public_url=options.public_url,
            webhook_url=options.webhook_url,
            state=options.state,
            unruly=None if options.unruly is None else Unruly(options.unruly, delay=0.2, max_delay=20),
        )
    except OSError as problem:
        print(f"Cannot listen on {options.host}:{options.port}: {problem}", file=sys.stderr)
        return 2
    _serve(server, options.host)
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devtools.stripe_double", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=12111, help="0 takes a free one (default: 12111)")
    add("--host", default="127.0.0.1", help="anything but loopback only when asked for here")
    add("--public-url", help="how browsers reach the payment page, when not http://HOST:PORT")
    add("--api-key", default="sk_test_double", help="the only key that is accepted")
    add("--webhook-url", help="where events are sent; retried until accepted")
    add("--secret", action="append", help="signs webhooks (whsec_…); twice while rotating")
    add("--state", type=Path, help="file that keeps the state across runs")
    add("--seed", help="makes ids reproducible (default: fresh ones)")
    add("--methods", default="card,alipay,wechat_pay", help="what the account offers")
    add("--refund-seconds", type=float, default=10, help="how long a wallet's refund is pending")
    add("--unruly", type=int, metavar="SEED", help="shuffle, repeat and delay webhooks")
    return parser.parse_args(argv)


def _serve(server: DoubleServer, host: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if host not in LOOPBACK:
        print(f"Careful: listening on {host}, so others can reach this stand-in.", flush=True)
    with server:
        print(f"Stand-in for Stripe at {server.url} (no money moves)", flush=True)
        stop.wait()


if __name__ == "__main__":
    raise SystemExit(main())
