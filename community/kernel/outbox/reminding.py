"""What can wait: by day, once, one letter a day to anybody. What is held back comes in one letter the next morning."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from community.kernel.days import ZONE, day_of
from community.kernel.kinds import all_kinds
from community.kernel.models import Message
from community.kernel.outbox import mailboxes, standing
from community.kernel.outbox.gateway import Postman, Unreachable, not_accepted, refused_for_good
from community.kernel.outbox.pausing import LEASE, MOST_TRIES, held_until, next_morning, pause
from community.kernel.outbox.writing import email_of, email_of_the_day

log = structlog.get_logger()
NEVER = datetime.max.replace(tzinfo=ZONE)
WAITING, SENDING = Message.Status.WAITING, Message.Status.SENDING
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('kernel.one_a_day'))"
# Said once for every letter that leaves: in SQL, since Django would word it anew each time.
LEAVES = """
UPDATE kernel_message SET status = %s, tries = tries + 1, mailed_on = %s
 WHERE id = %s AND status = %s AND next_try_at = %s
"""


class Stopped(Exception):
    """At the last moment the letter may not leave; `until`: when it may, None when another worker has it."""

    def __init__(self, until: datetime | None = None, *, over: bool = False) -> None:
        super().__init__()
        self.until, self.over = until, over


@dataclass
class Letter:
    """One letter to one person: a message by itself, or the letter of the day, with `more` in it."""

    lead: Message
    more: list[Message] = field(default_factory=list)
    handed: bool = False

    @property
    def rows(self) -> list[Message]:
        return [self.lead, *self.more]

    @property
    def keys(self) -> list[int]:
        return [row.pk for row in self.rows]

    def email(self) -> EmailMultiAlternatives:
        return email_of_the_day(self.rows) if self.more else email_of(self.lead)


def deliver_reminders(keys: list[int], postman: Postman, at: datetime) -> int:
    """How many letters left. A row stays in the queue until its letter is about to leave, and is never sent after."""
    leased_until = at + LEASE
    letters = _claim(keys, at, leased_until)
    taken: list[Letter] = []
    try:
        for number, letter in enumerate(letters):
            try:
                if _deliver(letter, postman, at, leased_until):
                    taken.append(letter)
            except Unreachable:
                left = [key for later in letters[number:] for key in later.keys]
                ours = Message.objects.filter(pk__in=left, status=WAITING, next_try_at=leased_until)
                ours.update(next_try_at=at + timedelta(minutes=1), error="Unreachable")
                raise
    finally:  # they count as gone since they left; that they were taken is written down for all of them together
        _arrived(taken, at)
    return len(taken)


def _arrived(taken: list[Letter], at: datetime) -> None:
    if taken:
        gone = Message.objects.filter(pk__in=[key for letter in taken for key in letter.keys], status=SENDING)
        gone.update(status=Message.Status.SENT, sent_at=at, error="")
    for letter in taken:
        mailboxes.arrived(letter.lead)


def _claim(keys: list[int], at: datetime, leased_until: datetime) -> list[Letter]:
    """R51: what goes out now, soonest worthless first; everything else is held until a morning."""
    with transaction.atomic():
        with connection.cursor() as cursor:  # two workers never count the same day of one person at once
            cursor.execute(ONE_AT_A_TIME)
        rows = _wanted(_locked(at).filter(pk__in=keys), at)
        if night := held_until(at):
            _hold(rows, night)
            return []
        rows = _standing(rows, at)
        people = {row.person_id for row in rows}
        had = set(
            Message.objects.filter(person__in=people, mailed_on=day_of(at)).values_list("person_id", flat=True)
        ) if people else set()  # fmt: skip
        gathering = {row.person_id for row in rows if row.next_try_at > row.created_at} - had
        if gathering:
            known = [row.pk for row in rows]
            rows += _standing(_wanted(_locked(at).filter(person__in=gathering).exclude(pk__in=known), at), at)
        letters: dict[int, Letter] = {}
        kept = []
        for row in sorted(rows, key=lambda row: (row.valid_until or NEVER, row.pk)):
            if row.person_id in had or _waits_for_morning(row, at):
                kept.append(row)
            elif row.person_id not in letters:
                letters[row.person_id] = Letter(row)
            else:
                (letters[row.person_id].more if row.person_id in gathering else kept).append(row)
        _hold(kept, next_morning(at))
        claimed = [key for letter in letters.values() for key in letter.keys]
        Message.objects.filter(pk__in=claimed).update(next_try_at=leased_until)
    return list(letters.values())


def _locked(at: datetime) -> QuerySet[Message]:
    return (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person__reach")
        .filter(status=WAITING, transactional=False, next_try_at__lte=at)
        .order_by("pk")
    )


def _wanted(found: Iterable[Message], at: datetime) -> list[Message]:
    """Without what is over, and without what its person reads in the app alone."""
    rows, over, kept = [], [], []
    for row in found:
        if row.valid_until and at >= row.valid_until:
            over.append(row.pk)
        elif mailboxes.refuses(row) or _unwanted(row):
            kept.append(row.pk)
        else:
            rows.append(row)
    standing.drop(over, standing.OVER)
    if kept:
        Message.objects.filter(pk__in=kept).update(status=Message.Status.KEPT, error="")
    return rows


def _standing(rows: list[Message], at: datetime) -> list[Message]:
    """Without what is no longer so: it takes nobody's day, and stands in no letter of the day."""
    gone = standing.moot(rows, at)
    standing.drop(gone, standing.NO_LONGER)
    return [row for row in rows if row.pk not in gone]


