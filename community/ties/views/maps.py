"""A member's own map of ties: drawn, and the same in a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.ties.selectors import layout, maps
from community.ties.views.opening import for_members, tabs


@require_safe
@for_members
def mine(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    drawn = maps.own(request.user, at)
    context = {"at": at, "tabs": tabs("people_map"), "map": drawn, "me": layout.short(request.user.name)}
    return render(request, "ties/map.html", context)
