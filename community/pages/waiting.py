"""What waits too long at the desk: one letter a day to whoever holds the role, with the numbers and the way to each queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from community.billing.selectors import waiting as billing
from community.complaints import selectors as complaints
from community.events import selectors as events
from community.kernel import jobs, resending
from community.kernel.access import ADMINISTRATOR, ORGANIZER, REVIEWER, TREASURER
from community.kernel.days import day_of
from community.members.selectors import staff, standing
from community.pages import notifications, rules
from community.posts.selectors import introductions
from community.posts.selectors import office as posts


@dataclass(frozen=True)
class Pile:
    """So many of something wait at a desk, and where they are. `what` names the sentence of the letter."""

    what: str
    count: int
    path: str


def remind_all_due(*, at: datetime) -> int:
    """Everybody who holds a role whose queue is too old; once a day. How many letters are new."""
    people = staff.with_roles()
    held = {role for one in people for role in one.roles}
    piles = {REVIEWER: list(_review(at)), TREASURER: list(_money(at)), ADMINISTRATOR: list(_house(at))}
    office, tasks = list(_office(at)), [due.task.event.city_id for due in events.open_tasks(at, days=0)]
    letters, late = {}, complaints.any_overdue(at)
    for one in people:
        roles = set(one.roles)
        if ADMINISTRATOR in roles:  # the queues of a role that nobody holds
            roles |= {REVIEWER, TREASURER, ORGANIZER} - held
        mine = [pile for role in (REVIEWER, TREASURER, ADMINISTRATOR) if role in roles for pile in piles[role]]
        if ORGANIZER in roles:
            mine += [*office, *_tasks(tasks, one.city_ids)]
        if late and roles & {ORGANIZER, ADMINISTRATOR}:
            mine.append(_complaints(one, at))
        letters[one.pk] = [(pile.what, pile.count, pile.path) for pile in mine if pile.count]
    return notifications.desk_waiting({pk: mine for pk, mine in letters.items() if mine}, day_of(at), at=at)


def _review(at: datetime) -> Iterator[Pile]:
    late = staff.too_old_for_reviewers(at)
    yield Pile("applications", late["applications"], f"{reverse('desk_applications')}?late=on")
    yield Pile("changes", late["changes"], f"{reverse('desk_companies')}?list=changes")
    yield Pile("companies", late["companies"], reverse("desk_companies"))


def _money(at: datetime) -> Iterator[Pile]:
    late = billing.too_old(at, since=at - rules.TOO_OLD)
    yield Pile("transfers", late["transfers"], reverse("desk_transfers"))
    yield Pile("refunds", late["refunds"], reverse("desk_refunds"))
    yield Pile("unmatched", late["unmatched"], reverse("desk_billing"))
    yield Pile("fapiao", late["fapiao"], reverse("desk_fapiaos"))
    yield Pile("differences", late["differences"], reverse("desk_reconciliation"))


def _office(at: datetime) -> Iterator[Pile]:
    desk = reverse("desk_posts")
    yield Pile("unanswered", posts.office_sizes(at)["unanswered"], desk)
    yield Pile("reports", posts.reports_older_than(at - rules.TOO_OLD), f"{desk}?list=reports")
    yield Pile("people", posts.people_reported_before(at - rules.TOO_OLD), f"{desk}?list=people")
    yield Pile("introductions", introductions.quiet(at), desk)


def _tasks(cities: list[int], own: Any) -> Iterator[Pile]:
    """Tasks due today or late; of an organizer's own cities where they have some."""
    yield Pile("tasks", sum(not own or city in own for city in cities), reverse("desk_events"))


def _complaints(one: staff.Colleague, at: datetime) -> Pile:
    """Only those this colleague may work on: nobody learns that one is about themself."""
    count = complaints.overdue_of(one.pk, administrator=ADMINISTRATOR in one.roles, at=at)
    return Pile("complaints", count, reverse("desk_complaints"))


def _house(at: datetime) -> Iterator[Pile]:
    before = at - rules.TOO_OLD
    yield Pile("appeals", standing.appeals_waiting().filter(appealed_at__lt=before).count(), reverse("desk_standing"))
    waiting = standing.expulsions_waiting().filter(asked_at__lt=before)
    yield Pile("expulsions", waiting.count(), reverse("desk_standing"))
    overdue = sum(job.overdue for job in jobs.all_jobs(at=at))
    yield Pile("jobs", overdue, reverse("desk_jobs"))
    yield Pile("letters", resending.failed(at=at).count(), reverse("desk_letters"))
