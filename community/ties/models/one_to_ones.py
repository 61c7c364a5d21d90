"""Two members who met by themselves: one says so, the other confirms (R35)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
from community.ties import rules, states

PERSON = settings.AUTH_USER_MODEL


class OneToOne(models.Model):
    """Only a confirmed one counts. A no is known to whoever said it alone."""

    class Status(models.TextChoices):
        WAITING = states.WAITING, _("Waits for the other’s word")
        CONFIRMED = states.CONFIRMED, _("Confirmed")
        DECLINED = states.DECLINED, _("Not so")
        TAKEN_BACK = states.TAKEN_BACK, _("Taken back")
        EXPIRED = states.EXPIRED, _("Not confirmed")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    asker = models.ForeignKey(PERSON, models.PROTECT, related_name="one_to_ones_logged")
    asked = models.ForeignKey(PERSON, models.PROTECT, related_name="one_to_ones_received")
    met_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status)
    logged_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "one-to-one"
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="one_to_one_of_two"),
            models.UniqueConstraint(
                Least("asker", "asked"), Greatest("asker", "asked"), condition=Q(status=states.WAITING),
                name="one_to_one_waits_once",
            ),
            models.UniqueConstraint(
                Least("asker", "asked"), Greatest("asker", "asked"), "met_on", condition=Q(status=states.CONFIRMED),
                name="one_to_one_once_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.CONFIRMED, states.DECLINED]) | Q(answered_at__isnull=False),
                name="one_to_one_answered",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["expires_at"], name="one_to_one_expiry", condition=Q(status=states.WAITING)),
            models.Index(fields=["met_on"], name="one_to_one_days", condition=Q(status=states.CONFIRMED)),
        ]

    def __str__(self) -> str:
        return f"{self.asker} · {self.asked}"

    def looks_open(self, at: datetime) -> bool:
        """What its asker sees: it waits, whatever the other said, until it is over."""
        return self.status in states.LOOKS_OPEN and at < self.expires_at

    @property
    def undo_until(self) -> datetime | None:
        return rules.undo_until(self.answered_at) if self.answered_at else None

    def can_be_undone(self, at: datetime) -> bool:
        return self.status == states.CONFIRMED and self.undo_until is not None and at < self.undo_until
