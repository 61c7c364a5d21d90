"""Two people who are led to each other, and what came of it (R32, R33)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id
from community.posts import rules, states

PERSON = settings.AUTH_USER_MODEL


class Introduction(models.Model):
    """One asks, the other answers; contact data is exchanged when both have said yes (R32)."""

    class Status(models.TextChoices):
        ASKED = states.ASKED, _("Waits for an answer")
        ACCEPTED = states.ACCEPTED, _("Introduced")
        MET = states.MET, _("Have talked")
        THANKED = states.THANKED, _("Thanked")
        DECLINED = states.DECLINED, _("Not this time")
        EXPIRED = states.EXPIRED, _("Not answered")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    asker = models.ForeignKey(PERSON, models.PROTECT, related_name="introductions_asked")
    asked = models.ForeignKey(PERSON, models.PROTECT, related_name="introductions_received")
    post = models.ForeignKey("posts.Post", models.PROTECT, null=True, blank=True, related_name="introductions")
    status = models.CharField(max_length=8, choices=Status, default=Status.ASKED)
    note = models.CharField(max_length=rules.NOTE_MOST, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    talk_at = models.DateTimeField(null=True, blank=True)  # the time the club suggests
    met_at = models.DateTimeField(null=True, blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="introduction_of_two"),
            models.UniqueConstraint(
                fields=["asker", "asked", "post"], condition=Q(status__in=states.LIVE), nulls_distinct=False,
                name="introduction_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.INTRODUCED) | Q(answered_at__isnull=False, talk_at__isnull=False),
                name="introduction_answered",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["asked", "status"], name="introduction_asked"),
            models.Index(fields=["expires_at"], name="introduction_expiry", condition=Q(status=states.ASKED)),
        ]

    def __str__(self) -> str:
        return f"{self.asker} → {self.asked}"

    def get_absolute_url(self) -> str:
        return reverse("introduction", args=[self.public_id])


class Thanks(models.Model):
    """A need is solved, and by whom (R33). The amount is between its author and the books: never shown singly."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="thanks")
    helper = models.ForeignKey(PERSON, models.PROTECT, related_name="thanks")
    text = models.CharField(max_length=rules.NOTE_MOST, blank=True)
    business = models.BooleanField(default=False)
    amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    thanked_at = models.DateTimeField()
    # What the helper says to it.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "thanks"
        constraints = [
            models.UniqueConstraint(fields=["post", "helper"], name="thanks_once"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0, business=True), name="thanks_amount_of_business"
            ),
            models.CheckConstraint(condition=Q(confirmed_at=None) | Q(refused_at=None), name="thanks_one_answer"),
        ]
        indexes = [models.Index(fields=["helper", "-thanked_at"], name="thanks_helper")]

    def __str__(self) -> str:
        return f"{self.post} · {self.helper}"
