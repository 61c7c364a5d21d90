"""Language, refusals and addresses of callers, for every request."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from community.kernel.errors import RuleBroken


class OurLocaleMiddleware(LocaleMiddleware):
    """Django's own; a browser that asks for neither of our languages gets Simplified Chinese (LANGUAGE_CODE)."""


class RefusalMiddleware:
    """A service that refuses a plain button press: say the sentence and lead back to where the button was.

    Views with a form catch RuleBroken themselves and show it in the form, so that nothing typed is lost. A button that
    changes a part of its page (htmx) gets the sentence for that part; where a view leads elsewhere, the whole page goes.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", False) and response.status_code in (302, 303):
            return HttpResponseClientRedirect(response["Location"])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, RuleBroken):
            return None
        if getattr(request, "htmx", False):
            return render(request, "components/_refusal.html", {"sentence": error.sentence}, status=422)
        messages.error(request, error.sentence)
        return redirect(back(request))


def back(request: HttpRequest) -> str:
    """The page the person came from, if it is ours; else the page above the button's address."""
    referer = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    if ours and not referer.endswith(request.path):
        return referer
    return request.path.rstrip("/").rsplit("/", 1)[0] + "/"


def client_ip(request: HttpRequest) -> str:
    """The caller's address behind TRUSTED_PROXY_COUNT proxies; what a client claims beyond them is ignored."""
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    count = settings.TRUSTED_PROXY_COUNT
    if count and len(chain) >= count:
        return chain[-count]
    return request.META.get("REMOTE_ADDR", "")
