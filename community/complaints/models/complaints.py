"""What somebody tells the office in private, and what was said about it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.complaints import rules, states
from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL


class Complaint(models.Model):
    """A private ticket: read by who filed it and by those of the office it does not concern.

    `named`: whom it is about as it was typed; `person`: the account, when exactly one was meant.
    """

    class About(models.TextChoices):
        PERSON = rules.PERSON, _("A person")
        EVENT = rules.EVENT, _("An event")
        MONEY = rules.MONEY, _("Money and fees")
        CLUB = rules.CLUB, _("The club")

    class Status(models.TextChoices):
        OPEN = states.OPEN, _("Being looked at")
        CLOSED = states.CLOSED, _("Closed")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    filer = models.ForeignKey(PERSON, models.PROTECT, related_name="complaints")
    about = models.CharField(max_length=6, choices=About)
    named = models.CharField(max_length=100, blank=True)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    # Which one it is about, if the filer said so: one they were at.
    event = models.ForeignKey("events.Event", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()
    contact = models.CharField(max_length=rules.CONTACT_MOST, blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    filed_at = models.DateTimeField()
    taken_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    satisfied = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-filed_at", "-pk"]
        indexes = [
            models.Index(fields=["filed_at"], name="complaint_open", condition=Q(status=states.OPEN)),
            models.Index(fields=["closed_at"], name="complaint_closed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(person=None) | ~Q(person=F("filer")), name="complaint_not_oneself"),
            models.CheckConstraint(
                condition=Q(status=states.OPEN, closed_at=None, closed_by=None)
                | Q(status=states.CLOSED, closed_at__isnull=False, closed_by__isnull=False),
                name="complaint_closed_pair",
            ),
            models.CheckConstraint(
                condition=Q(satisfied=None) | Q(satisfied__in=rules.SATISFIED, closed_at__isnull=False),
                name="complaint_satisfied_range",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return reverse("complaint", args=[self.public_id])

    @property
    def due_at(self) -> datetime:
        return rules.due_at(self.filed_at, self.answered_at)

    def is_overdue(self, at: datetime) -> bool:
        return rules.is_overdue(self.filed_at, self.answered_at, self.closed_at, at)


class Said(models.Model):
    """One sentence more on a ticket, by who filed it or by the office."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="said")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.said_at:%Y-%m-%d}"
