"""The treasurer's fapiao (R21): what to issue with a copy button per line, what to flush after a refund, what is done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.billing.forms import FapiaoFlushForm, FapiaoIssueForm, ReasonForm
from community.billing.models import Fapiao
from community.billing.selectors import fapiao as lists
from community.billing.services import fapiao as services
from community.billing.views.fapiao import serve
from community.billing.views.treasury import SHEETS
from community.kernel.access import TREASURER, desk, fresh
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import Money

ROWS_A_PAGE = 30
LISTS: dict[str, Callable[[], QuerySet[Fapiao]]] = {
    "requested": lists.requested,
    "flush": lists.to_flush,
    "done": lists.done,
}
FIELDS = {"fapiao.future": "issued_on", "fapiao.number_known": "number"}  # a refusal's place in the form
FLUSH_FIELDS = {"fapiao.number_known": "red_number"}


@require_safe
@desk(TREASURER)
@fresh
def fapiaos(request: HttpRequest) -> HttpResponse:
    """One list at a time; with `format` all of it as a sheet for the accountant."""
    name, wanted, at = request.GET.get("list", ""), request.GET.get("format"), timezone.now()
    name = name if name in LISTS else "requested"
    if wanted in SHEETS:
        return _sheet(name, str(wanted), f"{day_of(at):%Y-%m-%d}")
    titles = {"requested": _("To issue"), "flush": _("To red-flush"), "done": _("Issued")}
    context = {
        "list": name,
        "tabs": [{"label": titles[key], "url": f"?list={key}", "current": key == name} for key in LISTS],
        "page": Paginator(LISTS[name](), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "at": at,
    }
    return render(request, "billing/desk_fapiaos.html", context)


def _sheet(name: str, wanted: str, day: str) -> HttpResponse:
    head = [_("Invoice"), _("Status"), _("Kind of fapiao"), _("Fapiao title"), _("Tax number"), _("Registered address"),
            _("Registered telephone"), _("Bank and branch"), _("Account number"), _("E-mail for the copy"), _("Amount"),
            _("For"), _("Fapiao number"), _("Day on the fapiao"), _("Number of the red fapiao")]  # fmt: skip
    write, kind = SHEETS[wanted]
    response = HttpResponse(write([head, *lists.export(LISTS[name]())]), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="fapiao-{name}-{day}.{wanted}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@desk(TREASURER)
def fapiao(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything the tax bureau's form asks for; a POST writes down what it issued."""
    found, at = _found(public_id), timezone.now()
    sent = request.method == "POST"
    form = FapiaoIssueForm(*((request.POST, request.FILES) if sent else ()), initial={"issued_on": day_of(at)})
    if sent and form.is_valid():
        typed = form.cleaned_data
        try:
            services.issue(
                found,
                number=typed["number"],
                issued_on=typed["issued_on"],
                upload=typed["file"],
                by=request.user,
                at=at,
            )
            messages.success(request, _("Written down. The buyer has a letter and can open the file."))
            return redirect("desk_fapiaos")
        except RuleBroken as refused:
            form.add_error(
                FIELDS.get(refused.code, "file" if refused.code.startswith("document.") else None), refused.sentence
            )
    return _page(request, found, form=form)


def _page(request: HttpRequest, found: Fapiao, **typed: Form) -> HttpResponse:
    """The one fapiao; `typed`: the form that was sent, by its name in the page, with what is wrong in it."""
    at = timezone.now()
    forms = {
        "form": FapiaoIssueForm(initial={"issued_on": day_of(at)}),
        "return_form": ReasonForm(auto_id="return_%s"),
        "flush_form": FapiaoFlushForm(auto_id="flush_%s"),
        "void_form": ReasonForm(auto_id="void_%s"),
    } | typed
    wrong = any(form.errors for form in typed.values())
    context = {"fapiao": found, "stays": Money(found.stays), "at": at, **forms}  # type: ignore[attr-defined]  # annotated
    return render(request, "billing/desk_fapiao.html", context, status=422 if wrong else 200)


@require_POST
@desk(TREASURER)
def send_back(request: HttpRequest, public_id: str) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="return_%s")
    done = _("Sent back. The buyer reads what you wrote.")
    return _act(request, public_id, {"return_form": form}, services.send_back, done)


@require_POST
@desk(TREASURER)
def flush(request: HttpRequest, public_id: str) -> HttpResponse:
    form = FapiaoFlushForm(request.POST, auto_id="flush_%s")
    done = _("Written down. The buyer has a letter and can ask for a new one for what stays.")
    return _act(request, public_id, {"flush_form": form}, services.flush, done)


@require_POST
@desk(TREASURER)
def void(request: HttpRequest, public_id: str) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="void_%s")
    done = _("What was written down doesn't count. The request is among those to issue again.")
    return _act(request, public_id, {"void_form": form}, services.void, done)


def _act(
    request: HttpRequest, public_id: str, typed: dict[str, Form], service: Callable[..., object], done: str
) -> HttpResponse:
    """One step with what has to be typed for it. What is wrong in it stands at its field, with everything typed kept; a
    step somebody took before is said on the page."""
    found, [form] = _found(public_id), typed.values()
    if not form.is_valid():
        return _page(request, found, **typed)
    try:
        service(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, done)
    except RuleBroken as refused:
        field = FLUSH_FIELDS.get(refused.code)
        if field in form.fields:
            form.add_error(field, refused.sentence)
            return _page(request, found, **typed)
        messages.error(request, refused.sentence)
    return redirect("desk_fapiao", public_id)


@require_safe
@desk(TREASURER)
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    return serve(request, _found(public_id))


def _found(public_id: str) -> Any:
    return get_object_or_404(lists.rows(), public_id=public_id)
