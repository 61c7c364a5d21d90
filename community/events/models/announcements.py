"""What the office wrote to everybody at one event."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.events import rules
from community.events.models.events import Event
from community.kernel.ids import public_id


class Announcement(models.Model):
    """One message to those at an event, sent once; its id is given out with the preview, so that two presses are one."""

    class Audience(models.TextChoices):
        COMING = rules.TO_COMING, _("Everybody with a seat")
        WAITING = rules.TO_WAITING, _("The waitlist")
        ALL = rules.TO_ALL, _("Everybody with a seat, and the waitlist")

    public_id = models.CharField(max_length=12, unique=True, default=public_id)
    event = models.ForeignKey(Event, models.PROTECT, related_name="announcements")
    audience = models.CharField(max_length=10, choices=Audience)
    text = models.TextField()
    people = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.event}: {self.text[:40]}"
