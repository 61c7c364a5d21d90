"""The ways the double says no, in the words and shapes Stripe uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Refusal(Exception):
    """An answer with an error body, as Stripe gives it.

    `status` is the HTTP status; `type`, `code` and `param` are the fields a client may decide on, `more` what else the
    error tells.
    """

    message: str
    status: int = 400
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.type}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        error.update(self.more)
        error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": error}


class NotSimulated(Exception):
    """Stripe knows this call or parameter, the double does not: better loud than silently ignored."""


class ContractBroken(AssertionError):
    """An object of the double does not fit the SDK's own classes (usually: the SDK was upgraded)."""


class ConnectionLost(Exception):
    """No answer will come; `timed_out` tells a silent peer from a closed connection."""

    def __init__(self, timed_out: bool = False) -> None:
        super().__init__("timed out" if timed_out else "connection closed without an answer")
        self.timed_out = timed_out


class NotOpen(Exception):
    """The customer tried to pay a session that is complete or expired."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the session is {status}")
        self.status = status


def missing(kind: str, id_: str, param: str = "id") -> Refusal:
    return Refusal(f"No such {kind}: '{id_}'", 404, code="resource_missing", param=param)
