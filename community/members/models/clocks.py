from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.members import rules, states
from community.members.models.applications import Application
from community.members.models.people import Person


class ClockExtension(models.Model):
    """One extension of a clock (R6), with the reason the applicant reads."""

    class Why(models.TextChoices):
        CANCELLED = "cancelled", _("The club cancelled or moved an event")
        NO_SEAT = "no_seat", _("No seat could be had")
        REVIEWER = "reviewer", _("Two reviewers agreed")

    application = models.ForeignKey(Application, models.PROTECT, related_name="extensions")
    why = models.CharField(max_length=10, choices=Why, default=Why.CANCELLED)
    days = models.PositiveSmallIntegerField(default=rules.EXTENSION_DAYS)
    reason = models.TextField(blank=True)
    extended_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["extended_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(why="reviewer"), name="extension_by_reviewers_once"
            ),
            models.UniqueConstraint(fields=["application", "ends_at"], name="extension_once_per_end"),
        ]

    def __str__(self) -> str:
        return f"+{self.days} → {self.ends_at}"


class ExtensionRequest(models.Model):
    """A reviewer asks for one more week, another reviewer consents or refuses (R6)."""

    class Status(models.TextChoices):
        ASKED = states.ASKED, _("Waiting for a second reviewer")
        CONSENTED = states.CONSENTED, _("Consented")
        REFUSED = states.REFUSED, _("Refused")

    application = models.ForeignKey(Application, models.PROTECT, related_name="extension_requests")
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(status=states.ASKED), name="extension_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")), name="extension_request_two_people"
            ),
            models.CheckConstraint(
                condition=Q(status=states.ASKED, answered_at=None, answered_by=None)
                | Q(~Q(status=states.ASKED), answered_at__isnull=False, answered_by__isnull=False),
                name="extension_request_answer_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} ({self.status})"
