"""A run of the fair allotment, kept so that anybody can work it out again (R22)."""

from django.db import models

from community.events.models.events import Event


class AllotmentRun(models.Model):
    """What the run looked at and when; the outcome is `rules.allotment.allot` of the inputs, never stored twice."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="allotment")
    ran_at = models.DateTimeField()
    inputs = models.JSONField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.event}: {self.digest[:8]}"
