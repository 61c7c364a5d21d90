"""Evidence: upload, look at one's own, open for review. Every opening leaves an audit entry (R3)."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.errors import RuleBroken
from community.members import policies
from community.members.forms import DocumentForm
from community.members.models import Document
from community.members.selectors import evidence
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
        _not_taken(request, form.cleaned_data["file"].name, refused)
    return redirect(_papers())


@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    document = get_object_or_404(_papers_of_applications(), public_id=public_id, application__person=request.user)
    documents.remove(document, by=request.user, at=timezone.now())
    return redirect(_papers())


@require_POST
def replace(request: HttpRequest, public_id: str) -> HttpResponse:
    document = get_object_or_404(_papers_of_applications(), public_id=public_id, application__person=request.user)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose the file that shall take its place."))
        return redirect(_papers())
    try:
        documents.replace(document, file, by=request.user, at=timezone.now())
    except RuleBroken as refused:
        _not_taken(request, file.name, refused)
    return redirect(_papers())


def own(request: HttpRequest, public_id: str) -> HttpResponse:
    mine = Q(application__person=request.user) | Q(change__person=request.user)
    return _serve(request, get_object_or_404(_all().filter(mine), public_id=public_id))


@desk(REVIEWER)
def for_review(request: HttpRequest, public_id: str) -> HttpResponse:
    """The pages, as pictures with the reader's name on them."""
    document = _reviewable(request, public_id)
    documents.leafed(document, by=request.user, at=timezone.now())
    context = {
        "document": document,
        "pages": range(1, document.pages + 1),
        "back": _back(document),
        "openings": evidence.openings_of(document),
    }
    return render(request, "members/desk_document.html", context)


@desk(REVIEWER)
def page(request: HttpRequest, public_id: str, page: int) -> HttpResponse:
    document = _reviewable(request, public_id)
    if not 1 <= page <= document.pages:
        raise Http404
    try:
        picture = documents.page_image(document, page, by=request.user, at=timezone.now())
    except RuleBroken as refused:  # it stands where a picture was asked for: no page to lead back to
        return _private(HttpResponse(refused.sentence, content_type="text/plain; charset=utf-8", status=422))
    response = HttpResponse(picture, content_type="image/jpeg")
    return _private(response)


@desk(REVIEWER)
def original(request: HttpRequest, public_id: str) -> HttpResponse:
    return _serve(request, _reviewable(request, public_id))


def _all() -> QuerySet[Document]:
    return Document.objects.select_related("application__person", "change__person")


def _papers_of_applications() -> QuerySet[Document]:
    return Document.objects.select_related("application")


def _reviewable(request: HttpRequest, public_id: str) -> Document:
    document = get_object_or_404(_all(), public_id=public_id)
    if not policies.may_open(request.user, document):
        raise Http404
    return document


def _back(document: Document) -> str:
    if document.application is not None:
        return reverse("desk_application", args=[document.application.public_id])
    return reverse("desk_change", args=[document.of.public_id])


def _not_taken(request: HttpRequest, name: str | None, refused: RuleBroken) -> None:
    name = documents.safe_name(name or "")
    messages.error(request, _("%(name)s was not taken. %(why)s") % {"name": name, "why": refused.sentence})


def _serve(request: HttpRequest, document: Document) -> HttpResponse:
    content = documents.opened(document, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type=document.content_type)
    # A name of ours: what was typed never reaches a header.
    name = f"{document.kind}-{document.public_id}{EXTENSIONS[document.content_type]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
