"""Putting messages into the outbox: in the caller's transaction, once per occasion for ever."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from community.kernel import gateway
from community.kernel.ids import public_id
from community.kernel.kinds import ROBOT, SMS, kind_of
from community.kernel.models import Delivery, Message, Reach
from community.kernel.ring import ring

if TYPE_CHECKING:
    from community.members.models import Person

Draft = dict[str, Any]  # a row of the outbox to be, by its columns
QUEUED_AT_ONCE = 5000
# Ten thousand reminders are recorded in one breath. What many of them say goes over once (`said`), each row with its place in it.
QUEUE = """
INSERT INTO kernel_message (
    public_id, person_id, kind, occasion, transactional, context, created_at, valid_until, next_try_at, status, tries, error
) SELECT public_id, person_id, kind, occasion, transactional, said.of_all -> context, created_at, valid_until, next_try_at,
    'waiting', 0, ''
FROM (SELECT %s::jsonb AS of_all) AS said CROSS JOIN jsonb_to_recordset(%s::jsonb) AS row(
    public_id text, person_id bigint, kind text, occasion text, transactional boolean, context integer,
    created_at timestamptz, valid_until timestamptz, next_try_at timestamptz
) ON CONFLICT DO NOTHING
"""
# The same for kinds that also go to phones or to groups of the staff: what is new goes there, too.
QUEUE_BESIDE = """
WITH said AS (SELECT %s::jsonb AS of_all), row AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS row(
    public_id text, person_id bigint, kind text, occasion text, transactional boolean, context integer,
    created_at timestamptz, valid_until timestamptz, next_try_at timestamptz, sms text, robots jsonb, said text
)), made AS (
    INSERT INTO kernel_message (
        public_id, person_id, kind, occasion, transactional, context, created_at, valid_until, next_try_at,
        status, tries, error
    ) SELECT public_id, person_id, kind, occasion, transactional, said.of_all -> context, created_at, valid_until, next_try_at,
        'waiting', 0, '' FROM row CROSS JOIN said
    ON CONFLICT DO NOTHING RETURNING id, public_id, person_id, created_at
), beside AS (
    INSERT INTO kernel_delivery (message_id, channel, key, status, tries, next_try_at, error)
    SELECT made.id, 'sms', made.public_id, 'waiting', 0, made.created_at, '' FROM made
    JOIN row USING (public_id) JOIN kernel_reach reach
        ON reach.person_id = made.person_id AND row.sms = ANY(reach.by_sms)
    UNION ALL
    SELECT made.id, robot, row.said, 'waiting', 0, made.created_at, '' FROM made
    JOIN row USING (public_id) CROSS JOIN jsonb_array_elements_text(row.robots) AS robot
    ON CONFLICT DO NOTHING
) SELECT count(*) FROM made
"""
# An occasion that was over before anybody knew of it (R51): on record, sent to nobody, shown to nobody.
PASS_OVER = """
INSERT INTO kernel_message (
    public_id, person_id, kind, occasion, transactional, context, created_at, valid_until, next_try_at, status, tries,
    error, read_at
) SELECT public_id, person_id, kind, occasion, transactional, said.of_all -> context, created_at, valid_until, next_try_at,
    'dropped', 0, 'passed', created_at
FROM (SELECT %s::jsonb AS of_all) AS said CROSS JOIN jsonb_to_recordset(%s::jsonb) AS row(
    public_id text, person_id bigint, kind text, occasion text, transactional boolean, context integer,
    created_at timestamptz, valid_until timestamptz, next_try_at timestamptz
) ON CONFLICT DO NOTHING RETURNING id
"""
_passed: ContextVar[list[int] | None] = ContextVar("passed", default=None)


@contextmanager
def passing_over() -> Iterator[list[int]]:
    """What is posted inside was over before it was known: the occasion counts as passed, and nobody gets a letter.
    Yields the keys of what was recorded so."""
    keys: list[int] = []
    token = _passed.set(keys)
    try:
        yield keys
    finally:
        _passed.reset(token)


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
    known = kind_of(kind)
    made = {
        "public_id": public_id(),
        "occasion": occasion,
        "person_id": person_id,
        "kind": kind,
        "transactional": known.transactional,
        "context": context or {},
        "created_at": at.isoformat(),
        "next_try_at": at.isoformat(),
        "valid_until": valid_until and valid_until.isoformat(),
    }
    if SMS in known.channels and gateway.sms_configured():
        made["sms"] = kind
    if ROBOT in known.channels and (robots := gateway.robots_for(kind)):
        made |= {"robots": robots, "said": f"{kind}:{at.isoformat()}:{made['context'].get('path', occasion)}"[:200]}
    return made


def post_all(drafts: list[Draft]) -> int:
    """Queue many at once in the caller's transaction; how many are new: an occasion has one message for ever."""
    new, passed = 0, _passed.get()
    with connection.cursor() as cursor:
        for start in range(0, len(drafts), QUEUED_AT_ONCE):
            some = drafts[start : start + QUEUED_AT_ONCE]
            if passed is not None:
                cursor.execute(PASS_OVER, _said_once(some))
                passed += [row[0] for row in cursor.fetchall()]
                continue
            beside = any("sms" in one or "robots" in one for one in some)
            cursor.execute(QUEUE_BESIDE if beside else QUEUE, _said_once(some))
            new += cursor.fetchone()[0] if beside else cursor.rowcount
    if new:
        ring("kernel.deliver_waiting_messages")
    return new


def _said_once(drafts: list[Draft]) -> list[str]:
    """The contexts, each once however many drafts share it, and the drafts, each with the place of its own."""
    contexts: list[Any] = []
    places: dict[int, int] = {}
    rows = []
    for one in drafts:
        place = places.setdefault(id(one["context"]), len(contexts))
        if place == len(contexts):
            contexts.append(one["context"])
        rows.append(one | {"context": place})
    return [json.dumps(part, ensure_ascii=False) for part in (contexts, rows)]


def forget(person: "Person") -> int:
    """Somebody is erased: what was written to them loses its words, what still waits is not sent. How many letters."""
    letters = Message.objects.filter(person=person)
    letters.filter(status__in=[Message.Status.WAITING, Message.Status.SENDING]).update(
        status=Message.Status.DROPPED, error="erased"
    )
    Delivery.objects.filter(message__person=person, status=Delivery.Status.WAITING).update(
        status=Delivery.Status.DROPPED, error="erased"
    )
    Reach.objects.filter(person=person).delete()
    return letters.update(context={})


def blank(words: dict[str, Any], *, paths: list[str], occasions: list[str]) -> int:
    """Somebody is erased: letters to others about these pages and occasions have `words` in place of what they said, and
    what still waits is not sent. How many letters."""
    letters = list(Message.objects.filter(Q(context__path__in=paths) | Q(occasion__in=occasions)))
    for letter in letters:
        letter.context |= {name: value for name, value in words.items() if name in letter.context}
        if letter.status == Message.Status.WAITING:
            letter.status, letter.error = Message.Status.DROPPED, "erased"
    Message.objects.bulk_update(letters, ["context", "status", "error"], batch_size=500)
    return len(letters)


def written(occasions: Collection[str]) -> set[str]:
    """Those of these occasions that have their message already; one query."""
    return set(Message.objects.filter(occasion__in=occasions).values_list("occasion", flat=True))


def written_since(since: datetime, kind: str, *, path: str) -> bool:
    """Whether anybody has a message of this kind about this page, written since then; one query by time."""
    return Message.objects.filter(created_at__gte=since, kind=kind, context__path=path).exists()
