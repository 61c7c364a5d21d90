from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
from community.moving import states


class Export(models.Model):
    """The whole club as one file, for whoever asked and nobody else, for seven days (product.md §5, Data)."""

    class Status(models.TextChoices):
        ASKED = states.ASKED, _("Being made")
        MADE = states.MADE, _("Ready")
        FAILED = states.FAILED, _("Failed")
        GONE = states.GONE, _("Deleted")

    class Form(models.TextChoices):
        XLSX = "xlsx", _("Workbook (XLSX)")
        CSV = "csv", _("Archive of tables (ZIP of CSV)")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    form = models.CharField(max_length=4, choices=Form, default=Form.XLSX)
    language = models.CharField(max_length=10)
    status = models.CharField(max_length=6, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="moving/", max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=dict, blank=True)  # subject → how many

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=states.MADE) | Q(made_at__isnull=False), name="export_made_has_date"
            )
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="export_of_asker")]

    def __str__(self) -> str:
        return f"{self.form} {self.asked_at:%Y-%m-%d}"
