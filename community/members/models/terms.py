"""Periods of membership."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from community.members.models.applications import Application
from community.members.models.lists import Tier
from community.members.models.people import Person


class DateRange(Func):
    function = "DATERANGE"


class Term(models.Model):
    """A half-open period of membership (R14). Standing is computed from terms; void terms count for nothing.

    `ends_early_on`: the membership is over on that day, without grace, whatever the sweep did (R11).
    `next_tier`: the tier wished for the next year (R17); the renewal bills it.
    `closed_at`: when it was written down what came after it, the next term or nothing; standing never asks for it.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    next_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    application = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ends_early_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminders_off_at = models.DateTimeField(null=True, blank=True)  # R15: "no more reminders"

    class Meta:
        ordering = ["starts_on"]
        indexes = [models.Index(fields=["ends_on"], name="term_open", condition=Q(voided_at=None, closed_at=None))]
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
