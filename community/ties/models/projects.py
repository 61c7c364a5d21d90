"""Members who do something together: one declares it, everybody else says so for themselves (R35)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.ids import public_id
from community.ties import rules, states

PERSON = settings.AUTH_USER_MODEL


class Project(models.Model):
    """A joint project in a few words. Who gets what of it is between its partners: no money stands here."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    title = models.CharField(max_length=rules.TITLE_MOST, blank=True)  # empty when its author was erased
    since_on = models.DateField()
    declared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="projects_declared")
    declared_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["declared_by", "title", "since_on"], condition=~Q(title=""), name="project_declared_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Partner(models.Model):
    """One person's part in a project; it ties those who confirmed theirs."""

    class Status(models.TextChoices):
        ASKED = states.ASKED, pgettext_lazy("project", "Asked")
        CONFIRMED = states.CONFIRMED, _("Confirmed")
        DECLINED = states.DECLINED, _("Not so")
        EXPIRED = states.EXPIRED, _("Not confirmed")
        LEFT = states.LEFT, pgettext_lazy("project", "Left")

    project = models.ForeignKey(Project, models.CASCADE, related_name="partners")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="partners")
    status = models.CharField(max_length=10, choices=Status)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="partner_once"),
            models.CheckConstraint(
                condition=~Q(status=states.CONFIRMED) | Q(answered_at__isnull=False), name="partner_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.person}"
