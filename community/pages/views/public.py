"""What everybody may read: the landing page, how to join, and what crawlers should leave alone."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from community.kernel import posters
from community.kernel.personal import SECTIONS
from community.pages import joining

WORDS_VERSION = "2026-11"  # of the two pages below: a change of their words is a new one


@require_safe
@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/landing.html", joining.landing(request.user, at=timezone.now()))


@require_safe
@login_not_required
def poster(request: HttpRequest) -> HttpResponse:
    """What a chat shows of a link to the club."""
    language = request.GET.get("in", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else "zh-hans"):
        return posters.answer(joining.poster())


@require_safe
@login_not_required
def join(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/join.html", joining.how_to_join(request.user, at=timezone.now()))


@require_safe
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """Public pages may be found; everything behind a sign-in has nothing to show a crawler."""
    shut = ("desk", "home", "application", "billing", "accounts", "admin", "demo", "webhooks")
    lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in shut)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html", {"version": WORDS_VERSION, "sections": SECTIONS.values()})


@require_safe
@login_not_required
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/terms.html", {"version": WORDS_VERSION})
