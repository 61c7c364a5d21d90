from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from community.kernel.ids import public_id
from community.members import rules, states


def sort_key(name: str) -> str:
    """Names sort by pinyin: the database's collation knows none."""
    from pypinyin import lazy_pinyin  # 57 MB of dictionary, wanted by few processes

    return " ".join(lazy_pinyin(name)).casefold()[:200]


class Named(models.Model):
    """Something administrators list, with its name in both languages."""

    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class Industry(Named):
    pass


class City(Named):
    pass


class Tier(Named):
    """A membership tier and what it includes (R12). Prices are billing's."""

    code = models.SlugField(unique=True)
    for_trainees = models.BooleanField(default=False)
    roundtables_a_month = models.PositiveSmallIntegerField()
    visits_a_quarter = models.PositiveSmallIntegerField()
    open_posts = models.PositiveSmallIntegerField()
    guests_a_quarter = models.PositiveSmallIntegerField()


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. Staff roles are groups; membership is computed from terms, never stored here."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("name"), max_length=60, blank=True)
    name_key = models.CharField(max_length=200, blank=True, editable=False)
    phone = PhoneNumberField(_("mobile phone"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=40, blank=True)
    language = models.CharField(max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans")
    hide_me = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Func(F("email"), function="LOWER")), name="email_lower")
        ]
        indexes = [models.Index(fields=["name_key"], name="person_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()
        self.name_key = sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return self.full_name or self.email.partition("@")[0]


class Company(models.Model):
    """One row per unified social credit code (R2)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    credit_code = models.CharField(max_length=18, unique=True)
    legal_name = models.CharField(max_length=120)
    verified_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.legal_name


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

    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="applications")
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
    submitted_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    asked = models.TextField(blank=True)
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
            models.Index(fields=["clock_ends_at"], name="application_clock", condition=Q(status=states.APPROVED)),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.status})"

    @property
    def is_trainee(self) -> bool:
        return self.role == rules.TRAINEE

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


class Stake(models.Model):
    """A person's role in a company, as submitted; several people may have stakes in one company (R2)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="stakes")
    company = models.ForeignKey(Company, models.PROTECT, related_name="stakes")
    role = models.CharField(max_length=20, choices=Application.Role)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "company"], name="stake_once_per_company")]

    def __str__(self) -> str:
        return f"{self.person} – {self.company}"


class Document(models.Model):
    """Evidence (R3): private, encrypted at rest, opened only through its gate."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("Business licence")
        REGISTER = "register", _("Register excerpt")
        ARTICLES = "articles", _("Articles or shareholder list")
        OTHER = "other", _("Other")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.FileField(upload_to="evidence/", max_length=100)
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name


class Verification(models.Model):
    """What the public register said (R2): source, day, result, by whom. Kept when the documents are gone."""

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", _("Company and role confirmed")
        NOT_FOUND = "not_found", _("Company not found")
        ROLE_DIFFERS = "role_differs", _("Role differs")
        NOT_ACTIVE = "not_active", _("Company not active")

    application = models.ForeignKey(Application, models.PROTECT, related_name="verifications")
    source = models.CharField(max_length=120)
    checked_on = models.DateField()
    result = models.CharField(max_length=20, choices=Result)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.result} {self.checked_on}"


class ClockExtension(models.Model):
    """One extension of a clock (R6), with the reason the applicant reads."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField(default=rules.EXTENSION_DAYS)
    reason = models.TextField()
    automatic = models.BooleanField()
    extended_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["extended_at", "pk"]

    def __str__(self) -> str:
        return f"+{self.days} → {self.ends_at}"


class DateRange(Func):
    function = "DATERANGE"


class Term(models.Model):
    """A half-open period of membership (R14). Standing is computed from terms; void terms count for nothing."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField()
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="term_forward"),
            ExclusionConstraint(
                name="term_no_overlap",
                expressions=[
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                    ("person", RangeOperators.EQUAL),
                ],
                condition=Q(voided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on}–{self.ends_on}"
