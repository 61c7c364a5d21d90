import pgtrigger
from django.conf import settings
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
    """The outbox (R51): one row per occasion and person, delivered after commit by one task.

    A reminder (`transactional` false) is sent at most once; a decision, receipt or offer at least once,
    always with the same Message-ID.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=60)
    occasion = models.CharField(max_length=200)
    transactional = models.BooleanField()
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occasion"], name="message_once_per_occasion")]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="message_due", condition=models.Q(status__in=["waiting", "sending"])
            ),
            models.Index(fields=["person", "-created_at"], name="message_person"),
            models.Index(fields=["created_at"], name="message_by_time"),
            models.Index(fields=["-created_at"], name="message_failed", condition=models.Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id} ({self.status})"


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
