"""Challenges of 7, 14 or 21 days: one tick a day, nothing to win."""

from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.ids import public_id
from community.programmes import rules, states
from community.programmes.models.stages import named

PERSON = settings.AUTH_USER_MODEL


class Challenge(models.Model):
    """Within one cohort, or for all members of some stages (of all, when it names none)."""

    class Status(models.TextChoices):
        OPEN = states.OPEN, pgettext_lazy("goal", "Under way")
        ENDED = states.ENDED, pgettext_lazy("programme", "Ended")
        CANCELLED = states.CANCELLED, _("Cancelled")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, null=True, blank=True, related_name="challenges"
    )
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    name = models.CharField(max_length=rules.NAME_MOST)
    text = models.CharField(max_length=rules.TEXT_MOST)
    starts_on = models.DateField()
    days = models.PositiveSmallIntegerField(choices=[(days, str(days)) for days in rules.LENGTHS])
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__in=rules.LENGTHS), name="challenge_days"),
            models.CheckConstraint(condition=Q(programme=None) | Q(stages=[]), name="challenge_one_audience"),
        ]
        indexes = [models.Index(fields=["status", "starts_on"], name="challenge_list")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("challenge", args=[self.public_id])

    @property
    def last_on(self) -> date:
        return rules.last_day(self.starts_on, self.days)

    @property
    def closes_at(self) -> datetime:
        return rules.closes_at(self.starts_on, self.days)

    @property
    def stage_names(self) -> list[str]:
        return named(self.stages)

    def status_at(self, at: datetime) -> str:
        return rules.challenge_status(self.status, self.starts_on, self.days, at)


class Participation(models.Model):
    """Somebody takes part in a challenge."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="participations")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "person"], name="participation_once")]
        indexes = [models.Index(fields=["person"], name="participation_person", condition=Q(left_at=None))]

    def __str__(self) -> str:
        return f"{self.challenge} · {self.person}"


class Tick(models.Model):
    """One day of one person."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="ticks")
    ticked_on = models.DateField()
    note = models.CharField(max_length=rules.NOTE_MOST, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "ticked_on"], name="tick_once_a_day")]

    def __str__(self) -> str:
        return f"{self.participation} · {self.ticked_on}"
