"""What people ask for about their own data (R52): to take it along, to be forgotten; and what they agreed to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
from community.members.models.people import Person


class DataExport(models.Model):
    """One's own data as a file: asked for, made by a task, open to its owner alone, deleted by a task."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="data_exports")
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="exports/", max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(made_at=None), name="export_one_being_made"),
            models.CheckConstraint(
                condition=Q(made_at=None, ends_at=None) | Q(made_at__isnull=False, ends_at__gt=F("made_at")),
                name="export_made_pair",
            ),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(file=""), name="export_deleted_has_no_file"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="export_to_delete", condition=Q(deleted_at=None))]

    def __str__(self) -> str:
        return f"{self.public_id} of {self.person_id}"


class Erasure(models.Model):
    """Somebody asks to be erased. Until `due_at` they can undo it with one tap; then it is done, as soon as no money of
    theirs is on its way (`waits_at`: since when it waits for that)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    waits_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(undone_at=None, done_at=None), name="erasure_one_open"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="erasure_due_later"),
            models.CheckConstraint(condition=Q(undone_at=None) | Q(done_at=None), name="erasure_undone_or_done"),
        ]
        indexes = [models.Index(fields=["due_at"], name="erasure_due", condition=Q(undone_at=None, done_at=None))]

    def __str__(self) -> str:
        return f"{self.public_id} of {self.person_id}"


class Consent(models.Model):
    """What somebody agreed to, for which purpose, in which words and version; taken back or not. Words never change."""

    class Purpose(models.TextChoices):
        APPLICATION = "application", _("My details and papers are kept and checked")

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    version = models.CharField(max_length=20)
    words = models.TextField()
    language = models.CharField(max_length=10)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="consent_one_a_purpose"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="consent_withdrawn_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} of {self.person_id}"
