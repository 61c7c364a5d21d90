"""What the fair allotment looks at, and what people read of it (R22)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import Q

from community.events import policies, rules, states
from community.events.models import Event, Signup
from community.events.rules import allotment
from community.events.selectors.waitlist import fair_askers
from community.members import selectors as members


def inputs_of(event: Event, signups: Sequence[Signup], seats: int, at: datetime) -> allotment.Inputs:
    """Everything a run looks at. `signups`: everybody who is coming or waits; people and companies stay without a name.

    Only who signed up before the run's time takes part.
    """
    assert event.allots_at is not None
    waiting = [s for s in signups if s.status == states.WAITING and s.signed_up_at < event.allots_at]
    companies = {
        person: allotment.tie(event.public_id, f"company:{company}")[:16]
        for person, company in members.companies_of(signup.person_id for signup in signups).items()
    }
    elsewhere = _elsewhere(event, [signup.person_id for signup in waiting])
    by_key = {signup.pk: signup for signup in waiting}
    candidates = []
    for asker in fair_askers(waiting, event, at):
        signup = by_key[asker.key]
        barred = policies.may_sign_up(signup.person, event, at=at).code
        candidates.append(
            allotment.Candidate(
                signup.public_id, rules.class_of(asker, at), asker.signed_up_at.astimezone(UTC).isoformat(),
                companies.get(signup.person_id, ""), barred or ("signup.overlap" * (signup.person_id in elsewhere)),
            )
        )  # fmt: skip
    seated = {companies[s.person_id] for s in signups if s.status in states.SEATED and s.person_id in companies}
    return allotment.Inputs(
        tuple(candidates), seats, event.public_id, allotment.first_class(event.kind), event.reserve_for_others,
        tuple(sorted(seated)),
    )  # fmt: skip


def _elsewhere(event: Event, people: Iterable[int]) -> set[int]:
    """Of these people, who has a seat at another event at the same time."""
    busy = Q(event__starts_at__lt=event.ends_at, event__ends_at__gt=event.starts_at, event__status=states.OPEN)
    seats = Signup.objects.filter(busy, person_id__in=list(people), status__in=states.COMING).exclude(event=event)
    return set(seats.values_list("person_id", flat=True))


def due_allotments(at: datetime, event_id: int | None = None) -> list[int]:
    """Events whose time for the run has come and that have not begun, by key; or only this one."""
    due = Event.objects.filter(status=states.OPEN, allots_at__lte=at, allotted_at=None, starts_at__gt=at)
    if event_id is not None:
        due = due.filter(pk=event_id)
    return list(due.order_by("allots_at", "pk").values_list("pk", flat=True))
