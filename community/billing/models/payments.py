"""Money that came in, what it counts for, and money that goes back."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import rules, states
from community.billing.models.append_only import append_only
from community.billing.models.invoices import Invoice
from community.kernel.ids import public_id
from community.kernel.money import Money


class Channel(models.TextChoices):
    STRIPE = "stripe", _("Online payment")
    BANK = "bank", _("Bank transfer")


class Payment(models.Model):
    """Money that came in; always booked, whatever it fits (R19). `invoice` is what it was meant for."""

    class Status(models.TextChoices):
        APPLIED = states.APPLIED, _("Counted")
        SURPLUS = states.SURPLUS, _("Surplus")
        HELD = states.HELD, _("On hold")
        REFUNDED = states.REFUNDED, _("Refunded")
        REVERSED = states.REVERSED, _("Taken back")
        LOST = states.LOST, _("Lost in a dispute")

    class Case(models.TextChoices):
        MISMATCH = rules.MISMATCH, _("Owner or purpose differs from the invoice")
        AMOUNT_DIFFERS = rules.AMOUNT_DIFFERS, _("Amount differs from the invoice")
        CURRENCY_DIFFERS = rules.CURRENCY_DIFFERS, _("Currency differs from the invoice")
        INVOICE_VOID = rules.INVOICE_VOID, _("The invoice was cancelled before")
        TOO_LATE = rules.TOO_LATE, _("Came after the deadline")
        NOT_PAYABLE = rules.NOT_PAYABLE, _("The application is over")
        ALREADY_PAID = rules.ALREADY_PAID, _("The invoice was paid already")
        REFUND_FAILED = rules.REFUND_FAILED, _("A refund came back")
        PART = rules.PART, _("A part: the rest is still to come")
        UNNAMED = rules.UNNAMED, _("Nobody knows yet what it is for")
        SEAT_GONE = rules.SEAT_GONE, _("The seat was given up before the money came")
        AUTO_OFF = rules.AUTO_OFF, _("Taken from a saved card after auto-renewal was off")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    channel = models.CharField(max_length=10, choices=Channel)
    external_id = models.CharField(max_length=255)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="payments")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="payments")
    method = models.CharField(max_length=20, blank=True)  # the provider's word: card, alipay, wechat_pay
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status)
    case = models.CharField(max_length=20, choices=Case, blank=True)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="payment_once_per_channel"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=~Q(status__in=[states.HELD, states.SURPLUS]) | ~Q(case=""), name="payment_case_is_named"
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="payment_fits_nothing",
                condition=Q(status__in=[states.HELD, states.SURPLUS]),
            ),
            models.Index(fields=["person", "-received_at"], name="payment_person"),
        ]
        triggers = [pgtrigger.ReadOnly(name="amount_stays", fields=["channel", "external_id", "amount", "currency"])]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id} ({self.status})"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    def refundable(self) -> int:
        """What may still be refunded (R18), in minor units."""
        if self.status in (states.REVERSED, states.LOST):
            return 0
        return rules.refundable(self.amount, ((refund.status, refund.amount) for refund in self.refunds.all()))


class Allocation(models.Model):
    """How much of a payment counts for an invoice. An invoice is paid when its allocations reach its amount."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = models.BigIntegerField()
    allocated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="allocation_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}: {self.amount}"


class Refund(models.Model):
    """Money going back. A failed try stays on record; trying again is a new row with a new key."""

    class Status(models.TextChoices):
        REQUESTED = states.REQUESTED, _("Waiting to be sent")
        SENDING = states.SENDING, _("Being sent")
        PENDING = states.PENDING, _("Under way")
        SUCCEEDED = states.SUCCEEDED, _("Arrived")
        FAILED = states.FAILED, _("Failed")
        DROPPED = states.DROPPED, _("Dropped")

    class Origin(models.TextChoices):
        APPLICATION = "application", _("The application ended")
        SURPLUS = "surplus", _("Paid twice")
        SEAT = "seat", _("The seat was given up")
        TREASURER = "treasurer", _("Decided by the treasurer")
        PROVIDER = "provider", _("Made at the payment provider")
        AUTO_OFF = rules.AUTO_OFF, _("Auto-renewal was off")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.STRIPE)
    # Whose share of a payment for several invoices; None for the payment as a whole.
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="refunds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    origin = models.CharField(max_length=12, choices=Origin)
    reason = models.TextField(blank=True)
    key = models.CharField(max_length=40, unique=True)
    external_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive")]
        indexes = [
            models.Index(
                fields=["look_at"],
                name="refund_due",
                condition=Q(status__in=[states.REQUESTED, states.SENDING, states.PENDING]),
            ),
            models.Index(fields=["status", "-requested_at"], name="refund_status"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="amount_stays", fields=["payment", "amount", "currency", "key"]),
            pgtrigger.Trigger(
                name="within_payment",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=[("paid", "bigint"), ("back", "bigint")],
                func=f"""
                    SELECT amount INTO paid FROM billing_payment WHERE id = NEW.payment_id FOR UPDATE;
                    SELECT COALESCE(SUM(amount), 0) INTO back FROM billing_refund
                        WHERE payment_id = NEW.payment_id AND status NOT IN {states.REFUND_GONE};
                    IF back > paid THEN
                        RAISE EXCEPTION 'refunds of % exceed the payment of %', back, paid
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_payment';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.amount} ({self.status})"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
