"""One person as the staff sees them, each colleague as far as their role goes; and the way to anybody."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from community.kernel.access import ROLES, desk
from community.kernel.days import day_of
from community.members.selectors import cards, chapters
from community.members.selectors import person as looked_up
from community.members.services import people as looking
from community.pages.people import head, moments, parts, streams

ROWS_A_PAGE, MOMENTS_A_PAGE = 30, 30


@require_safe
@desk(*ROLES)
def index(request: HttpRequest) -> HttpResponse:
    """Everybody by name, or whom the words mean."""
    at, text = timezone.now(), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = looked_up.people(text, chapters.cities_run_by(request.user))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    keys = [one.pk for one in page]
    known, standings = cards.known(keys), looked_up.standings(keys, day_of(at))
    rows = [{"person": one, "known": known[one.pk], "standing": standings[one.pk]} for one in page]
    return render(request, "pages/desk_people.html", {"page": page, "rows": rows, "q": text, "at": at})


@require_safe
@desk(*ROLES)
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _found(request, public_id))


@require_POST
@desk(*ROLES)
def contact(request: HttpRequest, public_id: str) -> HttpResponse:
    """Phone and WeChat, opened one by one, on record for the person."""
    who = _found(request, public_id)
    looking.open_contact(who.pk, by=request.user, at=timezone.now())
    return _page(request, who, with_contact=True)


def _found(request: HttpRequest, public_id: str) -> Any:
    who = looked_up.one(public_id, chapters.cities_run_by(request.user))
    if who is None:
        raise Http404
    return who


def _page(request: HttpRequest, person: Any, *, with_contact: bool = False) -> HttpResponse:
    at = timezone.now()
    who = head.subject(person, at)
    open_parts = parts.open_to(request.user, person, who.application)
    wanted = request.GET.get("part", "")
    shown = [part for part in open_parts if part.name == wanted] or open_parts
    cursor = moments.Cursor.read(request.GET.get("older", ""))
    found, following = moments.page(streams.of(request.user, person, shown, open_parts, at), cursor, MOMENTS_A_PAGE)
    context = {
        "who": who,
        "boxes": head.boxes(request.user, who, open_parts),
        "moments": found,
        "older": following,
        "begun": cursor is not None,
        "tabs": _tabs(open_parts, shown),
        "with_contact": with_contact,
        "at": at,
    }
    return render(request, "pages/desk_person.html", context)


def _tabs(open_parts: list[parts.Part], shown: list[parts.Part]) -> list[dict[str, Any]]:
    whole = len(shown) == len(open_parts)
    return [
        {"label": streams.everything(), "url": "?", "current": whole},
        *(
            {"label": one.title, "url": f"?part={one.name}", "current": not whole and one in shown}
            for one in open_parts
        ),
    ]
