"""Imports at the administrators' desk: hand in, read what it would do, carry out, undo."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kernel.access import ADMINISTRATOR, desk, fresh
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.kernel.sheets import as_workbook
from community.moving import selectors, wording
from community.moving.forms import ImportForm
from community.moving.models import Batch
from community.moving.selectors import reading
from community.moving.services import carrying, exporting, looking, undoing

BATCHES_A_PAGE, ROWS_A_PAGE = 20, 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@desk(ADMINISTRATOR)
def index(request: HttpRequest) -> HttpResponse:
    """Hand a file in, and what became of earlier ones."""
    sent, at = request.method == "POST", timezone.now()
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm()
    if sent and form.is_valid():
        try:
            return redirect("desk_import", looking.hand_in(form.cleaned_data["file"], by=request.user, at=at).public_id)
        except RuleBroken as refused:
            refuse(form, refused, {"file.size": "file", "file.kind": "file"})
    page = Paginator(selectors.batches(), BATCHES_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "at": at}
    return render(request, "moving/desk_imports.html", context, status=422 if form.errors else 200)


@require_safe
@desk(ADMINISTRATOR)
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, in the reader's language, with notes in both."""
    return _file(exporting.template(), "tongzhuo-import.xlsx")


@require_safe
@desk(ADMINISTRATOR)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a file would do or did, row by row."""
    batch = get_object_or_404(Batch.objects.select_related("handed_in_by", "ordered_by"), public_id=public_id)
    result = request.GET.get("result", "")
    rows = Paginator(selectors.rows_of(batch, result), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = reading.shown(batch, rows, result) | {"at": timezone.now()}
    return render(request, "moving/desk_import.html", context)


@require_safe
@desk(ADMINISTRATOR)
def mistakes(request: HttpRequest, public_id: str) -> HttpResponse:
    """All mistakes as a sheet, to mend the file beside it."""
    batch = get_object_or_404(Batch, public_id=public_id)
    rows = reading.mistakes(batch)
    return _file(as_workbook([(str(_("Mistakes")), rows)], width=24), f"mistakes-{batch.public_id}.xlsx")


@require_POST
@desk(ADMINISTRATOR)
@fresh
def carry(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = get_object_or_404(Batch, public_id=public_id)
    try:
        carrying.order(batch, by=request.user, at=timezone.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
    return redirect("desk_import", public_id)


@require_POST
@desk(ADMINISTRATOR)
@fresh
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = get_object_or_404(Batch, public_id=public_id)
    try:
        undoing.leave(batch, by=request.user, at=timezone.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
    return redirect("desk_import", public_id)


@require_POST
@desk(ADMINISTRATOR)
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    batch = get_object_or_404(Batch, public_id=public_id)
    try:
        looking.drop(batch, by=request.user, at=timezone.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
        return redirect("desk_import", public_id)
    messages.success(request, wording.put_away(batch.name))
    return redirect("desk_imports")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
