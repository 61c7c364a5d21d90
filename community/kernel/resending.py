"""Letters that did not leave: what is known of each, and sending one again by hand (R51)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, QuerySet

from community.kernel import audit
from community.kernel.errors import YES, RuleBroken, Verdict, no
from community.kernel.models import Message
from community.kernel.ring import ring

if TYPE_CHECKING:
    from community.members.models import Person

LISTED = timedelta(days=30)
COUNTED = timedelta(days=7)
# The mail server said no, or was never reached: the letter can't have arrived. After any other failure it may have.
NEVER_LEFT = frozenset(
    {
        "ConnectionRefusedError", "gaierror", "SMTPAuthenticationError", "SMTPConnectError", "SMTPDataError", "SMTPHeloError",
        "SMTPNotSupportedError", "SMTPRecipientsRefused", "SMTPSenderRefused", "TemplateDoesNotExist", "TemplateSyntaxError",
    }
)  # fmt: skip


def failed(*, at: datetime) -> QuerySet[Message]:
    """Letters of the last thirty days that were given up, the newest first."""
    rows = Message.objects.filter(status=Message.Status.FAILED, created_at__gt=at - LISTED)
    return rows.select_related("person").order_by("-created_at", "-pk")


def figures(*, at: datetime) -> dict[str, dict[str, int]]:
    """Kind → status → how many were written in the last seven days; one query."""
    found: dict[str, dict[str, int]] = {}
    rows = Message.objects.filter(created_at__gt=at - COUNTED).values_list("kind", "status").order_by()
    for kind, status, count in rows.annotate(count=Count("pk")):
        found.setdefault(kind, {})[status] = count
    return dict(sorted(found.items()))


def may_send_again(message: Message, *, at: datetime) -> Verdict:
    """R51: not after its occasion; a reminder only when it certainly did not leave the first time."""
    if message.status != Message.Status.FAILED:
        return no("message.stale")
    if message.valid_until is not None and at >= message.valid_until:
        return no("message.over")
    if not message.transactional and message.error not in NEVER_LEFT:
        return no("message.maybe_sent")
    return YES


def send_again(public_id: str, *, by: "Person", at: datetime) -> Message:
    """Back into the outbox, as the same message with the same Message-ID. Pressed twice, it goes once.

    Raises Message.DoesNotExist, RuleBroken: "message.stale", "message.over", "message.maybe_sent".
    """
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).select_related("person").get(public_id=public_id)
        verdict = may_send_again(message, at=at)
        if not verdict:
            raise RuleBroken(verdict.code)
        error, message.error = message.error, ""
        message.status, message.tries, message.next_try_at = Message.Status.WAITING, 0, at
        message.mailed_on = message.within = None  # that day's letter did not arrive
        message.save(update_fields=["status", "tries", "next_try_at", "error", "mailed_on", "within"])
        audit.record(
            "message.send_again", message, by=by, at=at, old="failed", new="waiting",
            data={"kind": message.kind, "error": error},
        )  # fmt: skip
        ring("kernel.deliver_waiting_messages")
    return message


def written_to(person_id: int, kinds: Collection[str]) -> QuerySet[Message]:
    """What was written to one person of some kinds: what kind it was and what became of it, and none of its words."""
    return Message.objects.filter(person=person_id, kind__in=kinds).defer("context")
