"""Invoices, their numbers without gaps, and the tries to pay them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.billing import states
from community.billing.models.coupons import Coupon
from community.kernel.money import Money


class InvoiceNumber(models.Model):
    """The last number given out in a community year. Its row is locked until the invoice is committed: no gaps (R20)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:06d}"


class Invoice(models.Model):
    """What somebody owes for what, with the price of its day copied in (R13)."""

    class Purpose(models.TextChoices):
        ADMISSION = "admission", _("First membership year")
        RENEWAL = "renewal", _("Next membership year")
        UPGRADE = "upgrade", _("Higher tier for the rest of the year")
        SEAT = "seat", _("Seat at an event")

    class Status(models.TextChoices):
        OPEN = states.OPEN, _("To pay")
        PAID = states.PAID, _("Paid")
        REFUNDED = states.REFUNDED, _("Refunded")
        REVERSED = states.REVERSED, _("Payment taken back")
        VOID = states.VOID, _("Cancelled")

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invoices")
    purpose = models.CharField(max_length=20, choices=Purpose)
    application = models.ForeignKey(
        "members.Application", models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    # A renewal: the term it follows (R15), and the term it brought once it is paid.
    renews = models.ForeignKey("members.Term", models.PROTECT, null=True, blank=True, related_name="renewals")
    term = models.ForeignKey("members.Term", models.PROTECT, null=True, blank=True, related_name="invoices")
    # A seat that costs something (R28): whose, where. It has no tier; the two names below are then the event's topic.
    signup = models.ForeignKey("events.Signup", models.PROTECT, null=True, blank=True, related_name="invoices")
    tier = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+")
    # A way up (R17): from which tier; `term` is the one it moves, from the day of issue to its end.
    from_tier = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+")
    tier_name_zh = models.CharField(max_length=80)
    tier_name_en = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    # What a code took off the price of the day: amount + discount is that price.
    discount = models.BigIntegerField(default=0)
    coupon = models.ForeignKey(Coupon, models.PROTECT, null=True, blank=True, related_name="invoices")
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(status=states.OPEN, signup=None),
                name="invoice_one_open_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["signup"], condition=Q(status=states.OPEN), name="invoice_one_open_per_seat"
            ),
            models.CheckConstraint(
                condition=Q(purpose="seat", signup__isnull=False, tier=None, due_at__isnull=False)
                | Q(~Q(purpose="seat"), signup=None, tier__isnull=False),
                name="invoice_seat_or_tier",
            ),
            # Nothing to pay is right only where a code covers all of it.
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(amount=0, discount__gt=0), name="invoice_positive_or_covered"
            ),
            models.CheckConstraint(
                condition=Q(coupon=None, discount=0) | Q(coupon__isnull=False, discount__gt=0),
                name="invoice_discount_by_coupon",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="admission") | Q(application__isnull=False),
                name="invoice_admission_for_application",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(purpose="renewal", status__in=[states.OPEN, states.PAID]),
                name="invoice_one_live_per_renewal",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="renewal") | Q(renews__isnull=False, due_at__isnull=False),
                name="invoice_renewal_follows_term",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="upgrade")
                | (
                    Q(term__isnull=False, from_tier__isnull=False, due_at__isnull=False)
                    & ~Q(tier=models.F("from_tier"))
                ),
                name="invoice_upgrade_of_term",
            ),
            models.CheckConstraint(
                condition=Q(status__in=states.WAS_PAID, paid_at__isnull=False)
                | Q(status__in=[states.OPEN, states.VOID], paid_at__isnull=True),
                name="invoice_paid_has_date",
            ),
        ]
        indexes = [models.Index(fields=["person", "-issued_at"], name="invoice_person")]
        # R13: later price changes touch no issued invoice, whoever tries.
        triggers = [
            pgtrigger.ReadOnly(
                name="terms_stay",
                fields=["number", "person", "purpose", "tier", "amount", "discount", "coupon", "currency", "issued_at"],
            ),
            pgtrigger.ReadOnly(name="period_stays", fields=["renews", "from_tier", "signup"]),
            pgtrigger.Trigger(
                name="within_coupon",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=pgtrigger.Q(new__coupon__isnull=False),
                declare=[("most", "bigint"), ("each", "bigint"), ("used", "bigint"), ("own", "bigint")],
                func=f"""
                    SELECT uses, uses_each INTO most, each FROM billing_coupon WHERE id = NEW.coupon_id FOR UPDATE;
                    SELECT COUNT(*), COUNT(*) FILTER (WHERE person_id = NEW.person_id) INTO used, own
                        FROM billing_invoice WHERE coupon_id = NEW.coupon_id AND status IN {states.TAKES_A_USE};
                    IF used > most THEN
                        RAISE EXCEPTION 'code % is used up', NEW.coupon_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'coupon_uses';
                    END IF;
                    IF own > each THEN
                        RAISE EXCEPTION 'code % is used by person % already', NEW.coupon_id, NEW.person_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'coupon_uses_each';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def price(self) -> Money:
        """The price of the day it was issued, before any code."""
        return Money(self.amount + self.discount, self.currency)

    @property
    def off(self) -> Money:
        return Money(self.discount, self.currency)

    @property
    def tier_name(self) -> str:
        return self.tier_name_zh if (get_language() or "zh").startswith("zh") else self.tier_name_en

    @property
    def is_open(self) -> bool:
        return self.status == states.OPEN


class Attempt(models.Model):
    """One try to pay an invoice, on the provider's page or from a saved card. Key, end and language are stored before the first call,
    so a call whose answer was lost is repeated letter by letter and meets the same page."""

    class Status(models.TextChoices):
        OPEN = states.OPEN, _("Open")
        COMPLETE = states.COMPLETE, _("Complete")
        CLOSED = states.CLOSED, _("Closed")

    key = models.CharField(max_length=40, unique=True)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="attempts")
    # A saved card is charged instead of opening a page (R19); then there is no session and nobody to lead anywhere.
    charge = models.ForeignKey("billing.CardCharge", models.PROTECT, null=True, blank=True, related_name="attempts")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    language = models.CharField(max_length=10)
    email = models.EmailField()
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    session_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    url = models.TextField(blank=True)
    look_at = models.DateTimeField()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status=states.OPEN), name="attempt_one_open_per_invoice"
            ),
        ]
        indexes = [models.Index(fields=["look_at"], name="attempt_due", condition=Q(status=states.OPEN))]

    def __str__(self) -> str:
        return f"{self.invoice} {self.key} ({self.status})"

    @property
    def keeps_card(self) -> bool:
        """Whether the payer agreed to auto-renewal with this try."""
        return hasattr(self, "auto_renewal")
