"""Putting a message into the outbox, and delivering what is due. The database is the truth, the broker a bell."""

import json
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from email.mime.text import MIMEText
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string, select_template
from django.utils import translation

from community.kernel.days import ZONE, day_of, end_of, start_of
from community.kernel.ids import public_id
from community.kernel.kinds import kind_of
from community.kernel.models import Message
from community.kernel.ring import ring

if TYPE_CHECKING:
    from community.members.models import Person

log = structlog.get_logger()
Draft = dict[str, Any]  # a row of the outbox to be, by its columns
LEASE = timedelta(minutes=5)
MOST_TRIES = 8
QUIET_FROM, QUIET_TO = 22, 8  # R51, community time
NEVER = datetime.max.replace(tzinfo=ZONE)
QUEUED_AT_ONCE = 5000
# Ten thousand reminders are recorded in one breath.
QUEUE = """
INSERT INTO kernel_message (
    public_id, person_id, kind, occasion, transactional, context, created_at, valid_until, next_try_at, status, tries, error
) SELECT *, 'waiting', 0, '' FROM jsonb_to_recordset(%s::jsonb) AS row(
    public_id text, person_id bigint, kind text, occasion text, transactional boolean, context jsonb,
    created_at timestamptz, valid_until timestamptz, next_try_at timestamptz
) ON CONFLICT DO NOTHING
"""
CLAIMED_AT_ONCE = 10  # what a worker that is killed may leave undelivered; all of it fits into one lease


def post(kind: str, person: "Person", *, occasion: str, at: datetime, **more: Any) -> bool:
    """Queue a message (`draft`) in the caller's transaction; False when this occasion already has its message."""
    return post_all([draft(kind, person.pk, occasion=occasion, at=at, **more)]) == 1


def draft(
    kind: str,
    person_id: int,
    *,
    occasion: str,
    at: datetime,
    context: dict[str, Any] | None = None,
    valid_until: datetime | None = None,
) -> Draft:
    """A message not queued yet; raises UnknownKind.

    `kind` is one of `kinds.py` and names the templates `<app>/mail/<name>.txt` and `.html` as "<app>/<name>"; their
    first line is the subject (text part). `context` is plain JSON: facts as they were; times as ISO strings. A `calendar` in it,
    {"method", "text"}, goes along as a calendar file.
    """
    return {
        "public_id": public_id(),
        "occasion": occasion,
        "person_id": person_id,
        "kind": kind,
        "transactional": kind_of(kind).transactional,
        "context": context or {},
        "created_at": at.isoformat(),
        "next_try_at": at.isoformat(),
        "valid_until": valid_until and valid_until.isoformat(),
    }


def post_all(drafts: list[Draft]) -> int:
    """Queue many at once in the caller's transaction; how many are new: an occasion has one message for ever."""
    new = 0
    with connection.cursor() as cursor:
        for start in range(0, len(drafts), QUEUED_AT_ONCE):
            some = drafts[start : start + QUEUED_AT_ONCE]
            cursor.execute(QUEUE, [json.dumps(some, ensure_ascii=False)])
            new += cursor.rowcount
    if new:
        from community.kernel.tasks import deliver_waiting_messages

        ring(deliver_waiting_messages)
    return new


def held_until(at: datetime) -> datetime | None:
    """R51: from 22:00 to 08:00, community time, what can wait waits until 08:00; None by day."""
    hour = at.astimezone(ZONE).hour
    if QUIET_TO <= hour < QUIET_FROM:
        return None
    return (end_of(day_of(at)) if hour >= QUIET_FROM else start_of(day_of(at))) + timedelta(hours=QUIET_TO)


def forget(person: "Person") -> int:
    """Somebody is erased: what was written to them loses its words, what still waits is not sent. How many letters."""
    letters = Message.objects.filter(person=person)
    letters.filter(status__in=[Message.Status.WAITING, Message.Status.SENDING]).update(
        status=Message.Status.DROPPED, error="erased"
    )
    return letters.update(context={})


def deliver_due(*, at: datetime, limit: int = 200) -> int:
    """Deliver what waits; returns how many were sent. Safe to run twice and in parallel (each row is claimed)."""
    due = (
        Message.objects.filter(next_try_at__lte=at)
        .filter(Q(status=Message.Status.WAITING) | Q(status=Message.Status.SENDING, transactional=True))
        .order_by("next_try_at", F("valid_until").asc(nulls_last=True), "pk")
        .values_list("pk", flat=True)[:limit]
    )
    keys = list(due)
    with Postman() as postman:
        return sum(
            _deliver(message, postman, at)
            for start in range(0, len(keys), CLAIMED_AT_ONCE)
            for message in _claim(keys[start : start + CLAIMED_AT_ONCE], at)
        )


class Postman:
    """One connection to the mail server for a round of letters; a new one after any failure."""

    def __enter__(self) -> "Postman":
        self._connection: BaseEmailBackend | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def send(self, email: EmailMultiAlternatives) -> None:
        """Raises whatever the mail server or the way to it raises."""
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            email.connection = self._connection
            email.send()
        except Exception:
            self._leave()
            raise

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # the letters are gone already; a server that hangs up early harms nobody
                connection.close()


