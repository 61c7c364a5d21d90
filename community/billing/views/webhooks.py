"""Where the payment provider tells us that something happened. It supplies ids only; facts are fetched."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from community.billing import gateway
from community.billing.services import inbox

log = structlog.get_logger()


@csrf_exempt
@login_not_required
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Prove it, keep it, answer; the work comes after. A forged one gets 400 and leaves no trace but a log line."""
    at = timezone.now()
    try:
        notice = gateway.read_webhook(request.body, request.headers.get("Stripe-Signature", ""), at=at)
    except gateway.Forged as forged:
        log.warning("webhook_forged", why=str(forged))
        return HttpResponse(status=400)
    inbox.store(notice, at=at)
    return HttpResponse(status=200)
