"""Messages that go beside the letter: to a phone whose owner chose so, and to groups of the staff. At most once each."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation

from community.kernel import gateway
from community.kernel.models import Delivery
from community.kernel.outbox import standing
from community.kernel.outbox.pausing import LEASE, held_until, pause
from community.kernel.outbox.writing import drafted_now

log = structlog.get_logger()
CLAIMED_AT_ONCE, MOST_TRIES = 5, 6  # five slow calls fit into one lease
SMS_LENGTH = 140  # two parts; the whole message stands in the app
WAITING, SENDING = Delivery.Status.WAITING, Delivery.Status.SENDING


def deliver_due(*, at: datetime, limit: int = 50) -> int:
    """How many were sent. A call that broke in the middle may have arrived: it is never made again."""
    if not gateway.sms_configured() and not gateway.robots():
        return 0
    sent = 0
    for _ in range(0, limit, CLAIMED_AT_ONCE):
        claimed = _claim(at)
        if not claimed:
            break
        sent += sum(_deliver(one, at) for one in claimed)
    return sent


def _claim(at: datetime) -> list[Delivery]:
    with transaction.atomic():
        rows = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message__person__reach")
            .filter(status=WAITING, next_try_at__lte=at)
            .order_by("next_try_at", "pk")[:CLAIMED_AT_ONCE]
        )
        mine = Delivery.objects.filter(pk__in=[row.pk for row in rows])
        mine.update(next_try_at=at + LEASE)
        in_time = [row.message for row in rows if not row.message.valid_until or at < row.message.valid_until]
        if gone := standing.moot(in_time, at):
            mine.filter(message__in=gone).update(status=Delivery.Status.DROPPED, error=standing.NO_LONGER)
    return rows


def _deliver(one: Delivery, at: datetime) -> bool:
    mine = Delivery.objects.filter(pk=one.pk, status=WAITING, next_try_at=at + LEASE)
    message = one.message
    if message.valid_until and at >= message.valid_until:
        mine.update(status=Delivery.Status.DROPPED, error=standing.OVER)
        return False
    if not message.transactional and (night := held_until(at)):
        mine.update(next_try_at=night)
        return False
    if not mine.update(status=SENDING, tries=one.tries + 1):
        return False  # another worker has it, or it is no longer so
    ours = Delivery.objects.filter(pk=one.pk, status=SENDING)
    try:
        _say(one)
    except gateway.ChannelFailed as error:
        log.warning("channel_failed", channel=one.channel, message=message.public_id, error=error.code)
        give_up = error.for_good or error.unknown or one.tries + 1 >= MOST_TRIES
        ours.update(
            status=Delivery.Status.FAILED if give_up else WAITING,
            next_try_at=at + pause(one.tries),
            error=error.code,
        )
        return False
    ours.update(status=Delivery.Status.SENT, sent_at=at, error="")
    return True


def _say(one: Delivery) -> None:
    message = one.message
    link = f"{settings.BASE_URL}{message.context.get('path', '/notifications/')}"
    try:
        if one.channel == "sms":
            subject, _ = drafted_now(message, message.person.language)
            phone = str(message.person.phone)
            if not phone or message.person.erased_at:
                raise gateway.ChannelFailed("no_number", for_good=True)
            with translation.override(message.person.language):
                said = translation.gettext("Tongzhuo: %(subject)s %(link)s")
            gateway.send_sms(phone, said % {"subject": subject[:SMS_LENGTH], "link": link}, key=message.public_id)
        else:
            subject, _ = drafted_now(message, settings.LANGUAGE_CODE)
            gateway.tell_robot(one.channel.partition(":")[2], subject, link)
    except gateway.ChannelFailed:
        raise
    except Exception as error:  # a letter that cannot be written holds nobody else up
        raise gateway.ChannelFailed(type(error).__name__, for_good=True) from error
