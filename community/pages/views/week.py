from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.kernel.outbox import revived
from community.pages import weekly
from community.posts.policies import in_standing


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """What the letter of the week would say to the reader now; nothing to whoever gets none."""
    at = timezone.now()
    found = weekly.week_of(request.user, at=at) if in_standing(request.user, at) else weekly.Week()
    return render(request, "pages/week.html", {"week": weekly.Week(**revived(found.facts)), "at": at})
