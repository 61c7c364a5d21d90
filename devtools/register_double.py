"""A stand-in for an interface to the company register: checks every question, answers from a table, fails on demand.

`python -m devtools.register_double --port 8099` serves it; docs/register.md has the contract both sides keep.
"""

import argparse
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "register-key"
PATH = re.compile(r"^/v1/companies/([0-9A-HJ-NPQRTUWXY]{18})$")
FIELDS = {
    "credit_code": str, "name": str, "status": str, "as_of": str, "legal_representative": str, "shareholders": list,
}  # fmt: skip
ACTIVE = "91440300708461136T"
CLOSED = "91110000802100433B"
TABLE: dict[str, dict[str, Any]] = {
    ACTIVE: {"name": "深圳云帆科技有限公司", "status": "active", "people": ("林晓", ["林晓", "陈明"])},
    CLOSED: {"name": "北京旧帆贸易有限公司", "status": "not_active", "people": ("王强", [])},
}


def question_faults(method: str, path: str, headers: dict[str, str]) -> list[str]:
    """What is wrong with a question, by the contract."""
    wanted = {"authorization": f"Bearer {KEY}", "accept": "application/json"}
    faults = [f"{name} is {headers.get(name)!r}" for name, value in wanted.items() if headers.get(name) != value]
    if method != "GET":
        faults.append(f"method is {method}")
    if not PATH.match(path):
        faults.append(f"path is {path}")
    return faults


def answer_faults(answer: dict[str, Any]) -> list[str]:
    """What is wrong with an answer of ours, by the contract."""
    faults = [name for name, kind in FIELDS.items() if not isinstance(answer.get(name), kind)]
    return faults + sorted(answer.keys() - FIELDS.keys())


def answer_of(code: str) -> dict[str, Any] | None:
    row = TABLE.get(code)
    if row is None:
        return None
    person, holders = row["people"]
    answer = {
        "credit_code": code, "name": row["name"], "status": row["status"], "as_of": "2026-11-20",
        "legal_representative": person, "shareholders": holders,
    }  # fmt: skip
    assert not answer_faults(answer)
    return answer


class Double(ThreadingHTTPServer):
    """`ways` names how the next answers go wrong, in order: a status, bytes to send, or "slow", "drip", "redirect"."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Desk)
        self.ways: list[int | bytes | str] = []
        self.faults: list[str] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def __enter__(self) -> "Double":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Desk(BaseHTTPRequestHandler):
    server: Double

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.faults += question_faults(self.command, self.path, headers)
        self.server.asked.append(self.path)
        way = self.server.ways.pop(0) if self.server.ways else None
        if isinstance(way, int):
            self._say(way, b"{}")
        elif isinstance(way, bytes):
            self._say(200, way)
        elif way is not None:
            WAYS[way](self)
        else:
            found = PATH.match(self.path)
            answer = answer_of(found[1]) if found else None
            self._say(200 if answer else 404, json.dumps(answer, ensure_ascii=False).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def slow(self) -> None:
        time.sleep(1.5)

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(60):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)

    def redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"{self.server.url}/companies/{ACTIVE}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


WAYS: dict[str, Callable[[_Desk], None]] = {"slow": _Desk.slow, "drip": _Desk.drip, "redirect": _Desk.redirect}


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--port", type=int, default=8099)
    with Double(reading.parse_args().port) as double:
        print(f"REGISTRY_URL={double.url} REGISTRY_KEY={KEY}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
