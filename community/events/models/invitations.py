"""Whom the office asked to an event by name (R36)."""

from django.conf import settings
from django.db import models

from community.events.models.events import Event

PERSON = settings.AUTH_USER_MODEL


class Invitation(models.Model):
    """A personal word to one member about one event, once. It keeps no seat and moves nobody in a line (R22)."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+", db_index=False)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="invitation_once_per_event")]
        indexes = [
            models.Index(fields=["person", "invited_at"], name="invitation_of_person"),
            models.Index(fields=["invited_at"], name="invitation_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.person}"
