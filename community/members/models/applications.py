"""One person's way in, and what lengthened its clock."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from community.kernel.ids import public_id
from community.members import rules, states
from community.members.models.lists import City, Industry, Tier
from community.members.models.people import Person


class Application(models.Model):
    """One person's way in. `draft` keeps what was typed, right or wrong; the columns hold what was submitted."""

    class Role(models.TextChoices):
        LEGAL_REPRESENTATIVE = rules.LEGAL_REPRESENTATIVE, _("Legal representative")
        SHAREHOLDER = rules.SHAREHOLDER, _("Shareholder")
        OPERATOR = rules.OPERATOR, _("Operator of a sole trader")
        PARTNER = rules.PARTNER, _("Partner of a partnership")
        TRAINEE = rules.TRAINEE, _("Trainee: about to found a company")

    class Stage(models.TextChoices):
        PREPARING = "preparing", _("Preparing")
        FIRST_YEAR = "first_year", _("First year")
        FINDING_MARKET = "finding_market", _("Finding the market")
        GROWING = "growing", _("Growing")
        ESTABLISHED = "established", _("Established")

    class Status(models.TextChoices):
        DRAFT = states.DRAFT, _("Draft")
        SUBMITTED = states.SUBMITTED, _("Waiting for review")
        MORE_NEEDED = states.MORE_NEEDED, _("More needed")
        APPROVED = states.APPROVED, _("Papers approved")
        ADMITTED = states.ADMITTED, _("Member")
        REJECTED = states.REJECTED, _("Not admitted")
        LAPSED = states.LAPSED, _("Lapsed")
        WITHDRAWN = states.WITHDRAWN, _("Withdrawn")
        CLOSED = states.CLOSED, _("Closed")

    class Reason(models.TextChoices):
        NOT_ON_REGISTER = "not_on_register", _("The company is not on the public register")
        ROLE_NOT_SHOWN = "role_not_shown", _("The papers don't show your role")
        NOT_ACTIVE = "not_active", _("The company is no longer active")
        OUTSIDE_PURPOSE = "outside_purpose", _("Outside the club's purpose")
        CONFLICT = "conflict", _("Conflict of interest")
        CONDUCT = "conduct", _("Conduct")

    class LapseReason(models.TextChoices):
        NOT_ATTENDED = "not_attended", _("No event attended in time")
        UNPAID = "unpaid", _("Fee not paid in time")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    draft = models.JSONField(default=dict, blank=True)

    company = models.ForeignKey("members.Company", models.PROTECT, null=True, blank=True, related_name="applications")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    full_name = models.CharField(max_length=60, blank=True)
    phone = PhoneNumberField(blank=True)
    wechat = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=60, blank=True)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, related_name="+")
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    sponsor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="sponsored")
    about = models.TextField(blank=True)
    needs = models.TextField(blank=True)
    offers = models.TextField(blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)

    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    # Complete, but applications were closed or the month was full: the place in the waiting room (see services/intake).
    ready_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    asked = models.TextField(blank=True)
    asked_fields = models.JSONField(default=list, blank=True)  # what may be changed while more is needed
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    clock_ends_at = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    admitted_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejected_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason_code = models.CharField(max_length=20, choices=Reason, blank=True)
    reason = models.TextField(blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    lapse_reason = models.CharField(max_length=20, choices=LapseReason, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    attendance_undone_at = models.DateTimeField(null=True, blank=True)
    sponsor_declined_at = models.DateTimeField(null=True, blank=True)
    converted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status__in=states.LIVE), name="application_one_live_per_person"
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True, claimed_by__isnull=True)
                | Q(claimed_at__isnull=False, claimed_by__isnull=False),
                name="application_claim_pair",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True, clock_ends_at__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False, clock_ends_at__isnull=False),
                name="application_approval_pair",
            ),
            models.CheckConstraint(
                condition=Q(rejected_at__isnull=True, rejected_by__isnull=True)
                | Q(rejected_at__isnull=False, rejected_by__isnull=False),
                name="application_rejection_pair",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.ADMITTED)
                | Q(
                    approved_at__isnull=False,
                    attended_at__isnull=False,
                    paid_at__isnull=False,
                    admitted_at__isnull=False,
                )
                | Q(attendance_undone_at__isnull=False),
                name="application_admitted_has_all_three",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.APPROVED) | Q(approved_at__isnull=False),
                name="application_approved_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="application_queue"),
            models.Index(fields=["ready_at"], name="application_waiting_room", condition=Q(ready_at__isnull=False)),
            models.Index(fields=["first_submitted_at"], name="application_first_submitted"),
            models.Index(fields=["started_at"], name="application_started"),
            models.Index(fields=["clock_ends_at"], name="application_clock", condition=Q(status=states.APPROVED)),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.status})"

    @property
    def is_trainee(self) -> bool:
        """Came as a trainee and has not shown a company since (R11)."""
        return self.role == rules.TRAINEE and self.converted_at is None

    def facts(self, *, roster_open: bool) -> rules.Facts:
        assert self.clock_ends_at is not None
        return rules.Facts(self.clock_ends_at, self.attended_at, self.paid_at, roster_open)

    @property
    def fee_due_at(self) -> datetime | None:
        """R8; None before attendance."""
        if self.clock_ends_at is None or self.attended_at is None:
            return None
        return rules.fee_due_at(self.clock_ends_at, self.attended_at)

    def claim_holds(self, at: datetime) -> bool:
        """A claim falls free after 24 hours (product.md §5)."""
        return self.claimed_at is not None and at < self.claimed_at + rules.CLAIM_LASTS
