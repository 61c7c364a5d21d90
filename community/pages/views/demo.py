"""Pages of the demo only: the local mailbox."""

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from community.pages import mailbox

MAILS_A_PAGE = 25


@require_safe
@login_not_required
def mails(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "").replace("\x00", "").strip()[:254]
    page = Paginator(mailbox.mails(to), MAILS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/demo_mails.html", {"page": page, "to": to})


@require_safe
@login_not_required
@csp_update({"frame-src": ["'self'"]})
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = _found(key)
    return render(request, "pages/demo_mail.html", {"mail": found, "subject": found.subject or _("(no subject)")})


@require_safe
@login_not_required
@xframe_options_sameorigin
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part on an address of its own: nothing in it may run, load or reach the house."""
    html = _found(key).html
    if not html:
        raise Http404
    response = HttpResponse('<base target="_blank">' + html)
    response["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
        "img-src data:; frame-ancestors 'self'"
    )
    response["Cache-Control"] = "no-store"
    return response


def _found(key: str) -> mailbox.Mail:
    found = mailbox.find(key)
    if found is None:
        raise Http404
    return found
