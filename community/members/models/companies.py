"""Companies, people's stakes in them, the papers that show it and what the register said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
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
