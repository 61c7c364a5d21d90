"""What a club owes its members in service from before it moved in (R20): fees paid elsewhere, for days still to come."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.kernel.ids import public_id
from community.kernel.money import CNY, Money


class OpeningBalance(models.Model):
    """The part of a fee that was not used up on a day: it becomes income month by month until its term ends."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="opening_balances")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    starts_on = models.DateField()  # half-open: the days it pays for
    ends_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["person", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["person", "starts_on"], name="opening_once_per_day"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on"), amount__gt=0), name="opening_sound"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_on} {self.amount}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def fact(self) -> str:
        return f"opening:{self.public_id}"
