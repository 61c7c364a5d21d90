"""A person's own data: what there is, taking it along, being forgotten, and what they agreed to (R52)."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.kernel.access import fresh, fresh_file
from community.members import policies
from community.members.models import DataExport
from community.members.selectors import rights
from community.members.services import erasing, exporting, taking_back


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    membership = bool(policies.may_leave(request.user, at=at))
    context = {
        "own": rights.own_data(request.user, membership=membership, at=at),
        "at": at,
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }
    return render(request, "members/my_data.html", context)


@require_POST
@fresh
def ask_export(request: HttpRequest) -> HttpResponse:
    exporting.ask(request.user, language=get_language() or request.user.language, at=timezone.now())
    messages.success(request, _("Your file is being made. A letter tells you when it is there."))
    return redirect("my_data")


@require_safe
@fresh_file
def export(request: HttpRequest, public_id: str) -> FileResponse:
    mine = get_object_or_404(DataExport, public_id=public_id, person=request.user)
    content = exporting.opened(mine, by=request.user, at=timezone.now())
    response = FileResponse(
        content, as_attachment=True, filename=f"tongzhuo-{mine.public_id}.zip", content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@fresh
def erase(request: HttpRequest) -> HttpResponse:
    erasing.ask(request.user, at=timezone.now())
    return redirect("my_data")


@require_POST
def undo_erasing(request: HttpRequest) -> HttpResponse:
    erasing.undo(request.user, at=timezone.now())
    messages.success(request, _("Undone. You stay, and nothing is erased."))
    return redirect("my_data")


@require_POST
def withdraw_consent(request: HttpRequest, purpose: str) -> HttpResponse:
    taking_back.withdraw(request.user, purpose, at=timezone.now())
    messages.success(request, _("Taken back. What you agreed to until today stays on record with its date."))
    return redirect("my_data")
