"""The daily comparison with the payment provider's own record (R20): what it moved, and what differs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import rules
from community.billing.models.ledger import Journal
from community.kernel.ids import public_id
from community.kernel.money import Money


class ReconciliationRun(models.Model):
    """One comparison of a window of time; the next begins some days before this one's end."""

    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    movements = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-until_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.since_at:%Y-%m-%d} – {self.until_at:%Y-%m-%d}"


class ProviderEntry(models.Model):
    """One movement of the balance at the provider, in its settlement currency; settled when it is in our books."""

    external_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=255, blank=True)
    intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField()
    net = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    moved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    journal = models.OneToOneField(Journal, models.PROTECT, null=True, blank=True, related_name="entry")

    class Meta:
        ordering = ["-moved_at", "-pk"]
        verbose_name_plural = "provider entries"
        indexes = [
            models.Index(fields=["source_id"], name="provider_entry_source"),
            models.Index(fields=["moved_at"], name="provider_entry_payout", condition=Q(type=rules.PAYOUT)),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.net} {self.currency}"

    @property
    def sent(self) -> Money:
        """What a payout sent to the bank."""
        return Money(-self.amount, self.currency)


class ReconciliationItem(models.Model):
    """A difference, until it is gone by itself or a treasurer has explained it."""

    class Kind(models.TextChoices):
        FOREIGN = rules.FOREIGN, _("Money moved that we know nothing of")
        DIFFERS = rules.DIFFERS, _("The provider moved another amount than we booked")
        MISSING = rules.MISSING, _("We booked money that the provider does not show")
        LATE = rules.LATE, _("A payout has not arrived")
        CAME_BACK = rules.CAME_BACK, _("A payout that arrived went back to the provider")
        STRAY = rules.STRAY, _("Money from the provider that is no payout we know")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=255)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="reconciliation_item_once"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | (Q(closed_at__isnull=False) & ~Q(reason="")),
                name="reconciliation_explained_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
