"""What people accepted before they took a seat (R28)."""

from django.conf import settings
from django.db import models

from community.events.models.events import Event


class WaiverAcceptance(models.Model):
    """The wording somebody accepted at one event, and when; a new wording is accepted anew."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.CharField(max_length=12)
    text = models.TextField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person", "version"], name="waiver_once_per_wording")]

    def __str__(self) -> str:
        return f"{self.person}: {self.event} {self.version}"
