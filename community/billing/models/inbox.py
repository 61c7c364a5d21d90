"""What the payment provider told us."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import states


class WebhookEvent(models.Model):
    """The inbox: what the provider told us, stored first and worked on after. Ids only; facts are fetched."""

    class Status(models.TextChoices):
        RECEIVED = states.RECEIVED, _("Received")
        PROCESSED = states.PROCESSED, _("Processed")
        FAILED = states.FAILED, _("Failed")

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["look_at"], name="webhook_due", condition=Q(status__in=[states.RECEIVED, states.FAILED])
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id} ({self.status})"
