from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.members.models.applications import Application
from community.members.models.people import Person


class Question(models.Model):
    """What an applicant asked the reviewers, and the answer; both stand on the timeline."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="questions")
    text = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="question_answer_pair",
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="question_open", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return self.text[:60]


class ClubSettings(models.Model):
    """What administrators change in the desk: one row, one typed column each."""

    class FeeOpens(models.TextChoices):
        APPROVAL = "approval", _("as soon as the papers are approved")
        ATTENDANCE = "attendance", _("only after an event was attended")

    fee_opens = models.CharField(
        _("The fee can be paid"), max_length=10, choices=FeeOpens, default=FeeOpens.APPROVAL
    )  # R8
    applications_open = models.BooleanField(_("Applications are taken"), default=True)
    monthly_cap = models.PositiveSmallIntegerField(
        _("At most so many applications a month"), null=True, blank=True, help_text=_("Empty: as many as come.")
    )
    note_zh = models.CharField(_("Note for applicants, in Chinese"), max_length=300, blank=True)
    note_en = models.CharField(_("Note for applicants, in English"), max_length=300, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="club_settings_one_row")]

    def __str__(self) -> str:
        return self.fee_opens

    @property
    def note(self) -> str:
        """In the reader's language, else in the other."""
        first, second = (self.note_zh, self.note_en)
        if not (get_language() or "zh").startswith("zh"):
            first, second = second, first
        return first or second
