"""Delivering what is due: letters at once and at least once, everything else by day, once, one letter a day to anybody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

import structlog
from django.db import transaction
from django.db.models import F, Q

from community.kernel.models import Message
from community.kernel.outbox import beside, mailboxes, standing
from community.kernel.outbox.gateway import Postman, Unreachable, refused_for_good
from community.kernel.outbox.pausing import LEASE, MOST_TRIES, held_until, pause
from community.kernel.outbox.reminding import deliver_reminders
from community.kernel.outbox.writing import email_of

__all__ = ["CLAIMED_AT_ONCE", "LEASE", "MOST_TRIES", "deliver_due", "held_until"]

log = structlog.get_logger()
CLAIMED_AT_ONCE = 10  # all of it fits into one lease
LEASED_AT_ONCE = 25  # of reminders: one whose lease is over does not leave
PATIENCE = timedelta(minutes=2)  # a mail server that is slow keeps the worker for so long, and the next round goes on
WAITING, SENDING = Message.Status.WAITING, Message.Status.SENDING
# What is owed is tried again when its lease is over; what can wait is marked when it leaves and never looked at again.
OPEN = Q(status=WAITING) | Q(status=SENDING, transactional=True)


def deliver_due(*, at: datetime, limit: int = 200, clock: Callable[[], datetime] | None = None) -> int:
    """Deliver what waits; returns how many letters were sent. Safe to run twice and in parallel (each row is claimed).

    What is owed goes first. `clock` goes on while a slow mail server keeps the round waiting; without one it stands
    still at `at`. Raises nothing when mail fails: what was not sent waits."""
    clock = clock or (lambda: at)
    due = (
        Message.objects.filter(OPEN, next_try_at__lte=at)
        .order_by("-transactional", "next_try_at", F("valid_until").asc(nulls_last=True), "pk")
        .values_list("pk", "transactional")[:limit]
    )
    keys = {owed: [key for key, is_owed in rows if is_owed is owed] for rows in [list(due)] for owed in (True, False)}
    sent, reachable = 0, True
    with Postman(clock) as postman:
        for owed, deliver, at_once in (
            (True, _deliver_owed, CLAIMED_AT_ONCE),
            (False, deliver_reminders, LEASED_AT_ONCE),
        ):
            for start in range(0, len(keys[owed]), at_once):
                if not reachable or clock() - at > PATIENCE:
                    break
                try:
                    sent += deliver(keys[owed][start : start + at_once], postman, at)
                except Unreachable as error:
                    log.warning("mail_server_unreachable", error=str(error))
                    reachable = False
    beside.deliver_due(at=at)
    return sent


def _deliver_owed(keys: list[int], postman: Postman, at: datetime) -> int:
    claimed = _claim(keys, at)
    sent = 0
    for number, message in enumerate(claimed):
        try:
            sent += _deliver(message, postman, at)
        except Unreachable:
            _release(claimed[number:], at)
            raise
    return sent


def _claim(keys: list[int], at: datetime) -> list[Message]:
    """Take a few rows for this worker, for as long as a lease lasts."""
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person__reach")
            .filter(OPEN, pk__in=keys, next_try_at__lte=at)
            .order_by("next_try_at", "pk")
        )
        over = {row.pk for row in rows if row.valid_until and at >= row.valid_until}
        gone = standing.moot([row for row in rows if row.pk not in over], at)
        standing.drop(over, standing.OVER)
        standing.drop(gone, standing.NO_LONGER)
        claimed = [row for row in rows if row.pk not in over | gone]
        for tries, some in groupby(sorted(claimed, key=attrgetter("tries")), key=attrgetter("tries")):
            Message.objects.filter(pk__in=[row.pk for row in some]).update(
                status=SENDING, tries=tries + 1, next_try_at=at + pause(tries)
            )
    for row in claimed:
        row.tries += 1
    return claimed


def _release(claimed: list[Message], at: datetime) -> None:
    """Nobody was there to take them: that is no try, and the next round may be luckier."""
    Message.objects.filter(pk__in=[row.pk for row in claimed], status=SENDING).update(
        status=WAITING, tries=F("tries") - 1, next_try_at=at + timedelta(minutes=1), error="Unreachable"
    )


def _deliver(message: Message, postman: Postman, at: datetime) -> bool:
    ours = Message.objects.filter(pk=message.pk)
    try:
        postman.send(email_of(message))
    except Unreachable:
        raise
    except Exception as error:  # any failure of mail must leave the business state alone
        log.warning("message_failed", message=message.public_id, kind=message.kind, error=type(error).__name__)
        if said := refused_for_good(error):
            mailboxes.refused(message, said, at)
            ours.update(status=Message.Status.REFUSED, error=said)
            return False
        give_up = message.tries >= MOST_TRIES
        ours.update(status=Message.Status.FAILED if give_up else WAITING, error=type(error).__name__)
        return False
    ours.update(status=Message.Status.SENT, sent_at=at, error="")
    mailboxes.arrived(message)
    return True
