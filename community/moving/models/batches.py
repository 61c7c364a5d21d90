"""An import: the file, what a look through it says row by row, and what carrying it out made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
from community.moving import states

PERSON = settings.AUTH_USER_MODEL


class Batch(models.Model):
    """One file. `counts`: subject → result → rows. `columns`: label → the columns its made rows were marked by."""

    class Status(models.TextChoices):
        RECEIVED = states.RECEIVED, _("Being read")
        REFUSED = states.REFUSED, _("Not readable")
        READ = states.READ, _("Looked through")
        ORDERED = states.ORDERED, _("Being carried out")
        DONE = states.DONE, _("Carried out")
        LEAVING = states.LEAVING, _("Being undone")
        UNDONE = states.UNDONE, _("Undone")
        DROPPED = states.DROPPED, _("Put away")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=100)
    file = models.FileField(upload_to="moving/", max_length=100, blank=True)
    size = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    refused = models.CharField(max_length=30, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # what stands in the sentence of a refusal
    counts = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    stays = models.JSONField(default=list, blank=True)  # why it could not be undone: [label, key, code, by what]
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    ordered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    carried_at = models.DateTimeField(null=True, blank=True)
    leaving_at = models.DateTimeField(null=True, blank=True)
    leaving_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)  # the words of its rows and the way back are gone

    class Meta:
        ordering = ["-handed_in_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ordered_at=None, ordered_by=None) | Q(ordered_at__isnull=False, ordered_by__isnull=False),
                name="batch_ordered_pair",
            ),
            models.CheckConstraint(
                condition=Q(leaving_at=None, leaving_by=None) | Q(leaving_at__isnull=False, leaving_by__isnull=False),
                name="batch_leaving_pair",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.DONE, states.LEAVING, states.UNDONE]) | Q(carried_at__isnull=False),
                name="batch_done_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["-handed_in_at"], name="batch_by_time"),
            models.Index(fields=["status"], name="batch_at_work", condition=Q(status__in=states.AT_WORK)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def at_work(self) -> bool:
        return self.status in states.AT_WORK

    @property
    def reason(self) -> str:
        """What every audit entry of its rows says."""
        return f"import {self.public_id}"

    @property
    def all_rows(self) -> int:
        return sum(sum(kinds.values()) for kinds in self.counts.values())

    @property
    def wrong_rows(self) -> int:
        return self.total("error")

    def total(self, result: str) -> int:
        return sum(kinds.get(result, 0) for kinds in self.counts.values())


class Row(models.Model):
    """What the look says of one row. `faults`: [column, code, found, more]; `changes`: [column, from, to]."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_index=False)
    subject = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    result = models.CharField(max_length=10)
    title = models.CharField(max_length=60, blank=True)
    who = models.CharField(max_length=254, blank=True)
    faults = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["batch", "result", "id"], name="row_of_batch"),
            models.Index(fields=["who"], name="row_about", condition=~Q(who="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}: {self.result}"


class Made(models.Model):
    """A row the import made, with a mark of what was in it: whoever changed it since is told when it is undone."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="made", db_index=False)
    label = models.CharField(max_length=60)
    key = models.BigIntegerField()
    mark = models.CharField(max_length=32)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "label"], name="made_of_batch")]

    def __str__(self) -> str:
        return f"{self.label} {self.key}"


class Overwritten(models.Model):
    """A row the import wrote into: what stood there, and what was written."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="overwritten")
    label = models.CharField(max_length=60)
    key = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label} {self.key}"
