from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from community.kernel.ids import public_id

# An entry changes in one way: the database's own function takes words out of it when a person is erased.
MASKED_ONLY = """
IF current_setting('club.masking', true) = 'on'
   AND ROW(NEW.id, NEW.at, NEW.actor_id, NEW.person_id, NEW.action, NEW.subject_type, NEW.subject_id, NEW.old, NEW.new)
       IS NOT DISTINCT FROM
       ROW(OLD.id, OLD.at, OLD.actor_id, OLD.person_id, OLD.action, OLD.subject_type, OLD.subject_id, OLD.old, OLD.new)
   AND NEW.reason IN ('', '[masked]') AND OLD.data @> NEW.data
THEN RETURN NEW; END IF;
RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""


class AuditEntry(models.Model):
    """One change of state (R50). `actor` is empty when the system acted by rule."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    old = models.CharField(max_length=20, blank=True)
    new = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_subject"),
            models.Index(fields=["person", "at"], name="audit_person"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.Trigger(name="masked_only", operation=pgtrigger.Update, when=pgtrigger.Before, func=MASKED_ONLY),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type} {self.subject_id}"


class Message(models.Model):
    """The outbox and the inbox (R51): one row per occasion and person, its letter delivered after commit by one task.

    A reminder (`transactional` false) is sent at most once; a decision, receipt or offer at least once,
    always with the same Message-ID. `status` is the letter's; in the inbox it stands from the first moment on.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"
        KEPT = "kept"  # in the inbox alone: chosen so, or their mailbox is known to refuse
        REFUSED = "refused"  # their mailbox said no for good

    # Ten thousand rows are written in one breath, and each again when its letter leaves: no index that no list asks for.
    public_id = models.CharField(max_length=12, default=public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", db_index=False)
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=200)
    transactional = models.BooleanField()
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # The community day whose one letter this is, and the letter of the day it went out in.
    mailed_on = models.DateField(null=True, blank=True)
    within = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="message_public_id"),
            models.UniqueConstraint(fields=["occasion"], name="message_once_per_occasion"),
            models.UniqueConstraint(
                fields=["person", "mailed_on"], name="message_one_a_day", condition=models.Q(mailed_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="message_due", condition=models.Q(status__in=["waiting", "sending"])
            ),
            models.Index(fields=["person", "-created_at"], name="message_person"),
            models.Index(fields=["within"], name="message_within", condition=models.Q(within__isnull=False)),
            models.Index(fields=["created_at"], name="message_by_time"),
            models.Index(fields=["-created_at"], name="message_failed", condition=models.Q(status="failed")),
            models.Index(fields=["person"], name="message_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id} ({self.status})"

    @property
    def about(self) -> int:
        """The number of the row it is about, the second part of its occasion; 0 where none stands there."""
        number = self.occasion.partition(":")[2].partition(":")[0]
        return int(number) if number.isdecimal() else 0

    def moment(self, name: str) -> datetime | None:
        """A time among its facts."""
        said = self.context.get(name)
        return datetime.fromisoformat(said) if said else None


class Reach(models.Model):
    """How somebody wants to be reached, and whether their mailbox takes letters. No row: as every kind has it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="reach")
    no_email = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # kinds of message
    by_sms = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    in_the_morning = models.BooleanField(default=False)  # what can wait comes in one letter a day
    refused_address = models.CharField(max_length=254, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(refused_address="", refused_at=None)
                | ~models.Q(refused_address="") & models.Q(refused_at__isnull=False),
                name="reach_refused_pair",
            )
        ]
        indexes = [models.Index(fields=["-refused_at"], name="reach_refused", condition=~models.Q(refused_address=""))]

    def __str__(self) -> str:
        return f"reach of {self.person_id}"

    def refuses(self, address: str) -> bool:
        return self.refused_address == address


class Delivery(models.Model):
    """A message on its way beside the letter: to a phone, or to a group of the staff. Sent at most once."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=40)  # "sms", or "robot:<its name>"
    key = models.CharField(max_length=200)  # of one occasion; reviewers have a letter each, their group has one
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="delivery_due", condition=models.Q(status__in=["waiting", "sending"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key} ({self.status})"


class JobRun(models.Model):
    """One run of a scheduled task: when it began and ended, how, and how much it did. Kept for thirty days."""

    class Outcome(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.RUNNING)
    done = models.PositiveIntegerField(null=True, blank=True)  # letters written, rows moved; empty: it doesn't say
    error = models.CharField(max_length=80, blank=True)  # the error's class and nothing else: words may name people

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="running", ended_at=None)
                | (~models.Q(outcome="running") & models.Q(ended_at__isnull=False)),
                name="job_run_ended_pair",
            )
        ]
        indexes = [
            models.Index(fields=["name", "-started_at"], name="job_run_last"),
            models.Index(fields=["started_at"], name="job_run_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M} ({self.outcome})"


class Swept(models.Model):
    """How much a rule of deletion took on one community day; what it was is not known any more."""

    rule = models.CharField(max_length=20)
    swept_on = models.DateField()
    rows = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "swept_on"], name="swept_once_a_day")]

    def __str__(self) -> str:
        return f"{self.rule} {self.swept_on}: {self.rows}"
