"""What takes rights away from a member, or membership itself, and why people left (product.md §5, People)."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.kernel.days import start_of
from community.kernel.ids import public_id
from community.members import states
from community.members.models.people import Person
from community.members.models.terms import DateRange


class Suspension(models.Model):
    """Half-open days on which a member has no standing, whatever the terms say; standing is computed from these rows.

    `reason` is read by the person, `note` by administrators alone. Lifted, it ends on the day of lifting.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="suspensions")
    begins_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField()
    note = models.TextField(blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-set_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "begins_on", "ends_on"], name="suspension_days"),
            models.Index(fields=["ends_on"], name="suspension_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(begins_on__lte=F("ends_on")), name="suspension_forward"),
            ExclusionConstraint(
                name="suspension_no_overlap",
                expressions=[
                    (DateRange("begins_on", "ends_on"), RangeOperators.OVERLAPS),
                    ("person", RangeOperators.EQUAL),
                ],
            ),
            models.CheckConstraint(condition=~Q(person=F("set_by")), name="suspension_not_oneself"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="suspension_lifted_pair",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, appealed_at__isnull=False),
                name="suspension_answered_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.begins_on}–{self.ends_on}"

    @property
    def last_on(self) -> date:
        """The last day it counts on, as people say it."""
        return self.ends_on - timedelta(days=1)

    @property
    def ends_at(self) -> datetime:
        return start_of(self.ends_on)


class Expulsion(models.Model):
    """One administrator proposes that a membership ends, a second one carries it out.

    `readmitted_at`: an administrator has allowed in writing that the person applies again.
    """

    class Status(models.TextChoices):
        ASKED = states.ASKED, _("Waiting for a second administrator")
        CONSENTED = states.CONSENTED, _("Carried out")
        REFUSED = states.REFUSED, _("Refused")
        WITHDRAWN = states.WITHDRAWN, _("Withdrawn")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="expulsions")
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    readmitted_at = models.DateTimeField(null=True, blank=True)
    readmitted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    permission = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(status=states.ASKED), name="expulsion_one_open"),
            models.CheckConstraint(condition=~Q(person=F("asked_by")), name="expulsion_not_oneself"),
            models.CheckConstraint(
                condition=Q(status__in=[states.REFUSED, states.WITHDRAWN])
                | Q(answered_by=None)
                | ~Q(answered_by=F("asked_by")),
                name="expulsion_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status=states.ASKED, answered_at=None, answered_by=None)
                | Q(~Q(status=states.ASKED), answered_at__isnull=False, answered_by__isnull=False),
                name="expulsion_answer_pair",
            ),
            models.CheckConstraint(
                condition=Q(readmitted_at=None, readmitted_by=None)
                | Q(readmitted_at__isnull=False, readmitted_by__isnull=False, status=states.CONSENTED),
                name="expulsion_readmitted_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.status})"


class Farewell(models.Model):
    """Why a member left, if they said: one question, asked when they leave by themselves."""

    class Why(models.TextChoices):
        UNSAID = "", _("I'd rather not say")
        OUTGROWN = "outgrown", _("My company has outgrown what the club is for")
        TIME = "time", _("I can't find the time")
        VALUE = "value", _("It brought me less than it cost")
        PEOPLE = "people", _("I didn't find the people I was looking for")
        PLACE = "place", _("I have moved away")
        CLOSED = "closed", _("I have given up or sold my company")
        TREATED = "treated", _("I was not treated well")
        OTHER = "other", _("Something else")

    person = models.ForeignKey(Person, models.PROTECT, related_name="farewells")
    left_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["-left_at", "-pk"]
        indexes = [models.Index(fields=["left_at"], name="farewell_time")]

    def __str__(self) -> str:
        return f"{self.person} {self.left_at:%Y-%m-%d}"


class Block(models.Model):
    """Somebody wants nothing to do with another, who is never told; neither meets the other anywhere in the club."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(person=F("blocked")), name="block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ≠ {self.blocked_id}"
