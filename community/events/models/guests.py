"""Whom members bring along (R12)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from community.events.models.events import Event, Seat, Signup
from community.kernel.ids import public_id


class Guest(models.Model):
    """Somebody without an account beside a member's signup; the name and how to reach them go 30 days after the event.

    The chair stands here and, with its times, in the row of `SeatHold` marked `for_guest`.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="guests", db_index=False)
    signup = models.OneToOneField(Signup, models.PROTECT, related_name="guest")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="guests", db_index=False)
    name = models.CharField(max_length=80, blank=True)
    contact = models.CharField(max_length=254, blank=True)
    # When the member gave them to us, and said that the guest knows.
    added_at = models.DateTimeField()
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(seat__isnull=False), name="guest_one_per_seat"),
            models.CheckConstraint(
                condition=Q(checked_in_at=None, checked_in_by=None)
                | Q(checked_in_at__isnull=False, checked_in_by__isnull=False, seat__isnull=False),
                name="guest_checked_in_pair",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) & ~Q(name="") | Q(forgotten_at__isnull=False, name="", contact=""),
                name="guest_forgotten_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["event"], condition=Q(seat__isnull=False), name="guests_seated"),
            models.Index(fields=["added_at"], condition=Q(forgotten_at=None), name="guests_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.signup} + 1"

    @property
    def called(self) -> str:
        return self.name or _("a guest")
