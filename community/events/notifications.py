"""The messages about a booked event, one function each. Context is plain facts; the words are in templates/events/mail/."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from community.events import states
from community.events.models import Announcement, Event, Invitation, Signup
from community.events.rules import prices, reminders
from community.events.selectors.calendars import invitation
from community.events.selectors.reminders import Coming
from community.kernel import outbox
from community.kernel.money import Money

PLACE = ("place", "address", "directions")


def facts_of(event: Event) -> dict[str, Any]:
    """What a letter says about an event: as it was when the letter was written."""
    return {
        "topic": event.topic,
        "kind": event.kind,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "city": {"zh": event.city.name_zh, "en": event.city.name_en},
        "place": event.place,
        "address": event.address,
        "directions": event.directions,
        "path": event.get_absolute_url(),
    }


def facts_without_seat(event: Event) -> dict[str, Any]:
    """The same for people who only wait: where exactly a visit is, confirmed people alone are told (R23)."""
    facts = facts_of(event)
    return facts | dict.fromkeys(PLACE, "") if event.traits.address_for_confirmed_only else facts


def seat_confirmed(signup: Signup, event: Event, *, at: datetime) -> bool:
    return outbox.post(
        "events/seat_confirmed",
        signup.person,
        occasion=f"seat-confirmed:{signup.pk}:{at.isoformat()}",
        at=at,
        context=facts_of(event)
        | {
            "is_host": signup.is_host,
            "with_guest": signup.with_guest,
            "accepts_first": signup.is_host and bool(event.waiver_version),
            "qualifying": event.qualifying,
            "calendar": invitation(event, signup.person),
        },
    )


def event_moved(signup: Signup, event: Event, *, before: dict[str, Any], at: datetime) -> bool:
    """R27: time or place changed. `before` are the facts the last letter stated."""
    waits = signup.status not in states.COMING
    if waits and event.traits.address_for_confirmed_only:
        before = before | dict.fromkeys(PLACE, "")
    was = datetime.fromisoformat(before["starts_at"]), datetime.fromisoformat(before["ends_at"])
    return outbox.post(
        "events/event_moved",
        signup.person,
        occasion=f"event-moved:{signup.pk}:{event.sequence}",
        at=at,
        context=(facts_without_seat(event) if waits else facts_of(event))
        | {"before": before, "time_changed": was != event.period, "waits": waits}
        | ({} if waits else {"calendar": invitation(event, signup.person)}),
    )


def event_cancelled(signup: Signup, event: Event, *, at: datetime, waited: bool = False, costs: bool = False) -> bool:
    """R27: the club cancelled. `waited`: the person had no seat yet, so nothing is freed and no clock is extended;
    `costs`: it was paid for, and that goes back."""
    return outbox.post(
        "events/event_cancelled",
        signup.person,
        occasion=f"event-cancelled:{signup.pk}",
        at=at,
        context=facts_of(event)
        | {"reason": event.cancel_reason, "is_host": signup.is_host, "waited": waited, "costs": costs}
        | ({} if waited else {"calendar": invitation(event, signup.person, takes_back=True)}),
    )


def seat_offered(signup: Signup, event: Event, *, price: Money | None = None, at: datetime) -> bool:
    """R24: a seat is kept for the next in line. Sent at once, also by night; worth nothing once the offer has ended.

    `price`: what it costs (R28); paying takes it."""
    assert signup.offer_ends_at is not None
    return outbox.post(
        "events/seat_offered",
        signup.person,
        occasion=f"seat-offered:{signup.pk}:{at.isoformat()}",
        at=at,
        valid_until=signup.offer_ends_at,
        context=facts_without_seat(event)
        | {"until_at": signup.offer_ends_at.isoformat(), "with_guest": signup.with_guest}
        | _costs(signup.offer_ends_at, price),
    )


def _costs(offer_ends_at: datetime, price: Money | None) -> dict[str, Any]:
    """An amount of 0: it costs nothing."""
    money = price or Money(0)
    pay_until_at = prices.last_start(offer_ends_at).isoformat()
    return {"amount": money.amount, "currency": money.currency, "pay_until_at": pay_until_at}


def seat_unpaid(signup: Signup, event: Event, *, at: datetime) -> bool:
    """R28: what the seat was paid with has gone back, so the seat has too."""
    return outbox.post(
        "events/seat_unpaid",
        signup.person,
        occasion=f"seat-unpaid:{signup.pk}:{at.isoformat()}",
        at=at,
        context=facts_without_seat(event) | {"calendar": invitation(event, signup.person, takes_back=True)},
    )


def seat_free(signups: Iterable[Signup], event: Event, *, since: datetime, at: datetime) -> int:
    """R24, the last three hours: everybody who waits is told of a free seat, once for each time one becomes free."""
    return outbox.post_all(
        [
            outbox.draft(
                "events/seat_free",
                signup.person_id,
                occasion=f"seat-free:{signup.pk}:{since.isoformat()}",
                at=at,
                valid_until=event.starts_at,
                context=facts_without_seat(event),
            )
            for signup in signups
        ]
    )


def two_questions(signups: Iterable[Signup], event: Event, *, until: datetime, at: datetime) -> int:
    """R29: whoever was there is asked once whether it was worth it and whom they want to meet again."""
    return outbox.post_all(
        [
            outbox.draft(
                "events/two_questions",
                signup.person_id,
                occasion=f"two-questions:{signup.pk}",
                at=at,
                valid_until=until,
                context={
                    "topic": event.topic,
                    "path": f"{event.get_absolute_url()}after/",
                    "until_at": until.isoformat(),
                },
            )
            for signup in signups
        ]
    )


def meet_again(person: Any, other: Any, event: Event, *, at: datetime) -> bool:
    """R29: both want to meet again; each is told once, with how to reach the other."""
    return outbox.post(
        "events/meet_again",
        person,
        occasion=f"meet-again:{person.pk}:{other.pk}",
        at=at,
        context={
            "name": other.name,
            "wechat": other.wechat,
            "topic": event.topic,
            "path": f"{event.get_absolute_url()}after/",
        },
    )


def not_allotted(signup: Signup, event: Event, *, place: int, at: datetime) -> bool:
    """R22: the seats were given by fair allotment, and this person waits for one that becomes free."""
    return outbox.post(
        "events/not_allotted",
        signup.person,
        occasion=f"not-allotted:{signup.pk}",
        at=at,
        valid_until=event.starts_at,
        context=facts_without_seat(event) | {"place": place},
    )


def seat_not_renewed(signup: Signup, event: Event, *, at: datetime) -> bool:
    """product.md §5: the membership doesn't run on the event's day, and the seat has gone to the next in line."""
    return outbox.post(
        "events/seat_not_renewed",
        signup.person,
        occasion=f"seat-not-renewed:{signup.pk}:{at.isoformat()}",
        at=at,
        valid_until=event.starts_at,
        context=facts_without_seat(event),
    )


def taken_off(signup: Signup, event: Event, *, reason: str, at: datetime) -> bool:
    """The office took somebody off the waitlist and says why."""
    return outbox.post(
        "events/taken_off",
        signup.person,
        occasion=f"taken-off:{signup.pk}:{at.isoformat()}",
        at=at,
        context=facts_without_seat(event) | {"reason": reason},
    )


def host_released(signup: Signup, event: Event, *, kept: bool, reason: str, at: datetime) -> bool:
    """Somebody else hosts now. `kept`: the old host stays as a guest on their chair."""
    return outbox.post(
        "events/host_released",
        signup.person,
        occasion=f"host-released:{signup.pk}:{at.isoformat()}",
        at=at,
        context=facts_of(event)
        | {"kept": kept, "reason": reason}
        | ({} if kept else {"calendar": invitation(event, signup.person, takes_back=True)}),
    )


def announcement(signups: Iterable[Signup], made: Announcement, *, at: datetime) -> int:
    """What the office writes to everybody at one event; worth nothing two days after it was written or the end of it."""
    return outbox.post_all(
        [
            outbox.draft(
                "events/announcement",
                signup.person_id,
                occasion=f"announcement:{made.public_id}:{signup.pk}",
                at=at,
                valid_until=max(made.event.ends_at, at + timedelta(days=2)),
                context=announced(made.event, made.text, made.sent_by.name),
            )
            for signup in signups
        ]
    )


def announced(event: Event, text: str, writer: str) -> dict[str, Any]:
    """What such a letter says; no address, since those who wait read it too."""
    return {"topic": event.topic, "starts_at": event.starts_at.isoformat(), "path": event.get_absolute_url(),
            "text": text, "writer": writer}  # fmt: skip


def invited(made: Invitation, *, at: datetime) -> bool:
    """R36: the office asks somebody by name. No receipt: it waits its turn (R51) and is worth nothing after the start."""
    event = made.event
    return outbox.post(
        "events/invited",
        made.person,
        occasion=f"invited:{event.pk}:{made.person_id}",
        at=at,
        valid_until=event.starts_at,
        context=facts_without_seat(event) | {"writer": made.invited_by.name},
    )


def event_soon(coming: Iterable[Coming], *, at: datetime) -> int:
    """R51: the day before and two hours before; the occasion carries the start, so a moved event reminds afresh."""
    facts: dict[int, dict[str, Any]] = {}
    drafts = []
    for one in coming:
        event = one.event
        known = facts.setdefault(event.pk, facts_of(event) | {"bring": event.bring})
        path = f"{event.get_absolute_url()}host/" if one.is_host else event.get_absolute_url()
        drafts.append(
            outbox.draft(
                "events/event_soon",
                one.person_id,
                occasion=f"event-soon:{one.signup_id}:{event.starts_at.isoformat()}:{one.step}",
                at=at,
                valid_until=reminders.valid_until(event.starts_at, one.step),
                context=known | {"step": one.step, "is_host": one.is_host, "with_guest": one.with_guest, "path": path},
            )
        )
    return outbox.post_all(drafts)


def offer_ending(signups: Iterable[Signup], *, at: datetime) -> int:
    """R24: the offer ends soon; once for each offer."""
    drafts = []
    for signup in signups:
        assert signup.offer_ends_at is not None
        drafts.append(
            outbox.draft(
                "events/offer_ending",
                signup.person_id,
                occasion=f"offer-ending:{signup.pk}:{signup.offer_ends_at.isoformat()}",
                at=at,
                valid_until=signup.offer_ends_at,
                context=facts_without_seat(signup.event) | {"until_at": signup.offer_ends_at.isoformat()},
            )
        )
    return outbox.post_all(drafts)


def visit_first(told: Iterable[tuple[int, Event, Event]], *, at: datetime) -> int:
    """R23: (person, visit, table): you were at the table, so its visit is yours first; once per visit."""
    drafts = []
    for person_id, visit, table in told:
        assert visit.releases_at is not None
        drafts.append(
            outbox.draft(
                "events/visit_first",
                person_id,
                occasion=f"visit-first:{visit.pk}:{person_id}",
                at=at,
                valid_until=visit.releases_at,
                context=facts_without_seat(visit) | {"table": table.topic, "until_at": visit.releases_at.isoformat()},
            )
        )
    return outbox.post_all(drafts)


def visit_open(visit: Event, person_ids: Iterable[int], *, at: datetime) -> int:
    """R23: the chairs its table has left are open to every member; once per visit."""
    drafts = [
        outbox.draft(
            "events/visit_open",
            person_id,
            occasion=f"visit-open:{visit.pk}:{person_id}",
            at=at,
            valid_until=visit.starts_at,
            context=facts_without_seat(visit),
        )
        for person_id in person_ids
    ]
    return outbox.post_all(drafts)
