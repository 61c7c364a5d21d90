"""Keeping the peace: what is reported, and whom somebody would rather not read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL


class Report(models.Model):
    """Somebody asks the office to look at a post or an answer. Who reported is never told to its author."""

    class Why(models.TextChoices):
        AD = "ad", _("An advertisement, nothing is asked or offered")
        CONTACT = "contact", _("Contact data in public")
        RUDE = "rude", _("Insulting or degrading")
        PRIVATE = "private", _("Tells what was told in confidence")
        OTHER = "other", _("Something else")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="reports")
    answer = models.ForeignKey("posts.Answer", models.CASCADE, null=True, blank=True, related_name="reports")
    reporter = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "answer", "reporter"], condition=Q(settled_at=None), nulls_distinct=False,
                name="report_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="report_settled_pair",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.post} ({self.why})"


class MemberReport(models.Model):
    """Somebody asks the office to look at how a member behaves. Who reported is never told to the member."""

    class Why(models.TextChoices):
        SELLING = "selling", _("Sells to members who didn't ask")
        RUDE = "rude", _("Insulting or degrading")
        PRESSING = "pressing", _("Doesn't leave somebody alone")
        FALSE = "false", _("Says what isn't true of themself or the company")
        PRIVATE = "private", _("Tells what was told in confidence")
        OTHER = "other", _("Something else")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reporter = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    note = models.TextField(blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["made_at"], name="member_report_open", condition=Q(settled_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "reporter"], condition=Q(settled_at=None), name="member_report_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("reporter")), name="member_report_not_oneself"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="member_report_settled_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ({self.why})"


class Mute(models.Model):
    """Somebody no longer reads another, who is not told; neither is ever led to the other."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(person=F("muted")), name="mute_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ≠ {self.muted_id}"
