"""What somebody wants to reach at their stage."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.ids import public_id
from community.programmes import rules, states

PERSON = settings.AUTH_USER_MODEL


class Goal(models.Model):
    """One goal at a time. `stage` is where its owner stood when they stated it."""

    class Status(models.TextChoices):
        OPEN = states.OPEN, pgettext_lazy("goal", "Under way")
        REACHED = states.REACHED, _("Reached")
        CHANGED = states.CHANGED, pgettext_lazy("goal", "Changed")
        GIVEN_UP = states.GIVEN_UP, _("Given up")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="goals")
    stage = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=rules.GOAL_MOST, blank=True)  # empty once its owner is erased
    by_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    stated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    word = models.CharField(max_length=rules.WORD_MOST, blank=True)  # how it went

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(status=states.OPEN), name="goal_one_open"),
            models.CheckConstraint(
                condition=Q(status=states.OPEN, closed_at=None) | Q(~Q(status=states.OPEN), closed_at__isnull=False),
                name="goal_closed_pair",
            ),
        ]
        indexes = [models.Index(fields=["person", "-stated_at"], name="goal_person")]

    def __str__(self) -> str:
        return self.text