def _claim(keys: list[int], at: datetime) -> list[Message]:
    """Take a few rows for this worker. A reminder leaves the queue here, before sending: never twice (R51)."""
    waiting = Q(status=Message.Status.WAITING) | Q(status=Message.Status.SENDING, transactional=True)
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person")
            .filter(waiting, pk__in=keys, next_try_at__lte=at)
            .order_by("next_try_at", "pk")
        )
        over = [row.pk for row in rows if row.valid_until and at >= row.valid_until]
        if over:
            Message.objects.filter(pk__in=over).update(status=Message.Status.DROPPED, error="after its occasion")
        claimed = _without_held([row for row in rows if row.pk not in over], at)
        for tries, some in groupby(sorted(claimed, key=attrgetter("tries")), key=attrgetter("tries")):
            Message.objects.filter(pk__in=[row.pk for row in some]).update(
                status=Message.Status.SENDING, tries=tries + 1, next_try_at=at + LEASE * 2 ** min(tries, 6)
            )
    for row in claimed:
        row.tries += 1
    return claimed


def _without_held(rows: list[Message], at: datetime) -> list[Message]:
    """R51: what is not transactional goes out by day, and one a day to anybody: the one that is soonest worthless
    first. The others wait for the next morning."""
    rest = sorted((row for row in rows if not row.transactional), key=lambda row: (row.valid_until or NEVER, row.pk))
    if not rest:
        return rows
    morning = held_until(at)
    if morning is None:
        with connection.cursor() as cursor:  # two workers never count the same day of one person at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kernel.one_a_day'))")
        had = _had_one_today({row.person_id for row in rest}, at)
        kept = []
        for row in rest:
            (kept if row.person_id in had else []).append(row)
            had.add(row.person_id)
        morning = end_of(day_of(at)) + timedelta(hours=QUIET_TO)
    else:
        kept = rest
    Message.objects.filter(pk__in=[row.pk for row in kept]).update(next_try_at=morning)
    held = {row.pk for row in kept}
    return [row for row in rows if row.pk not in held]


def _had_one_today(person_ids: set[int], at: datetime) -> set[int]:
    """Who has had one on this community day. A reminder is claimed once, so its next try tells when that was."""
    tried = Message.objects.filter(transactional=False, tries__gt=0, person__in=person_ids)
    today = tried.filter(next_try_at__gte=start_of(day_of(at)) + LEASE, next_try_at__lte=at + LEASE)
    return set(today.values_list("person_id", flat=True))


def _deliver(message: Message, postman: Postman, at: datetime) -> bool:
    ours = Message.objects.filter(pk=message.pk)
    try:
        postman.send(email_of(message))
    except Exception as error:  # any failure of mail must leave the business state alone
        log.warning("message_failed", message=message.public_id, kind=message.kind, error=type(error).__name__)
        give_up = not message.transactional or message.tries >= MOST_TRIES
        ours.update(status=Message.Status.FAILED if give_up else Message.Status.WAITING, error=type(error).__name__)
        return False
    ours.update(status=Message.Status.SENT, sent_at=at, error="")
    return True


def revived(facts: Any) -> Any:
    """JSON facts with times again: keys end in `_at` (instants) and `_on` (days), as everywhere in the house."""
    if isinstance(facts, list):
        return [revived(item) for item in facts]
    if not isinstance(facts, dict):
        return facts
    made = {}
    for key, value in facts.items():
        if isinstance(value, str) and key.endswith("_at"):
            made[key] = datetime.fromisoformat(value)
        elif isinstance(value, str) and key.endswith("_on"):
            made[key] = date.fromisoformat(value)
        else:
            made[key] = revived(value)
    return made


def drafted(kind: str, person: "Person", facts: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a letter as this person would get it now; nothing is queued. For a look before sending."""
    with translation.override(person.language):
        subject, text = _written(kind, {**revived(facts), "person": person, "base_url": settings.BASE_URL})
    return subject, text.partition("\n--\n")[0].strip()


def _written(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    app, name = kind.split("/")
    written = render_to_string(f"{app}/mail/{name}.txt", context).strip()
    written = re.sub(r"\n{3,}", "\n\n", written)  # a condition that was not met leaves no hole
    subject, _, text = written.partition("\n")
    return subject, text


def email_of(message: Message) -> EmailMultiAlternatives:
    """The e-mail for a message in its person's language, with a Message-ID that never changes."""
    person = message.person
    with translation.override(person.language):
        context = {**revived(message.context), "person": person, "base_url": settings.BASE_URL, "message": message}
        subject, text = _written(message.kind, context)
        app, name = message.kind.split("/")
        html = _html_of(subject, text, context, f"{app}/mail/{name}.html")
    email = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=[person.email])
    email.attach_alternative(html, "text/html")
    if "calendar" in message.context:
        email.attach(_calendar_part(**message.context["calendar"]))
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    email.extra_headers["Message-ID"] = f"<{message.public_id}@{host}>"
    return email


def _calendar_part(*, method: str, text: str) -> MIMEText:
    """A calendar entry as mail programs read one: its method stands in the type, too."""
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="event.ics")
    return part


def _html_of(subject: str, text: str, context: dict[str, Any], own: str) -> str:
    """The HTML part: a kind's own template, else the same words as the text part, its last line as the button."""
    paragraphs = text.partition("\n--\n")[0].strip().split("\n\n")
    last = paragraphs[-1].strip()
    link = last if last.startswith(("http://", "https://")) else ""
    letter = {**context, "subject": subject, "paragraphs": paragraphs, "link": link}
    return select_template([own, "layouts/letter_from_text.html"]).render(letter)
