"""Evidence: upload, look at one's own, open for review. Every opening leaves an audit entry (R3)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.errors import RuleBroken
from community.members import policies
from community.members.forms import DocumentForm
from community.members.models import Document
from community.members.services import applications, documents

EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


def _papers() -> str:
    return f"{reverse('application_edit')}?step=evidence#papers"


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return redirect(_papers())
    at = timezone.now()
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect(_papers())
    current = applications.start(request.user, at=at)
    try:
        documents.add(current, form.cleaned_data["file"], form.cleaned_data["kind"], by=request.user, at=at)
    except RuleBroken as refused:
        name = documents.safe_name(form.cleaned_data["file"].name)
        messages.error(request, _("%(name)s was not taken. %(why)s") % {"name": name, "why": refused.sentence})
    return redirect(_papers())


@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    document = get_object_or_404(Document, public_id=public_id, application__person=request.user)
    documents.remove(document, by=request.user, at=timezone.now())
    return redirect(_papers())


def own(request: HttpRequest, public_id: str) -> HttpResponse:
    return _serve(request, get_object_or_404(Document, public_id=public_id, application__person=request.user))


@desk(REVIEWER)
def for_review(request: HttpRequest, public_id: str) -> HttpResponse:
    document = get_object_or_404(Document.objects.select_related("application"), public_id=public_id)
    if not policies.may_review(request.user, document.application):
        raise Http404
    return _serve(request, document)


def _serve(request: HttpRequest, document: Document) -> HttpResponse:
    content = documents.opened(document, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type=document.content_type)
    # A name of ours: what was typed never reaches a header.
    name = f"{document.kind}-{document.public_id}{EXTENSIONS[document.content_type]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
