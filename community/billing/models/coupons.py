"""Codes that take something off a fee, with their limits (R12)."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import rules
from community.kernel.money import CNY, Money


class Coupon(models.Model):
    """What a code takes off: so many fen, or so many per cent. How often it was used is counted from the invoices.

    What was promised stays: none of this is edited, a code is ended and another one made.
    """

    class Purpose(models.TextChoices):
        ANY = "", _("First and further years")
        ADMISSION = "admission", _("First membership year")
        RENEWAL = "renewal", _("Next membership year")

    code = models.CharField(max_length=20, unique=True)
    note = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    currency = models.CharField(max_length=3, default=CNY)
    purpose = models.CharField(max_length=20, choices=Purpose, blank=True)
    tiers = models.ManyToManyField("members.Tier", blank=True, related_name="+")  # none: every tier
    uses = models.PositiveIntegerField(null=True, blank=True)  # in all; None: without limit
    uses_each = models.PositiveSmallIntegerField(default=1)
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    joined_before_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, percent=None) | Q(amount=None, percent__gte=1, percent__lte=100),
                name="coupon_amount_or_percent",
            ),
            models.CheckConstraint(condition=Q(uses=None) | Q(uses__gt=0), name="coupon_uses_positive"),
            models.CheckConstraint(condition=Q(uses_each__gt=0), name="coupon_uses_each_positive"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=models.F("first_on")), name="coupon_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="coupon_ended_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="promise_stays",
                fields=["code", "amount", "percent", "currency", "purpose", "uses", "uses_each", "first_on", "last_on",
                        "joined_before_on"],
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def money(self) -> Money | None:
        return Money(self.amount, self.currency) if self.amount is not None else None

    @property
    def limits(self) -> rules.Limits:
        """The rule's plain view; the tiers are those already read."""
        return rules.Limits(
            first_on=self.first_on, last_on=self.last_on, ended=self.ended_at is not None, purpose=self.purpose,
            tiers=frozenset(tier.pk for tier in self.tiers.all()), currency=self.currency if self.amount else "",
            joined_before_on=self.joined_before_on, uses=self.uses, uses_each=self.uses_each,
        )  # fmt: skip

    def state(self, on: date) -> str:
        return rules.coupon_state(self.limits, on)

    def off(self, price: Money) -> Money:
        return Money(rules.discount(price.amount, amount=self.amount, percent=self.percent), price.currency)
