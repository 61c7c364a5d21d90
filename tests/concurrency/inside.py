"""Run in a process of its own, on a club apart (`apart.py`): what a test asks of it. The answer is a line of JSON."""

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def begin(count: int) -> list[dict[str, str]]:
    """A new database, and applicants who came already and only have to pay: invoice number and session of each."""
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from tests.billing import make as billing

    call_command("migrate", verbosity=0, interactive=False)
    found = []
    for _ in range(count):
        bill = billing.invoice(timezone.now(), attended=True)
        client = Client()
        client.force_login(bill.person)
        found.append({"number": bill.number, "session": client.cookies["sessionid"].value})
    return found


def five_minutes_later() -> dict[str, Any]:
    """The sweeper, once a minute, on what was left; then what is still stuck, and the books."""
    from django.utils import timezone

    from community.billing import selectors
    from community.billing.models import Attempt, Invoice, Line, Payment, WebhookEvent
    from community.billing.services import sweeping
    from community.kernel import outbox
    from community.members.models import Application, Term

    now = timezone.now()
    for minute in range(1, 6):
        sweeping.sweep(at=now + timedelta(minutes=minute))
        outbox.deliver_due(at=now + timedelta(minutes=minute))
    at = now + timedelta(minutes=5)
    stuck = {name: found for name, found in selectors.broken_invariants(at).items() if found}
    return {
        "stuck": stuck,
        "events_left": list(WebhookEvent.objects.exclude(status="processed").values_list("event_id", flat=True)),
        "invoices": dict(Invoice.objects.values_list("number", "status")),
        "payments": sorted(Payment.objects.values_list("external_id", "status")),
        "pages": dict(Attempt.objects.exclude(session_id=None).values_list("session_id", "status")),
        "admitted": Application.objects.filter(status="admitted").count(),
        "terms": Term.objects.count(),
        "books": sum(Line.objects.filter(account="stripe", currency="CNY").values_list("amount", flat=True)),
    }


ACTS: dict[str, Callable[..., Any]] = {"begin": begin, "later": five_minutes_later}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")
    import django

    django.setup()
    print(json.dumps(ACTS[sys.argv[1]](*json.loads(sys.argv[2]))))
