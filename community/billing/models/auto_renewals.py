"""Auto-renewal by card (R19): what somebody agreed to, the card that is kept for it, and the charges they were told of."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.billing import rules, states
from community.billing.models.invoices import Attempt, Invoice
from community.kernel.days import day_of
from community.kernel.ids import public_id


class AutoRenewal(models.Model):
    """A consent, given with the payment of a year: its words, version and instant never change. The card itself is at
    the provider; here are its name, its last digits and its end."""

    class Status(models.TextChoices):
        ASKED = states.ASKED, _("Asked for")
        ON = states.ON, _("On")
        OFF = states.OFF, _("Off")

    class Why(models.TextChoices):
        CANCELLED = rules.CANCELLED, _("Switched off by the member")
        REPLACED = rules.REPLACED, _("Another card took its place")
        NOT_KEPT = rules.NOT_KEPT, _("The payment did not come, or did not count")
        GONE = rules.GONE, _("The membership is over")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="auto_renewals")
    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="auto_renewal")
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    consent = models.TextField()
    consent_version = models.CharField(max_length=10)
    language = models.CharField(max_length=10)
    consented_at = models.DateTimeField()
    customer_id = models.CharField(max_length=255, blank=True)
    method_id = models.CharField(max_length=255, blank=True)
    brand = models.CharField(max_length=20, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    exp_month = models.PositiveSmallIntegerField(null=True, blank=True)
    exp_year = models.PositiveSmallIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=20, choices=Why, blank=True)
    detached_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField()

    class Meta:
        ordering = ["-consented_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status=states.ON), name="auto_renewal_one_on_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(status=states.ON)
                | (~Q(method_id="") & ~Q(customer_id="") & Q(exp_year__isnull=False, exp_month__isnull=False)),
                name="auto_renewal_on_has_card",
            ),
            models.CheckConstraint(
                condition=(Q(status=states.OFF) & Q(stopped_at__isnull=False) & ~Q(why=""))
                | (~Q(status=states.OFF) & Q(stopped_at=None, why="")),
                name="auto_renewal_off_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"],
                name="auto_renewal_to_detach",
                condition=Q(status=states.OFF, detached_at=None) & ~Q(method_id=""),
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="consent_stays",
                fields=["person", "attempt", "consent", "consent_version", "language", "consented_at"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.status})"

    @property
    def card(self) -> str:
        """What its owner knows it by."""
        return f"{self.brand.title()} ···· {self.last4}"

    @property
    def good_until(self) -> str:
        return f"{self.exp_month:02d}/{self.exp_year}" if self.exp_month else ""


class CardCharge(models.Model):
    """That a renewal will be taken from a saved card, and on which day: made with the letter that says so."""

    class Status(models.TextChoices):
        PLANNED = states.PLANNED, _("Announced")
        ENDED = states.ENDED, _("Over")

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="charge")
    auto_renewal = models.ForeignKey(AutoRenewal, models.PROTECT, related_name="charges")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    charge_on = models.DateField()
    announced_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=60, blank=True)  # "" while planned; the provider's word, or ours
    ended_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField()

    class Meta:
        ordering = ["charge_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=states.PLANNED, ended_at=None)
                | (Q(status=states.ENDED, ended_at__isnull=False) & ~Q(outcome="")),
                name="charge_ended_says_how",
            ),
            models.CheckConstraint(condition=Q(tries__lte=rules.CHARGE_TRIES), name="charge_tries"),
        ]
        indexes = [models.Index(fields=["look_at"], name="charge_due", condition=Q(status=states.PLANNED))]
        triggers = [pgtrigger.ReadOnly(name="announced", fields=["invoice", "auto_renewal", "announced_at"])]

    def __str__(self) -> str:
        return f"{self.invoice} {self.charge_on} ({self.status})"

    @property
    def person_id(self) -> int:
        return self.auto_renewal.person_id

    @property
    def due_on(self) -> date:
        """The day of the next try: the one the letter named, or that of the second try after a decline."""
        return max(self.charge_on, day_of(self.look_at)) if self.tries else self.charge_on
