"""Programmes: a time, a purpose, hosts, and a cohort of thirty at most."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.kernel.formats import is_chinese
from community.kernel.ids import public_id
from community.programmes import rules, states
from community.programmes.models.stages import named

PERSON = settings.AUTH_USER_MODEL

# A cohort smaller than thirty is as hard a wall as thirty is.
WITHIN_SEATS = """
IF NEW.number IS NOT NULL
   AND NEW.number > (SELECT seats FROM programmes_programme WHERE id = NEW.programme_id)
THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'place_within_seats',
     MESSAGE = 'this cohort has no such place';
END IF;
RETURN NEW;
"""


class Programme(models.Model):
    """One run of a rung of the ladder. `rung` is shared by the runs that were copied from one another; `follows` is the
    programme whose rung must have been climbed first. `last_on` is its last day."""

    class Status(models.TextChoices):
        DRAFT = states.DRAFT, _("Draft")
        OPEN = states.OPEN, _("Signing up")
        RUNNING = states.RUNNING, _("Running")
        ENDED = states.ENDED, pgettext_lazy("programme", "Ended")
        CANCELLED = states.CANCELLED, _("Cancelled")

    rung = models.CharField(max_length=12, default=public_id, editable=False)  # before the next name hides the function
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name_zh = models.CharField(max_length=rules.NAME_MOST)
    name_en = models.CharField(max_length=rules.NAME_MOST, blank=True)
    purpose = models.TextField()
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    leads_to = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField()
    last_on = models.DateField()
    seats = models.PositiveSmallIntegerField(default=rules.COHORT_MOST)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    taken: int  # how many places are held, where a list reads it along

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gt=F("starts_on")), name="programme_lasts"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=rules.COHORT_MOST), name="programme_seats"),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="programme_not_itself"),
            models.CheckConstraint(
                condition=Q(status=states.CANCELLED, cancelled_at__isnull=False)
                | Q(~Q(status=states.CANCELLED), cancelled_at=None),
                name="programme_cancelled_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[states.DRAFT, states.CANCELLED]) | Q(opened_at__isnull=False),
                name="programme_opened",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "starts_on"], name="programme_list"),
            models.Index(fields=["rung"], name="programme_rung"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.public_id])

    @property
    def name(self) -> str:
        return self.names["zh" if is_chinese(get_language() or "zh-hans") else "en"]

    @property
    def names(self) -> dict[str, str]:
        """Both, for a letter whose language is not known yet."""
        return {"zh": self.name_zh, "en": self.name_en or self.name_zh}

    @property
    def left(self) -> int:
        """Places nobody holds, of a row that was read with `taken`."""
        return max(self.seats - self.taken, 0)

    @property
    def stage_names(self) -> list[str]:
        return named(self.stages)

    @property
    def leads_to_name(self) -> str:
        return "".join(named([self.leads_to]))

    @property
    def weeks(self) -> list[rules.Week]:
        return rules.weeks(self.starts_on, self.last_on)

    def week_at(self, at: datetime) -> rules.Week | None:
        return rules.week_at(self.starts_on, self.last_on, at)

    def status_at(self, at: datetime) -> str:
        return rules.programme_status(self.status, self.starts_on, self.last_on, at)


class Host(models.Model):
    """A member who leads a programme."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="hosts")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="programmes_hosted")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "person"], name="programme_host_once")]

    def __str__(self) -> str:
        return str(self.person)


class Place(models.Model):
    """One of the numbers 1 to 30 of a cohort, held by one person: the thirty-first does not exist.

    Whoever leaves gives the number back and keeps the row, and what they wrote.
    """

    class Status(models.TextChoices):
        JOINED = states.JOINED, _("Taking part")
        LEFT = states.LEFT, pgettext_lazy("programme", "Left")
        MOVED_UP = states.MOVED_UP, _("Moves up")
        REPEATS = states.REPEATS, _("Repeats")
        LET_GO = states.LET_GO, _("Leaves the ladder")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="places")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="programme_places")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.JOINED)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    sentence = models.CharField(max_length=rules.SENTENCE_MOST, blank=True)  # what the host says at the end

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "person"], name="place_once"),
            models.UniqueConstraint(fields=["programme", "number"], name="place_number_once"),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__gte=1, number__lte=rules.COHORT_MOST), name="place_of_thirty"
            ),
            models.CheckConstraint(
                condition=Q(status=states.LEFT, number=None, left_at__isnull=False)
                | Q(~Q(status=states.LEFT), number__isnull=False, left_at=None),
                name="place_left_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(states.DECISIONS.values()), decided_at__isnull=False, decided_by__isnull=False)
                | Q(~Q(status__in=list(states.DECISIONS.values())), decided_at=None, decided_by=None),
                name="place_decided_pair",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["person", "status"], name="place_person")]
        triggers = [
            pgtrigger.Trigger(
                name="within_seats", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.UpdateOf("number"),
                func=WITHIN_SEATS,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.programme} · {self.person}"


class Asking(models.Model):
    """Somebody of another stage asks the hosts to be let in."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="askings")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.CharField(max_length=rules.WORD_MOST, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    let_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "person"], name="asking_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, let_in=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="asking_answered_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.person}"
