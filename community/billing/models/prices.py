"""What a tier costs, and since when."""

from django.db import models
from django.db.models import Q

from community.billing import rules
from community.kernel.money import CNY, Money


class Price(models.Model):
    """What a tier costs from a community day on (R12, R13). A new price is a new row.

    `joined_before_on`: a founding price, for those alone whose membership began before that day.
    """

    tier = models.ForeignKey("members.Tier", models.PROTECT, related_name="prices")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    valid_from_on = models.DateField()
    joined_before_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["tier", "-valid_from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "valid_from_on", "joined_before_on"], name="price_once_per_day", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.amount} {self.currency} ≥ {self.valid_from_on}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def offered(self) -> rules.Offered:
        return rules.Offered(self.valid_from_on, self.money, self.joined_before_on)
