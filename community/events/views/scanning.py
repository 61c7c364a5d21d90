"""What the scanner's page sends: one scan at a time, with the time it was made. The answer is data with words."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events.forms import ScanForm
from community.events.services import scanning
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken, refusal


@require_POST
@desk(ORGANIZER)
def record(request: HttpRequest, public_id: str) -> HttpResponse:
    """200 whenever the scan is decided, so that the page takes it off its list; anything else keeps it there."""
    event_at_desk(request, public_id, *PUBLISHED)
    form = ScanForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"result": "refused", "words": refusal("scan.time", {})})
    typed = form.cleaned_data
    scanned_at = datetime.fromtimestamp(typed["scanned"] / 1000, UTC)
    try:
        scan = scanning.record(
            typed["token"], event_id=public_id, scanned_at=scanned_at, by=request.user, at=timezone.now()
        )
    except RuleBroken as refused:
        return JsonResponse({"result": "refused", "words": refused.sentence})
    words = _("Checked in") if scan.fresh else _("Was checked in already")
    return JsonResponse(
        {"result": "done" if scan.fresh else "already", "name": scan.signup.person.name, "words": words}
    )
