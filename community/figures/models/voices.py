"""The quarter's one question: how likely a member is to recommend the club."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.figures import rules
from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL


class Asking(models.Model):
    """Somebody is asked a quarter's question, once, and whether they have answered it; never what."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    quarter_on = models.DateField()
    asked_at = models.DateTimeField()
    answered = models.BooleanField(default=False)
    # Where they were at home then: an organizer limited to cities reads the share of theirs.
    city = models.ForeignKey("members.City", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "quarter_on"], name="asked_once_a_quarter")]
        indexes = [models.Index(fields=["quarter_on"], name="asking_quarter")]

    def __str__(self) -> str:
        return f"{self.quarter_on}: {self.person_id}"


class Voice(models.Model):
    """One answer. It has neither a time nor a number in order, so that nothing leads back to whoever gave it; `person` is
    there only if they wanted their name beside it."""

    public_id = models.CharField(primary_key=True, max_length=12, default=public_id, editable=False)
    quarter_on = models.DateField()
    score = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=rules.WORDS_MOST, blank=True)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    city = models.ForeignKey("members.City", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__range=(0, 10)), name="voice_zero_to_ten")]
        indexes = [models.Index(fields=["quarter_on", "score"], name="voice_quarter")]

    def __str__(self) -> str:
        return f"{self.quarter_on}: {self.score}"
