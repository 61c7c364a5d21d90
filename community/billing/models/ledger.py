"""The books: double entry, append-only, balanced by a trigger at commit (R20)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing.models.append_only import append_only
from community.billing.models.invoices import Invoice
from community.billing.models.payments import Payment, Refund


class Journal(models.Model):
    """One booking for one outside fact (R20). Never edited: a wrong one is reversed by another."""

    fact = models.CharField(max_length=200, unique=True)
    booked_at = models.DateTimeField()
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="journals")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="journals")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, blank=True, related_name="journals")

    class Meta:
        ordering = ["booked_at", "pk"]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="has_lines",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func="""
                    IF (SELECT COUNT(*) FROM billing_line WHERE journal_id = NEW.id) < 2 THEN
                        RAISE EXCEPTION 'journal % has fewer than two lines', NEW.fact
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_two_lines';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.fact


class Line(models.Model):
    """A debit (positive) or credit (negative), in minor units of its currency."""

    class Account(models.TextChoices):
        RECEIVABLE = "accounts_receivable", _("Accounts receivable")
        DEFERRED_INCOME = "deferred_income", _("Deferred income")
        INCOME = "income", _("Income")
        STRIPE = "stripe", _("Stripe balance")
        TRANSIT = "transit", _("Payouts on their way")
        BANK = "bank", _("Bank")
        FEES = "fees", _("Fees paid")
        REFUNDS = "refunds", _("Refunds")
        DISPUTES = "disputes", _("Disputes")
        FX = "fx", _("Currency differences")
        SUSPENSE = "suspense", _("Suspense")
        OPENING = "opening_balances", _("Opening balances")

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="lines")
    account = models.CharField(max_length=20, choices=Account)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="line_not_zero")]
        indexes = [models.Index(fields=["account", "currency"], name="line_account")]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="balanced",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (SELECT 1 FROM billing_line WHERE journal_id = NEW.journal_id
                               GROUP BY currency HAVING SUM(amount) <> 0) THEN
                        RAISE EXCEPTION 'journal % is not balanced', NEW.journal_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balanced';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
