"""The whole club as a file: asked for by an administrator, for them alone."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from community.kernel.access import ADMINISTRATOR, desk, fresh, fresh_file
from community.kernel.errors import RuleBroken
from community.moving import selectors
from community.moving.forms import ExportForm
from community.moving.services import exporting

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@desk(ADMINISTRATOR)
@fresh
def index(request: HttpRequest) -> HttpResponse:
    """Ask for one, and one's own of the last seven days."""
    sent, at = request.method == "POST", timezone.now()
    form = ExportForm(request.POST) if sent else ExportForm()
    if sent and form.is_valid():
        try:
            exporting.ask(form.cleaned_data["form"], by=request.user, at=at)
            return redirect("desk_exports")
        except RuleBroken as refused:
            form.add_error(None, refused.sentence)
    exports = list(selectors.exports_of(request.user.pk)[:SHOWN])
    for export in exports:
        export.until = selectors.open_until(export)
    context = {"form": form, "exports": exports, "at": at, "working": any(e.status == "asked" for e in exports)}
    return render(request, "moving/desk_exports.html", context, status=422 if form.errors else 200)


@require_safe
@desk(ADMINISTRATOR)
@fresh_file
def file(request: HttpRequest, public_id: str) -> FileResponse:
    """One's own, while it is there; anybody else's does not exist."""
    export = selectors.exports_of(request.user.pk).filter(public_id=public_id, status="made").first()
    if export is None:
        raise Http404
    content = exporting.opened(export, by=request.user, at=timezone.now())
    answer = FileResponse(
        content, as_attachment=True, filename=exporting.name_of(export), content_type="application/octet-stream"
    )
    answer["Cache-Control"] = "no-store"
    return answer
