"""When sign-up opens for which class (R22): a setting per kind, none by default."""

from django.db import models
from django.db.models import F, Q

from community.events import rules


class OpeningHours(models.Model):
    """How many hours after the publication of such an event members without a seat in 60 days may sign up, and when all
    others; people whose three weeks run may at once. An event takes the times of the hour it is published."""

    kind = models.CharField(max_length=12, unique=True)
    quiet = models.PositiveSmallIntegerField()
    standing = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet__lte=F("standing"), standing__lte=rules.OPENING_HOURS_MOST), name="opening_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.quiet} / {self.standing}"
