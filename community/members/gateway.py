"""The public register: looked up by hand (the default), or asked over HTTP where the club has an interface to one.

The only module of members that speaks to an outside service. Nothing here decides: what comes back fills in a form.
"""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from urllib.parse import quote

from django.conf import settings

SECONDS = 5  # for every single wait
MOST_BYTES, MOST_READS = 256 * 1024, 16
ACTIVE, NOT_ACTIVE = "active", "not_active"
STATUSES = (ACTIVE, NOT_ACTIVE)


class Unreachable(Exception):
    """The register gave no usable answer; `code` says how it failed, for people who mend it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """What the register says of one company."""

    credit_code: str
    name: str
    status: str
    as_of_on: date
    legal_representative: str = ""
    shareholders: tuple[str, ...] = field(default=())


class Register(Protocol):
    source: str

    def look_up(self, credit_code: str) -> Entry | None:
        """The entry of a code, None when the register has none. Raises Unreachable."""


class Manual:
    """People look it up themselves: there is nobody to ask."""

    source = ""

    def look_up(self, credit_code: str) -> Entry | None:
        raise Unreachable("manual")


class Http:
    """GET <REGISTRY_URL>/companies/<code> with a bearer key; docs/register.md has the contract."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self.key = base.rstrip("/"), key
        self.source = self.base.partition("://")[2].partition("/")[0]

    def look_up(self, credit_code: str) -> Entry | None:
        request = urllib.request.Request(
            f"{self.base}/companies/{quote(credit_code)}",
            headers={"Accept": "application/json", "Authorization": f"Bearer {self.key}"},
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                body = _read(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Unreachable(f"http_{error.code}") from None
        except TimeoutError:
            raise Unreachable("timeout") from None
        except (OSError, ValueError):
            raise Unreachable("connection") from None
        return _entry(body, credit_code)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was configured and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def register() -> Register:
    """The one this club uses: HTTP when REGISTRY_URL is set, people otherwise."""
    return Http(settings.REGISTRY_URL, settings.REGISTRY_KEY) if settings.REGISTRY_URL else Manual()


def can_be_asked() -> bool:
    return bool(settings.REGISTRY_URL)


def _read(answer: Any) -> bytes:
    """The whole body, of a decent size and in a decent number of pieces."""
    body = b""
    for _ in range(MOST_READS):
        piece = answer.read1(MOST_BYTES)
        if not piece:
            return body
        body += piece
        if len(body) > MOST_BYTES:
            raise Unreachable("too_long")
    raise Unreachable("slow")


def _entry(body: bytes, credit_code: str) -> Entry:
    """Checked field by field: an answer that is not exactly as agreed is no answer."""
    try:
        said = json.loads(body)
        entry = Entry(
            credit_code=_text(said["credit_code"], 18),
            name=_text(said["name"], 120),
            status=said["status"],
            as_of_on=date.fromisoformat(_text(said["as_of"], 10)),
            legal_representative=_text(said.get("legal_representative", ""), 120),
            shareholders=tuple(_text(name, 120) for name in said.get("shareholders", [])[:50]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreachable("garbage") from None
    if entry.status not in STATUSES or not entry.name:
        raise Unreachable("garbage")
    if entry.credit_code != credit_code:
        raise Unreachable("another_company")
    return entry


def _text(said: Any, most: int) -> str:
    if not isinstance(said, str) or len(said) > most or not (said.isprintable()):
        raise ValueError("no text")
    return said
