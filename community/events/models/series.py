"""What comes every week: templates with their tasks, and the series that make dated drafts from them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.events import rules
from community.events.models.events import Event
from community.events.rules import series
from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL


class Template(models.Model):
    """How a kind of evening goes: its words, its tables, its length and what there is to do around it."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Event.Kind, default=Event.Kind.ROUNDTABLE)
    topic = models.CharField(max_length=80)
    about = models.TextField(blank=True)
    agenda = models.TextField(blank=True)
    minutes = models.PositiveIntegerField()
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # empty: all of them, mixed
    table_count = models.PositiveSmallIntegerField(default=1)
    seats_each = models.PositiveSmallIntegerField(default=rules.SEATS_AT_A_TABLE)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(minutes__range=series.LENGTHS), name="template_length")]

    def __str__(self) -> str:
        return self.name


class TemplateTask(models.Model):
    """Something to do for each event of a template, so many days from its day (negative: before)."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    days = models.SmallIntegerField()

    class Meta:
        ordering = ["days", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="template_task_position"),
            models.CheckConstraint(condition=Q(days__range=series.TASK_DAYS), name="template_task_days"),
        ]

    def __str__(self) -> str:
        return self.title


class Series(models.Model):
    """A template at a place, every so many weeks from its first day on, at one hour of community time."""

    EVERY = [(1, _("Every week")), (2, _("Every two weeks")), (4, _("Every four weeks"))]

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    template = models.ForeignKey(Template, models.PROTECT, related_name="series")
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    every_weeks = models.PositiveSmallIntegerField(default=1, choices=EVERY)
    begins = models.TimeField()
    ahead_weeks = models.PositiveSmallIntegerField(default=series.AHEAD_WEEKS)
    city = models.ForeignKey("members.City", models.PROTECT, related_name="+")
    district = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    directions = models.TextField(blank=True)
    host = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on=None) | Q(last_on__gte=F("first_on")), name="series_forward"),
            models.CheckConstraint(condition=Q(every_weeks__in=[1, 2, 4]), name="series_every"),
            models.CheckConstraint(condition=Q(ahead_weeks__range=(1, series.AHEAD_MOST)), name="series_ahead"),
        ]

    def __str__(self) -> str:
        return str(self.template)


class SkippedDay(models.Model):
    """A day a series leaves out."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="skipped")
    skipped_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "skipped_on"], name="series_skips_once")]

    def __str__(self) -> str:
        return f"{self.series}: {self.skipped_on}"


class EventTask(models.Model):
    """Something to do for one event; due so many days from its day, so that it moves with it."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=60)
    days = models.SmallIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["days", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(days__range=series.TASK_DAYS), name="event_task_days"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="event_task_done_pair",
            ),
        ]
        indexes = [models.Index(fields=["event"], condition=Q(done_at=None), name="event_task_open")]

    def __str__(self) -> str:
        return self.title
