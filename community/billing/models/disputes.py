"""Disputes: the payer's bank takes card money back until one side has won."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import states
from community.billing.models.payments import Payment
from community.kernel.ids import public_id
from community.kernel.money import Money


class Dispute(models.Model):
    """One dispute of a payment. The money is away while it is open, except in a mere inquiry."""

    class Status(models.TextChoices):
        OPEN = states.OPEN, _("To be answered")
        WON = states.WON, _("Won")
        LOST = states.LOST, _("Lost")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    external_id = models.CharField(max_length=255, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    reason = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_positive"),
            models.CheckConstraint(
                condition=Q(status=states.OPEN, closed_at__isnull=True)
                | (~Q(status=states.OPEN) & Q(closed_at__isnull=False)),
                name="dispute_closed_has_date",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="dispute_open", condition=Q(status=states.OPEN))]

    def __str__(self) -> str:
        return f"{self.external_id} ({self.status})"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
