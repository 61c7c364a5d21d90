"""Bank transfers (R19): where to send money, how it is known again, its slips, and what the treasurers wrote down."""

import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.billing import states
from community.billing.models.append_only import stays
from community.billing.models.invoices import Invoice
from community.billing.models.payments import Payment
from community.kernel.ids import ALPHABET, public_id
from community.kernel.money import CNY, Money

CODE_LENGTH = 6


def transfer_code() -> str:
    """Six characters without look-alikes, in capitals: what people type into their bank's remark field."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)).upper()


class ReceivingEntity(models.Model):
    """Who receives transfers in a currency, and where. Never edited: another account is another row."""

    payee = models.CharField(max_length=120)
    bank = models.CharField(max_length=120)
    account = models.CharField(max_length=40)
    currency = models.CharField(max_length=3, default=CNY)
    is_current = models.BooleanField(default=True)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-named_at", "-pk"]
        verbose_name_plural = "receiving entities"
        constraints = [
            models.UniqueConstraint(
                fields=["currency"], condition=Q(is_current=True), name="entity_one_current_per_currency"
            )
        ]
        triggers = [pgtrigger.ReadOnly(name="account_stays", fields=["payee", "bank", "account", "currency"])]

    def __str__(self) -> str:
        return f"{self.payee} {self.account}"


class TransferCode(models.Model):
    """The reference of an invoice: whoever writes it into the bank's remark is found by it."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="transfer_code")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=transfer_code)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} → {self.invoice_id}"


class BankSlip(models.Model):
    """What a payer shows for a transfer: private, encrypted, opened only through its gate. It proves nothing yet."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="slips")
    file = models.FileField(upload_to="slips/", max_length=100)
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name


class BankTransfer(models.Model):
    """Money on the club's bank statement: one records it, another confirms it, then it is a payment.

    A wrong one is withdrawn before it is confirmed and reversed afterwards; it is never edited.
    """

    class Status(models.TextChoices):
        RECORDED = states.RECORDED, _("Waits for a second person")
        CONFIRMED = states.CONFIRMED, _("Confirmed")
        WITHDRAWN = states.WITHDRAWN, _("Withdrawn")
        REVERSED = states.REVERSED, _("Reversed")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    serial = models.CharField(max_length=64)
    value_on = models.DateField()
    payer = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    note = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECORDED)
    invoices = models.ManyToManyField(Invoice, related_name="transfers", blank=True)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, blank=True, related_name="transfer")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["serial"], condition=Q(status__in=states.TRANSFER_COUNTS), name="transfer_serial_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_positive"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")), name="transfer_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="transfer_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.CONFIRMED) | Q(confirmed_at__isnull=False, payment__isnull=False),
                name="transfer_confirmed_is_money",
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="transfer_to_confirm", condition=Q(status=states.RECORDED))
        ]
        triggers = [
            stays("facts_stay", ["serial", "value_on", "payer", "amount", "currency", "recorded_by_id"], payer="payer")
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.amount} ({self.status})"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class Statement(models.Model):
    """A bank's file that somebody handed in: first looked through (`found`), then taken, once. One of the wrong account is
    taken back as a whole: its rows are gone, and it stays here."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3, default=CNY)
    found = models.JSONField(default=list, blank=True)
    faults = models.JSONField(default=list, blank=True)
    outward = models.PositiveIntegerField(default=0)
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-handed_in_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_at__isnull=False, taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="statement_taken_back_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["-taken_at", "-id"], name="statement_taken", condition=Q(taken_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name


class StatementRow(models.Model):
    """Money the bank says came in: a payout of the provider, or somebody makes a transfer of it, or sets it aside with a
    reason."""

    class Status(models.TextChoices):
        NEW = states.NEW, _("To match")
        RECORDED = states.RECORDED, _("Written down")
        ASIDE = states.ASIDE, _("Set aside")
        ARRIVED = states.ARRIVED, _("A payout of the provider")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="rows")
    serial = models.CharField(max_length=64, unique=True)
    value_on = models.DateField()
    payer = models.CharField(max_length=120, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    memo = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    transfer = models.OneToOneField(BankTransfer, models.PROTECT, null=True, blank=True, related_name="row")

    class Meta:
        ordering = ["value_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="statement_row_positive")]
        indexes = [models.Index(fields=["value_on"], name="statement_row_new", condition=Q(status=states.NEW))]
        triggers = [stays("bank_said", ["serial", "value_on", "payer", "amount", "currency"], payer="payer")]

    def __str__(self) -> str:
        return f"{self.serial} {self.amount} ({self.status})"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
