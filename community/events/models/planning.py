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

    People stand in it by key; the same question gives the same plan again, so that anybody can check it. Until it is
    answered its tables are empty, and so they stay when it was `refused` (the code of the sentence that says why).
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
    answered_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(refused="") | Q(answered_at__isnull=False), name="plan_refused_is_answered"
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(answered_at=None), name="plans_unanswered")]

    def __str__(self) -> str:
        return f"{self.event}: {self.digest[:8]}"

    @property
    def waiting(self) -> bool:
        return self.answered_at is None

    @property
    def numbers(self) -> list[int]:
        """The event's tables by their own number, in the order in which the question counts them from 0."""
        return sorted(map(int, self.tables))

    @property
    def placed(self) -> dict[int, int]:
        """The table of each person it names; before the answer, and without one, only of those who were held fast."""
        found = {pk: int(number) for number, people in self.tables.items() for pk in people}
        return found or {pk: self.numbers[table] for pk, table in self.question["here"]}
