"""The in-process face: a `stripe.HTTPClient` for `StripeClient(key, http_client=DoubleClient(double))`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import stripe

from .errors import ConnectionLost

if TYPE_CHECKING:
    from .double import StripeDouble


class DoubleClient(stripe.HTTPClient):
    """Hands every really-encoded request to the double; retries of the SDK do not sleep."""

    name = "double"

    def __init__(self, double: StripeDouble) -> None:
        super().__init__()
        self.double = double

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        try:
            answer = self.double.handle(method, url, dict(headers or {}), post_data or "")
        except ConnectionLost as lost:
            raise stripe.APIConnectionError(
                f"Unexpected error communicating with Stripe. ({lost})", should_retry=True
            ) from lost
        return answer.body, answer.status, answer.headers

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.0

    def close(self) -> None:
        """Nothing to close: there is no socket."""
