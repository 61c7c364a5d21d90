"""The office's tasks for an event: ticked, taken back, added and taken off."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import states
from community.events.models import Event, EventTask
from community.events.rules.series import TASKS_MOST
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person

MOST = 4 * TASKS_MOST


@settled()
def tick(task_id: str, *, done: bool, by: "Person", at: datetime) -> EventTask:
    """Mark a task done or open again; said twice it changes nothing. The key is a public id.

    Raises EventTask.DoesNotExist.
    """
    task = EventTask.objects.select_for_update(of=("self",)).select_related("event").get(public_id=task_id)
    if (task.done_at is not None) == done:
        return task
    task.done_at, task.done_by = (at, by) if done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
    audit.record("task.done" if done else "task.reopen", task, by=by, at=at, data={"title": task.title})
    return task


@settled()
def add(event_id: int, *, title: str, days: int, by: "Person", at: datetime) -> EventTask:
    """One more task for this event, due `days` from its day. Raises RuleBroken: "event.cancelled", "tasks.most"."""
    event = seating.lock_event(event_id)
    if event.status == states.CANCELLED:
        raise RuleBroken("event.cancelled")
    if event.tasks.count() >= MOST:
        raise RuleBroken("tasks.most")
    task = EventTask.objects.create(event=event, title=title, days=days)
    Event.objects.filter(pk=event.pk, series__isnull=False).update(by_hand=True)
    audit.record("task.add", task, by=by, at=at, data={"title": title})
    return task


@settled()
def take_off(task_id: str, *, by: "Person", at: datetime) -> None:
    """A task this event doesn't need. Raises EventTask.DoesNotExist."""
    task = EventTask.objects.select_related("event").get(public_id=task_id)
    seating.lock_event(task.event_id)
    Event.objects.filter(pk=task.event_id, series__isnull=False).update(by_hand=True)
    audit.record("task.take_off", task, by=by, at=at, data={"title": task.title})
    task.delete()
