"""What a tier costs, and since when."""

from django.db import models
from django.db.models import Q

from community.kernel.money import CNY, Money


class Price(models.Model):
    """What a tier costs from a community day on (R12, R13). A new price is a new row."""

    tier = models.ForeignKey("members.Tier", models.PROTECT, related_name="prices")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    valid_from_on = models.DateField()

    class Meta:
        ordering = ["tier", "-valid_from_on"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "valid_from_on"], name="price_once_per_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.amount} {self.currency} ≥ {self.valid_from_on}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
