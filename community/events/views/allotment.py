"""How the seats of an event were given (R22): the run with its inputs, worked out again for whoever reads it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from community.events import policies, selectors
from community.events.models import AllotmentRun
from community.events.rules import allotment

PAGE = 100


def page(request: HttpRequest, public_id: str) -> HttpResponse:
    event = selectors.for_page(public_id)
    run = AllotmentRun.objects.filter(event=event).first() if event is not None else None
    if event is None or run is None or not policies.may_see(request.user, event):
        raise Http404
    if "inputs" in request.GET:
        answer = JsonResponse(run.inputs, json_dumps_params={"indent": 1, "sort_keys": True})
        answer["Content-Disposition"] = f'attachment; filename="{public_id}-allotment.json"'
        return answer
    inputs = allotment.Inputs.from_plain(run.inputs)
    people = {candidate.key: candidate for candidate in inputs.candidates}
    outcomes = Paginator(allotment.allot(inputs), PAGE).get_page(request.GET.get("page"))
    mine = selectors.room_of(event, request.user).mine
    context = {
        "at": timezone.now(),
        "event": event,
        "run": run,
        "inputs": inputs,
        "page": outcomes,
        "rows": [(outcome, people[outcome.key]) for outcome in outcomes],
        "people": len(people),
        "mine": mine.public_id if mine else "",
        "same": inputs.digest() == run.digest,
    }
    return render(request, "events/allotment.html", context)
