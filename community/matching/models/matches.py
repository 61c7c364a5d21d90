"""Who was shown for which need, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.matching.models.documents import Document

PERSON = settings.AUTH_USER_MODEL


class Match(models.Model):
    """A member whom a need found (R31): one row per need and member, whatever comes later."""

    class Slot(models.TextChoices):
        RANKED = "ranked"
        ROTATING = "rotating"  # R34: a fitting member who was not surfaced lately

    class Answer(models.TextChoices):
        HELP = "help"
        DECLINED = "declined"

    need = models.ForeignKey(Document, models.CASCADE, related_name="matches", db_index=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # What made them fit: their offer, card or answer. Gone when its source is.
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")
    fit = models.PositiveSmallIntegerField()  # thousandths of the best possible among those compared
    rank = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField()  # 0: by words; 1: by words and meaning
    slot = models.CharField(max_length=8, choices=Slot, default=Slot.RANKED)
    reasons = models.JSONField(default=list)
    surfaced_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "person"], name="match_once_per_member"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="match_answer_has_time",
            ),
            models.CheckConstraint(
                condition=Q(outcome_at=None) | Q(answered_at__isnull=False, outcome_at__gte=F("answered_at")),
                name="match_outcome_after_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-surfaced_at"], name="match_exposure"),
            models.Index(fields=["document"], name="match_of_document"),
        ]

    def __str__(self) -> str:
        return f"{self.need}: {self.person}"
