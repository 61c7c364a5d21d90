"""Needs, offers and dilemmas, and their pictures."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.days import day_of
from community.kernel.ids import public_id
from community.members.rules import STAGES
from community.posts import rules, states

PERSON = settings.AUTH_USER_MODEL


class Post(models.Model):
    """A need, an offer or a dilemma (R30). `expires_at` is midnight after its last day, the first instant it is over."""

    class Kind(models.TextChoices):
        NEED = rules.NEED, _("Need")
        OFFER = rules.OFFER, _("Offer")
        DILEMMA = rules.DILEMMA, _("Dilemma")

    class Lack(models.TextChoices):
        MONEY = "money", pgettext_lazy("lack", "Money")
        PEOPLE = "people", pgettext_lazy("lack", "People")
        RESOURCES = "resources", pgettext_lazy("lack", "Resources")
        KNOW_HOW = "know_how", pgettext_lazy("lack", "Know-how")

    class Topic(models.TextChoices):
        STAFF = "staff", _("Staff")
        PARTNER = "partner", _("Partners")
        CUSTOMERS = "customers", _("Customers")
        PROMOTION = "promotion", _("Promotion")
        PRODUCT = "product", _("Product")
        SUPPLIERS = "suppliers", _("Suppliers")
        FINANCE_LAW = "finance_law", _("Finance and law")
        GOING_ABROAD = "going_abroad", _("Going abroad")
        FOUNDERS_LIFE = "founders_life", _("Founder's life")

    class Status(models.TextChoices):
        DRAFT = states.DRAFT, _("Draft")
        OPEN = states.OPEN, _("Open")
        SOLVED = states.SOLVED, _("Solved")
        CLOSED = states.CLOSED, _("Closed")
        EXPIRED = states.EXPIRED, _("Expired")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=8, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.TextField(blank=True)
    lack = models.CharField(max_length=10, choices=Lack)
    topic = models.CharField(max_length=14, choices=Topic)
    industry = models.ForeignKey("members.Industry", models.PROTECT, null=True, blank=True, related_name="+")
    city = models.ForeignKey("members.City", models.PROTECT, null=True, blank=True, related_name="+")
    # Whom it is for: members of this stage, the author's own when it was opened; empty: all members.
    for_stage = models.CharField(max_length=20, blank=True, default="")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # solved or closed
    # The office took it out of sight after a report, and says why.
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    hidden_reason = models.CharField(max_length=300, blank=True)
    best = models.OneToOneField("posts.Answer", models.SET_NULL, null=True, blank=True, related_name="best_of")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=states.DRAFT, opened_at=None) | Q(~Q(status=states.DRAFT), opened_at__isnull=False),
                name="post_opened_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[states.SOLVED, states.CLOSED], ended_at__isnull=False)
                | Q(~Q(status__in=[states.SOLVED, states.CLOSED]), ended_at=None),
                name="post_ended_pair",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None) | Q(hidden_at__isnull=False, hidden_by__isnull=False),
                name="post_hidden_pair",
            ),
            models.CheckConstraint(condition=Q(best=None) | Q(kind=rules.DILEMMA), name="post_best_of_dilemma"),
            models.CheckConstraint(
                condition=Q(first_answered_at=None) | Q(first_answered_at__gte=F("opened_at")), name="post_answer_after"
            ),
            models.CheckConstraint(condition=Q(for_stage__in=["", *STAGES]), name="post_for_a_stage"),
        ]
        indexes = [
            models.Index(fields=["-opened_at"], name="post_open", condition=Q(status=states.OPEN)),
            models.Index(fields=["expires_at"], name="post_expiry", condition=Q(status=states.OPEN)),
            models.Index(fields=["author", "kind", "status"], name="post_author"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("post", args=[self.public_id])

    @property
    def last_on(self) -> date:
        """The last day it is valid."""
        return day_of(self.expires_at - timedelta(microseconds=1))

    @property
    def stage_name(self) -> str:
        """ "" where it is for all members."""
        from community.members.selectors.stages import STAGE_NAMES  # that floor's tables must be ready first

        return str(STAGE_NAMES.get(self.for_stage, ""))

    def status_at(self, at: datetime) -> str:
        return rules.status_at(self.status, self.expires_at, at)


class Photo(models.Model):
    """A picture of a post: decoded, drawn anew without what the camera wrote into it, encrypted at rest."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="photos/", max_length=100)
    content_type = models.CharField(max_length=20)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.post} · {self.public_id}"
