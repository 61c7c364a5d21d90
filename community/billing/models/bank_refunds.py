"""Refunds that go back by bank transfer: to which account, due when, exported once, sent with which serial."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.billing.models.payments import Refund
from community.kernel.ids import public_id


class RefundBatch(models.Model):
    """What was exported together for the bank; the file can be made again, with the same rows."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name_plural = "refund batches"

    def __str__(self) -> str:
        return f"{self.public_id} {self.made_at:%Y-%m-%d}"


class BankRefund(models.Model):
    """The case of a refund that a person must transfer: the account is the payer's own word, nobody's guess."""

    refund = models.OneToOneField(Refund, models.PROTECT, related_name="case")
    holder = models.CharField(max_length=120, blank=True)
    bank = models.CharField(max_length=120, blank=True)
    account = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    batch = models.ForeignKey(RefundBatch, models.PROTECT, null=True, blank=True, related_name="cases")
    serial = models.CharField(max_length=64, blank=True)
    sent_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, account="", due_on__isnull=True)
                | (Q(told_at__isnull=False, told_by__isnull=False, due_on__isnull=False) & ~Q(holder="")),
                name="bank_refund_account_told",
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(told_at__isnull=False), name="bank_refund_no_export_without_account"
            ),
            models.UniqueConstraint(fields=["serial"], condition=~Q(serial=""), name="bank_refund_serial_once"),
        ]

    def __str__(self) -> str:
        return f"{self.refund} → {self.account or '?'}"
