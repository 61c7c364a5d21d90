"""Payouts of the provider as the bank's statement shows them (R20)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.billing.models.reconciliation import ProviderEntry
from community.billing.models.transfers import StatementRow
from community.kernel.ids import public_id
from community.kernel.money import Money


class Arrival(models.Model):
    """A payout arrived as exactly this row: found by itself, or somebody said so. A wrong one is taken back, never edited."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    payout = models.ForeignKey(ProviderEntry, models.PROTECT, related_name="arrivals")
    row = models.ForeignKey(StatementRow, models.PROTECT, related_name="arrivals")
    reason = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["payout"], condition=Q(undone_at=None), name="arrival_one_of_a_payout"),
            models.UniqueConstraint(fields=["row"], condition=Q(undone_at=None), name="arrival_one_of_a_row"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="arrival_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} → {self.row_id}"

    @property
    def short(self) -> Money:
        """What was lost on the way: the banks' own fees."""
        return self.payout.sent - self.row.money