def _unwanted(row: Message) -> bool:
    reach = mailboxes.reach_of(row)
    return reach is not None and row.kind in reach.no_email


def _waits_for_morning(row: Message, at: datetime) -> bool:
    """Whoever wants one letter a day, and kinds that are never urgent, unless it were worth nothing by then."""
    reach, kind = mailboxes.reach_of(row), all_kinds().get(row.kind)
    gathered = (kind is not None and kind.in_digest) or (reach is not None and reach.in_the_morning)
    fresh = row.next_try_at <= row.created_at
    return gathered and fresh and (row.valid_until is None or row.valid_until > next_morning(at))


def _hold(rows: list[Message], until: datetime) -> None:
    if rows:
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=until)


def _deliver(letter: Letter, postman: Postman, at: datetime, leased_until: datetime) -> bool:
    try:
        postman.send(letter.email(), partial(_leaves, letter, postman, at, leased_until))
    except Unreachable:
        raise
    except Stopped as why:
        mine = Message.objects.filter(pk__in=letter.keys, status=WAITING, next_try_at=leased_until)
        if why.over:
            mine.update(status=Message.Status.DROPPED, error=standing.OVER)
        elif why.until:
            mine.update(next_try_at=why.until)
        return False
    except Exception as error:  # any failure of mail must leave the business state alone
        log.warning("message_failed", message=letter.lead.public_id, kind=letter.lead.kind, error=type(error).__name__)
        _failed(letter, error, at)
        return False
    return True


def _leaves(letter: Letter, postman: Postman, at: datetime, leased_until: datetime) -> None:
    """The last word, when nothing but the letter itself is left to be said to the mail server. From here on it counts
    as gone, whatever happens to us: never twice. A round that a slow server keeps may have reached the night meanwhile."""
    now = max(at, postman.clock())
    if any(row.valid_until and now >= row.valid_until for row in letter.rows):
        raise Stopped(at, over=not letter.more)  # of several, the others go in the next round
    if night := held_until(now):
        raise Stopped(night)
    try:
        # A transaction even for one row: a worker that is killed while the row is being written leaves it as it was, and
        # the letter still to be sent. Without one PostgreSQL would finish what it was told.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LEAVES, [SENDING.value, day_of(at), letter.lead.pk, WAITING.value, leased_until])
            marked = cursor.rowcount
            if letter.more:
                mine = Message.objects.filter(status=WAITING, next_try_at=leased_until)
                more = mine.filter(pk__in=[row.pk for row in letter.more])
                marked += more.update(status=SENDING, tries=F("tries") + 1, within=letter.lead.pk)
            if marked != len(letter.rows):
                raise Stopped
    except IntegrityError:
        raise Stopped(next_morning(now)) from None
    letter.handed = True


def _failed(letter: Letter, error: Exception, at: datetime) -> None:
    """A clear no can be tried again, and the day is free again; a line that broke in the middle is never."""
    rows = Message.objects.filter(pk__in=letter.keys, status=SENDING if letter.handed else WAITING)
    clear = not letter.handed or not_accepted(error)
    again = {"mailed_on": None, "within": None, "error": type(error).__name__}
    if said := refused_for_good(error):
        mailboxes.refused(letter.lead, said, at)
        rows.update(**again | {"status": Message.Status.REFUSED, "error": said})
    elif clear and letter.lead.tries < MOST_TRIES:
        tries = letter.lead.tries
        counted = {} if letter.handed else {"tries": F("tries") + 1}
        rows.update(**again, **counted, status=WAITING, next_try_at=at + pause(tries))
    else:
        rows.update(status=Message.Status.FAILED, error=type(error).__name__)
