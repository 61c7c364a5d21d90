"""What members say of themselves, and who may read it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from community.posts import rules

PERSON = settings.AUTH_USER_MODEL


class Profile(models.Model):
    """A member's card. `audiences`: field → who may read it; what is missing follows `rules.AUDIENCES_FIRST`."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="profile")
    about = models.CharField(max_length=rules.CARD_MOST, blank=True)
    needs = models.CharField(max_length=rules.CARD_MOST, blank=True)
    offers = models.CharField(max_length=rules.CARD_MOST, blank=True)
    tags = ArrayField(models.CharField(max_length=rules.TAG_MOST), default=list, blank=True)
    audiences = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    refreshed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["refreshed_at"], name="profile_refreshed")]

    def __str__(self) -> str:
        return str(self.person)

    def audience(self, field: str) -> str:
        return rules.audience(self.audiences, field)
