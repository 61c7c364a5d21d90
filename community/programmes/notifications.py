"""The messages about programmes, one function each. Context is plain facts; the words are in templates/programmes/mail/."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from community.kernel import outbox
from community.programmes import rules
from community.programmes.models import Asking, Challenge, CheckIn, Participation, Place, Programme, Reply


def facts_of(programme: Programme) -> dict[str, Any]:
    return {"names": programme.names, "path": programme.get_absolute_url()}


def joined(place: Place, programme: Programme, *, at: datetime) -> bool:
    """A place in the cohort is theirs: from when to when, and what is asked each week."""
    days = {"starts_on": programme.starts_on.isoformat(), "last_on": programme.last_on.isoformat()}
    return outbox.post(
        "programmes/joined",
        place.person,
        occasion=f"programme-joined:{place.pk}:{place.joined_at.isoformat()}",
        at=at,
        context=facts_of(programme) | days | {"number": place.number, "seats": programme.seats},
    )


def cancelled(places: Iterable[Place], programme: Programme, *, at: datetime) -> int:
    """The programme does not take place, or stops, and why."""
    return outbox.post_all(
        [
            outbox.draft(
                "programmes/cancelled", place.person_id, occasion=f"programme-cancelled:{place.pk}", at=at,
                context=facts_of(programme) | {"reason": programme.cancel_reason, "path": reverse("programmes")},
            )
            for place in places
        ]
    )  # fmt: skip


def asked(asking: Asking, host: Any, *, at: datetime) -> bool:
    """Somebody of another stage asks a host to be let in."""
    programme = asking.programme
    return outbox.post(
        "programmes/asked",
        host,
        occasion=f"programme-asked:{asking.pk}:{host.pk}",
        at=at,
        context=facts_of(programme)
        | {
            "asker": asking.person.name,
            "text": asking.text,
            "path": reverse("programme_host", args=[programme.public_id]),
        },
    )


def answered(asking: Asking, *, at: datetime) -> bool:
    """The hosts have answered: come in and sign up, or not this time."""
    return outbox.post(
        "programmes/answered",
        asking.person,
        occasion=f"programme-answered:{asking.pk}",
        at=at,
        context=facts_of(asking.programme) | {"let_in": asking.let_in},
    )


def check_in_due(places: Iterable[Place], programme: Programme, week: rules.Week, *, at: datetime) -> int:
    """The last day of a week, to who has said nothing yet; once a week."""
    path = reverse("programme_checkin", args=[programme.public_id])
    return outbox.post_all(
        [
            outbox.draft(
                "programmes/check_in_due", place.person_id, occasion=f"check-in:{place.pk}:{week.number}", at=at,
                valid_until=week.ends_at,
                context=facts_of(programme) | {"week": week.number, "path": path},
            )
            for place in places
        ]
    )  # fmt: skip


def week_over(
    programme: Programme, week: rules.Week, hosts: Iterable[Any], *, silent: Sequence[str], waiting: Sequence[str], at: datetime
) -> int:  # fmt: skip
    """One list for the hosts: who said nothing, and who is stuck or asks and has no answer yet."""
    path = reverse("programme_host", args=[programme.public_id])
    return outbox.post_all(
        [
            outbox.draft(
                "programmes/week_over", host.pk, occasion=f"week-over:{programme.pk}:{week.number}:{host.pk}", at=at,
                valid_until=week.ends_at + rules.TOLD_FOR,
                context=facts_of(programme)
                | {"week": week.number, "silent": list(silent), "waiting": list(waiting), "path": path},
            )
            for host in hosts
        ]
    )  # fmt: skip


def replied(reply: Reply, check_in: CheckIn, *, at: datetime) -> bool:
    """Somebody answers who was stuck or asked: at most once for each who answers."""
    place = check_in.place
    return outbox.post(
        "programmes/replied",
        place.person,
        occasion=f"check-in-replied:{check_in.pk}:{reply.author_id}",
        at=at,
        valid_until=at + rules.TOLD_FOR,
        context=facts_of(place.programme)
        | {"author": reply.author.name, "text": reply.text, "path": reverse("check_in", args=[check_in.public_id])},
    )


def to_decide(programme: Programme, hosts: Iterable[Any], count: int, *, at: datetime) -> int:
    """The programme has ended: a sentence for each who took part."""
    path = reverse("programme_host", args=[programme.public_id])
    return outbox.post_all(
        [
            outbox.draft(
                "programmes/to_decide", host.pk, occasion=f"to-decide:{programme.pk}:{host.pk}", at=at,
                context=facts_of(programme) | {"count": count, "path": path},
            )
            for host in hosts
        ]
    )  # fmt: skip


def decided(place: Place, programme: Programme, *, stage: str, following: Programme | None, at: datetime) -> bool:
    """How it ended for somebody, in the host's sentence, and the next step on the ladder, if there is one.

    `stage`: the one their card shows from now on, when the end raised it.
    """
    following_facts = {
        "next_names": following.names if following else {},
        "next_on": following.starts_on.isoformat() if following else None,
    }
    path = following.get_absolute_url() if following else programme.get_absolute_url()
    return outbox.post(
        "programmes/decided",
        place.person,
        occasion=f"place-decided:{place.pk}",
        at=at,
        context=facts_of(programme)
        | following_facts
        | {"decision": place.status, "sentence": place.sentence, "stage": stage, "path": path},
    )


def challenge_over(results: Iterable[tuple[Participation, int, int]], challenge: Challenge, *, at: datetime) -> int:
    """What came of it: days ticked, and the most in a row. Nothing is won. `results`: (participation, total, longest)."""
    facts = {"challenge": challenge.name, "days": challenge.days, "path": challenge.get_absolute_url()}
    return outbox.post_all(
        [
            outbox.draft(
                "programmes/challenge_over", part.person_id, occasion=f"challenge-over:{part.pk}", at=at,
                valid_until=challenge.closes_at + rules.TOLD_FOR,
                context=facts | {"total": total, "best": best},
            )
            for part, total, best in results
        ]
    )  # fmt: skip


def challenge_cancelled(people: Iterable[Any], challenge: Challenge, reason: str, *, at: datetime) -> int:
    """The challenge stops, and why."""
    return outbox.post_all(
        [
            outbox.draft(
                "programmes/challenge_cancelled", person.pk, occasion=f"challenge-cancelled:{challenge.pk}:{person.pk}",
                at=at, context={"challenge": challenge.name, "reason": reason, "path": challenge.get_absolute_url()},
            )
            for person in people
        ]
    )  # fmt: skip
