"""Table plans: what the organizer wants of an event's tables, and the plans that were asked for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.events.models.events import Event
from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL


class SeatingWish(models.Model):
    """Two people the organizer wants at one table of an event, or at different ones."""

    class Kind(models.TextChoices):
        TOGETHER = "together", _("at one table with")
        APART = "apart", _("not at one table with")

    event = models.ForeignKey(Event, models.CASCADE, related_name="seating_wishes")
    kind = models.CharField(max_length=10, choices=Kind)
    # Smaller key first: a wish has no direction, and is written once.
    one = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    other = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="wish_of_two"),
            models.UniqueConstraint(fields=["event", "one", "other"], name="wish_once_a_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.kind}"


class SeatingPlan(models.Model):
    """One plan as it was asked for: the question in plain values, its hash and seed, and the tables it named.

    People stand in it by key; the same question gives the same plan again, so that anybody can check it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="seating_plans")
    seed = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    question = models.JSONField()
    tables = models.JSONField()
    hosts = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.event}: {self.digest[:8]}"
