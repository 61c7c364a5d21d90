"""Which mailboxes take our letters: a refusal for good is written down, a letter that arrives takes it back."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from community.kernel.models import Message, Reach

log = structlog.get_logger()
TRIED_AGAIN = timedelta(days=60)  # how old a refused letter may be and still be worth sending to a new address
NOBODY = {"refused_address": "", "refused_at": None, "refused_because": ""}


def reach_of(message: Message) -> Reach | None:
    """As it was read with the message's person."""
    return getattr(message.person, "reach", None)


def refuses(message: Message) -> bool:
    reach = reach_of(message)
    return reach is not None and reach.refuses(message.person.email)


def refused(message: Message, said: str, at: datetime) -> None:
    """Their mailbox takes nothing: the person reads it in the app, the staff on their list."""
    Reach.objects.update_or_create(
        person_id=message.person_id,
        defaults={"refused_address": message.person.email, "refused_at": at, "refused_because": said},
    )
    log.warning("mailbox_refuses", message=message.public_id)


def arrived(message: Message) -> None:
    """A letter was taken: what was said against the mailbox no longer holds."""
    if refuses(message):
        Reach.objects.filter(person_id=message.person_id).update(**NOBODY)


def send_again(person_ids: list[int], *, at: datetime) -> int:
    """Their mailbox is thought to work again: what is owed to them and was refused goes out. How many."""
    with transaction.atomic():
        Reach.objects.filter(person__in=person_ids).update(**NOBODY)
        owed = Message.objects.filter(
            person__in=person_ids, status=Message.Status.REFUSED, transactional=True, created_at__gt=at - TRIED_AGAIN
        )
        return owed.update(status=Message.Status.WAITING, next_try_at=at)


def send_to_new_addresses(*, at: datetime) -> int:
    """Whoever has another address by now gets what the old one refused."""
    moved = Reach.objects.exclude(refused_address="").exclude(refused_address=F("person__email"))
    people = list(moved.values_list("person", flat=True)[:200])
    return send_again(people, at=at) if people else 0
