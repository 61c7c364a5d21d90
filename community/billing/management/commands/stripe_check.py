import json
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from community.billing import gateway
from community.kernel.money import CNY, Money


class Command(BaseCommand):
    help = (
        "Ask Stripe whether the club can be paid: key, account, methods offered, webhook secrets. Opens a payment page "
        "and closes it again; no money moves. Prints JSON and exits with 1 when something is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--currency", default=CNY, help="the currency to be paid in (CNY)")

    def handle(self, *args: Any, **options: Any) -> None:
        report, missing = self._report(options["currency"].upper())
        self.stdout.write(json.dumps({"ok": not missing, "missing": missing} | report, ensure_ascii=False, indent=2))
        if missing:
            raise SystemExit(1)

    def _report(self, currency: str) -> tuple[dict[str, Any], list[str]]:
        report: dict[str, Any] = {"live": gateway.live(), "webhook_secrets": len(settings.STRIPE_WEBHOOK_SECRETS)}
        missing = [] if settings.STRIPE_WEBHOOK_SECRETS else ["STRIPE_WEBHOOK_SECRETS"]
        if not gateway.configured():
            return report, [*missing, "STRIPE_SECRET_KEY"]
        try:
            report |= gateway.whose_account()
            session, offered = self._page(currency)
        except (gateway.Unreachable, gateway.Refused) as error:
            return report, [*missing, f"an answer: {error}"]
        report |= {"currency": currency, "methods_offered": offered, "page_closed": session.status == "expired"}
        return report, [*missing, *(f"method {name}" for name in gateway.METHODS if name not in offered)]

    def _page(self, currency: str) -> tuple[gateway.Session, list[str]]:
        """A page for the smallest price that every method takes, opened and closed at once."""
        opened = gateway.start_session(
            key=uuid.uuid4().hex, money=Money(10_000, currency), name="stripe_check", email="check@example.com",
            language="en", expires_at=timezone.now() + timedelta(hours=1), metadata={"invoice": "stripe_check"},
            success_url=settings.BASE_URL, cancel_url=settings.BASE_URL,
        )  # fmt: skip
        return gateway.expire_session(opened.id), list(opened.methods)
