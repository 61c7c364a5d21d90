"""The inbox: what was written to a person, read or not, how each message reached them, and how they want to be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community.kernel.kinds import DESK, GROUPS, SMS, Group, Kind, all_kinds
from community.kernel.models import Delivery, Message, Reach
from community.kernel.outbox.mailboxes import send_again
from community.kernel.outbox.writing import EVERYTHING, drafted_now, stopped_by


def with_unread(people: QuerySet[Any]) -> QuerySet[Any]:
    """Read with whoever is signed in what every page shows: `unread` messages, and whether their mailbox refuses us."""
    unread = Message.objects.filter(person=OuterRef("pk"), read_at=None).order_by().values("person")
    refused = Reach.objects.filter(person=OuterRef("pk"), refused_address=OuterRef("email"))
    return people.annotate(
        unread=Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        unreachable=Exists(refused),
    )


def messages_of(person: Any, *, unread: bool = False) -> QuerySet[Message]:
    """Newest first; what is written in the app from the first moment on. With everything that tells how it travelled."""
    found = (
        Message.objects.filter(person=person)
        .exclude(error="passed")
        .select_related("within")
        .order_by("-created_at", "-pk")
    )
    found = found.prefetch_related(Prefetch("deliveries", Delivery.objects.order_by("pk")))
    return found.filter(read_at=None) if unread else found


def message_of(person: Any, key: str) -> Message | None:
    return messages_of(person).filter(public_id=key).first()


@dataclass(frozen=True)
class Written:
    """A message as it is read in the app."""

    message: Message
    subject: str
    paragraphs: list[str]
    link: str
    group: Group | None


def written(messages: Iterable[Message], person: Any, language: str) -> list[Written]:
    """In the language of the page; a message that cannot be written any more still says what it was."""
    return [_written(message, person, language) for message in messages]


def _written(message: Message, person: Any, language: str) -> Written:
    message.person = person
    kind = all_kinds().get(message.kind)
    group = GROUPS[kind.group] if kind else None
    try:
        if not message.context:
            raise LookupError("its words are gone")
        subject, text = drafted_now(message, language)
    except Exception:
        return Written(message, str(kind.title) if kind else message.kind, [], "", group)
    paragraphs = text.split("\n\n")
    link = paragraphs.pop() if paragraphs[-1].startswith(("http://", "https://")) else ""
    return Written(message, subject, paragraphs, link, group)


def mark_read(message: Message, *, at: datetime) -> None:
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)


def mark_all_read(person: Any, *, at: datetime) -> int:
    """What is there at this instant; a message that arrives meanwhile stays unread."""
    return Message.objects.filter(person=person, read_at=None, created_at__lte=at).update(read_at=at)


def reach_of(person: Any) -> Reach:
    """Their row, or one as everybody has it who never chose anything."""
    return Reach.objects.filter(person=person).first() or Reach(person=person)


@dataclass(frozen=True)
class Choice:
    """The kinds of a group as a person decides about them, one by one."""

    group: Group
    always: list[Kind]  # by e-mail whatever is chosen: decisions, offers, receipts, changes
    can_wait: list[Kind]
    by_sms: list[Kind]


def choices(*, staff: bool) -> list[Choice]:
    """What there is to decide about; the desk's work only for those who have some."""
    kinds = all_kinds().values()
    found = []
    for group in GROUPS.values():
        own = [kind for kind in kinds if kind.group == group.name]
        if own and (staff or group.name != DESK):
            always = [kind for kind in own if kind.transactional]
            can_wait = [kind for kind in own if not kind.transactional]
            found.append(Choice(group, always, can_wait, [kind for kind in own if SMS in kind.channels]))
    return found


def choose(person: Any, *, no_email: list[str], by_sms: list[str], in_the_morning: bool) -> None:
    """R51: people choose channels per kind. What is owed to them comes by e-mail in any case."""
    Reach.objects.update_or_create(
        person=person,
        defaults={"no_email": sorted(no_email), "by_sms": sorted(by_sms), "in_the_morning": in_the_morning},
    )


def stop(token: str, *, really: bool) -> Kind | Group | str | None:
    """What a letter's own link stops: its kind, a group (in letters of old), or "everything" that can wait; None for a
    link that isn't ours.

    `really` writes it down; without it this only says what would be stopped."""
    found = stopped_by(token)
    if found is None:
        return None
    who, name = found
    if really:
        person = get_user_model().objects.filter(public_id=who, is_active=True).first()
        if person is None:
            return None
        reach, _ = Reach.objects.get_or_create(person=person)
        kinds = [kind for choice in choices(staff=True) for kind in choice.can_wait]
        more = {kind.name for kind in kinds if name in (EVERYTHING, kind.group, kind.name)}
        Reach.objects.filter(person=person).update(no_email=sorted({*reach.no_email, *more}))
    return all_kinds().get(name) or GROUPS.get(name, name)


def try_mailbox_again(person: Any, *, at: datetime) -> int:
    """The person says that their mailbox works again: what is owed and was refused goes out. How many."""
    return send_again([person.pk], at=at)


def refusing() -> QuerySet[Reach]:
    """For the staff: mailboxes that take nothing, newest first; those who have another address by now are not there."""
    return (
        Reach.objects.exclude(refused_address="")
        .filter(refused_address=Subquery(get_user_model().objects.filter(pk=OuterRef("person")).values("email")[:1]))
        .select_related("person")
        .order_by("-refused_at")
    )
