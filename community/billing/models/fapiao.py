"""Fapiao (R21): asked for by the payer, issued in the tax bureau's system, written down and handed over here."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import states
from community.billing.models.invoices import Invoice
from community.kernel.ids import public_id
from community.kernel.money import CNY, Money

BUYER = ("kind", "title", "tax_number", "address", "phone", "bank", "account", "email")
DIGITS = r"^[0-9]{20}$"


class Fapiao(models.Model):
    """One fapiao for one invoice, with what the buyer said. At most one an invoice is under way or valid."""

    class Kind(models.TextChoices):
        GENERAL = "general", _("General")
        SPECIAL = "special", _("Special, with input tax")

    class Status(models.TextChoices):
        REQUESTED = states.REQUESTED, _("Asked for")
        ISSUED = states.ISSUED, _("Issued")
        RETURNED = states.RETURNED, _("Sent back")
        WITHDRAWN = states.WITHDRAWN, _("Taken back")
        FLUSHED = states.FLUSHED, _("Red-flushed")
        VOID = states.VOID, _("Written down wrongly")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="fapiaos")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="fapiaos")
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GENERAL)
    title = models.CharField(max_length=100)
    tax_number = models.CharField(max_length=18, blank=True)  # none: a natural person
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    bank = models.CharField(max_length=100, blank=True)
    account = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    requested_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)  # why it was sent back, flushed or void

    number = models.CharField(max_length=20, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)  # as printed on it
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.FileField(upload_to="fapiao/", max_length=100, blank=True)
    content_type = models.CharField(max_length=20, blank=True)
    red_number = models.CharField(max_length=20, blank=True)
    flushed_at = models.DateTimeField(null=True, blank=True)
    flushed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status__in=states.FAPIAO_LIVE), name="fapiao_one_live_per_invoice"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(status__in=states.FAPIAO_REAL), name="fapiao_number_once"
            ),
            models.UniqueConstraint(fields=["red_number"], condition=~Q(red_number=""), name="fapiao_red_number_once"),
            models.CheckConstraint(
                condition=~Q(status__in=[*states.FAPIAO_REAL, states.VOID])
                | Q(number__regex=DIGITS, amount__gt=0, issued_on__isnull=False, issued_at__isnull=False,
                    issued_by__isnull=False),
                name="fapiao_issued_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.FLUSHED)
                | Q(red_number__regex=DIGITS, flushed_at__isnull=False, flushed_by__isnull=False),
                name="fapiao_flushed_is_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["requested_at"], name="fapiao_to_issue", condition=Q(status=states.REQUESTED)),
            models.Index(fields=["-issued_at"], name="fapiao_issued", condition=Q(status__in=states.FAPIAO_REAL)),
        ]
        triggers = [
            # What the tax bureau has is never edited here.
            pgtrigger.Protect(
                name="issued_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__issued_at__isnull=False)
                & (
                    pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__amount__df=pgtrigger.F("new__amount"))
                    | pgtrigger.Q(old__issued_on__df=pgtrigger.F("new__issued_on"))
                    | pgtrigger.Q(old__issued_at__df=pgtrigger.F("new__issued_at"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.number or self.status}"

    @property
    def money(self) -> Money | None:
        return Money(self.amount, CNY) if self.amount is not None else None

    @property
    def buyer(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in BUYER}
