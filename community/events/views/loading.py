"""What stands behind an address of the organizer's desk; what is another chapter's does not exist here (404)."""

from django.http import Http404, HttpRequest

from community.events import policies, selectors, states
from community.events.models import Event, EventTask, Series, Template
from community.members.selectors import chapters

PUBLISHED = (states.OPEN, states.HELD, states.CANCELLED)


def event_at_desk(request: HttpRequest, public_id: str, *statuses: str) -> Event:
    """An event of a city the organizer runs, in one of these states if any are named."""
    event = selectors.for_desk(public_id)
    if event is None or not policies.may_organize(request.user, event):
        raise Http404
    if statuses and event.status not in statuses:
        raise Http404
    return event


def insist_on_own_city(request: HttpRequest, public_id: str) -> None:
    """For the busiest button, which loads its row itself: only who is limited to cities costs a look."""
    if chapters.cities_run_by(request.user) is not None:
        event_at_desk(request, public_id)


def series_at_desk(request: HttpRequest, public_id: str) -> Series:
    found = selectors.series_for_desk(public_id)
    if found is None or not chapters.runs_city(request.user, found.city_id):
        raise Http404
    return found


def template_at_desk(request: HttpRequest, public_id: str) -> Template:
    """A template whose series are all in the organizer's cities: a change reaches the drafts of every one."""
    found = selectors.all_templates(chapters.cities_run_by(request.user)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def task_at_desk(request: HttpRequest, public_id: str) -> EventTask:
    task = EventTask.objects.select_related("event").filter(public_id=public_id).first()
    if task is None or not policies.may_organize(request.user, task.event):
        raise Http404
    return task
