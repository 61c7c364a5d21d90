"""Chairs that the office keeps back for a while (product.md §5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.events.models.events import Event
from community.kernel.ids import public_id


class StaffHold(models.Model):
    """Some chairs kept back in one act, with a reason and an end; its id is given out with the form, so that two
    presses are one. Which chairs, and until when in truth, say the rows of `SeatHold` that name it."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id)
    event = models.ForeignKey(Event, models.PROTECT, related_name="staff_holds", db_index=False)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Empty when it ended by its time.
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["ends_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(made_at__lt=F("ends_at")), name="staff_hold_has_end"),
            models.CheckConstraint(condition=~Q(reason=""), name="staff_hold_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("made_at")), name="staff_hold_ended"
            ),
        ]
        indexes = [models.Index(fields=["event"], condition=Q(ended_at=None), name="staff_holds_running")]

    def __str__(self) -> str:
        return f"{self.event}: {self.reason[:40]}"
