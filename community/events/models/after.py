"""What people say after an event (R29): whether it was worth it, and whom they want to meet again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.events.models.events import Event

PERSON = settings.AUTH_USER_MODEL


class Opinion(models.Model):
    """One person's answer about one event they were at. Shown as a share of all, never by name."""

    class Worth(models.TextChoices):
        YES = "yes", _("Yes, it was worth it")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    event = models.ForeignKey(Event, models.PROTECT, related_name="opinions")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    worth = models.CharField(max_length=8, choices=Worth)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="opinion_once_per_event")]

    def __str__(self) -> str:
        return f"{self.event}: {self.worth}"


class MeetAgain(models.Model):
    """Somebody wants to meet somebody again. The other learns of it only if they want it too."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    other = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    wished_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "other"], name="again_once_per_event"),
            models.CheckConstraint(condition=~Q(person=F("other")), name="again_is_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: again"
