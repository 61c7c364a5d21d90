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
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id} ({self.status})"
