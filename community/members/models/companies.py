"""Companies, people's stakes in them, the papers that show it and what the register said."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
from community.members import rules, states
from community.members.models.applications import Application
from community.members.models.people import Person


class Company(models.Model):
    """One row per unified social credit code (R2)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    credit_code = models.CharField(max_length=18, unique=True)
    legal_name = models.CharField(max_length=120)
    verified_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.legal_name


class StakeQuerySet(models.QuerySet["Stake"]):
    def vouched(self) -> "StakeQuerySet":
        """Today's, which the register confirmed or an import brought: those of the yearly check (R2)."""
        return self.filter(Q(verified_on__isnull=False) | Q(imported_on__isnull=False), ended_at=None)

    def looked_up_until(self, on: date) -> "StakeQuerySet":
        """Whose twelve months began on this day or before it, the last check not having failed."""
        began = Q(verified_on__lte=on) | Q(verified_on=None, imported_on__lte=on)
        return self.filter(began, ended_at=None, failed_on=None)


class Stake(models.Model):
    """A person's role in a company (R2). Several people may have stakes in one; an ended stake is history."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="stakes")
    company = models.ForeignKey(Company, models.PROTECT, related_name="stakes")
    role = models.CharField(max_length=20, choices=Application.Role)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    imported_on = models.DateField(null=True, blank=True)  # unchecked: from when on the twelve months count
    failed_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = StakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "company"], condition=Q(ended_at=None), name="stake_once_per_company"
            )
        ]
        indexes = [
            models.Index(fields=["verified_on"], name="stake_due", condition=Q(ended_at=None)),
            models.Index(
                fields=["imported_on"], name="stake_due_unchecked", condition=Q(ended_at=None, verified_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.company}"

    @property
    def counted_from_on(self) -> date | None:
        """R2: since when the twelve months run: the last check, or the import of a company nobody has looked up yet."""
        return self.verified_on or self.imported_on

    @property
    def due_on(self) -> date | None:
        """R2: the day from which the yearly check is overdue."""
        return rules.reverify_due_on(self.counted_from_on) if self.counted_from_on else None

    @property
    def mend_until_on(self) -> date | None:
        """The last day on which a failed or overdue check doesn't cost seats yet (product.md §5, People)."""
        return rules.mend_until(self.counted_from_on, self.failed_on) if self.counted_from_on else None


class CompanyChange(models.Model):
    """A member shows another company or role (R2), a trainee the company they founded (R11); a reviewer decides."""

    class Status(models.TextChoices):
        ASKED = states.ASKED, _("Waiting for review")
        APPROVED = states.APPROVED, _("Approved")
        REFUSED = states.REFUSED, _("Not approved")
        WITHDRAWN = states.WITHDRAWN, _("Withdrawn")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="company_changes")
    company = models.ForeignKey(Company, models.PROTECT, related_name="changes")
    role = models.CharField(max_length=20, choices=Application.Role)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(status=states.ASKED), name="change_one_open"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="change_decision_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.company}"


class Document(models.Model):
    """Evidence (R3): private, encrypted at rest, opened only through its gate."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("Business licence")
        REGISTER = "register", _("Register excerpt")
        ARTICLES = "articles", _("Articles or shareholder list")
        OTHER = "other", _("Other")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, null=True, blank=True, related_name="documents")
    change = models.ForeignKey(CompanyChange, models.CASCADE, null=True, blank=True, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.FileField(upload_to="evidence/", max_length=100)
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, change__isnull=True)
                | Q(application__isnull=True, change__isnull=False),
                name="document_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def of(self) -> "Application | CompanyChange":
        """What the paper belongs to."""
        found = self.application or self.change
        assert found is not None
        return found


class Verification(models.Model):
    """What the public register said (R2): source, day, result, by whom. Kept when the documents are gone.

    Of an application, of a change of company, or the yearly check of a company alone.
    """

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", _("Company and role confirmed")
        NOT_FOUND = "not_found", _("Company not found")
        ROLE_DIFFERS = "role_differs", _("Role differs")
        NOT_ACTIVE = "not_active", _("Company not active")

    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="verifications")
    change = models.ForeignKey(CompanyChange, models.PROTECT, null=True, blank=True, related_name="verifications")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="verifications")
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


class RegisterAnswer(models.Model):
    """What the register's interface answered when it was asked: it fills in the form, a reviewer decides (R2, R53)."""

    class Outcome(models.TextChoices):
        FOUND = "found", _("Found")
        NOT_FOUND = "not_found", _("Not found")
        FAILED = "failed", _("The register didn't answer")

    company = models.ForeignKey(Company, models.CASCADE, related_name="answers")
    outcome = models.CharField(max_length=10, choices=Outcome)
    facts = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.company}: {self.outcome}"
