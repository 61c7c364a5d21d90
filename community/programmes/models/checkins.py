"""What a cohort tells one another each week."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.ids import public_id
from community.programmes import rules

PERSON = settings.AUTH_USER_MODEL


class CheckIn(models.Model):
    """Done, stuck, or a question: one line a person and week."""

    class Way(models.TextChoices):
        DONE = rules.DONE, pgettext_lazy("check-in", "Done")
        STUCK = rules.STUCK, _("Stuck")
        ASK = rules.ASK, _("I ask")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    place = models.ForeignKey("programmes.Place", models.PROTECT, related_name="check_ins")
    week = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=6, choices=Way)
    text = models.CharField(max_length=rules.TEXT_MOST, blank=True)  # empty once its writer is erased
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "week"], name="checkin_once_a_week"),
            models.CheckConstraint(condition=Q(week__gte=1), name="checkin_week"),
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.week}"


class Reply(models.Model):
    """A short answer of a mate or a host to who is stuck or asks."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="replies")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.CharField(max_length=rules.REPLY_MOST, blank=True)
    written_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name_plural = "replies"
        indexes = [models.Index(fields=["check_in", "written_at"], name="reply_checkin")]

    def __str__(self) -> str:
        return self.text
