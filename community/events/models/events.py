from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.events import rules, states
from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL
AT_TABLES = [kind.code for kind in rules.KINDS.values() if kind.at_tables]


def pair(what: str) -> models.CheckConstraint:
    """Who and when come together or not at all."""
    both = {f"{what}_at__isnull": False, f"{what}_by__isnull": False}
    neither = {f"{what}_at__isnull": True, f"{what}_by__isnull": True}
    return models.CheckConstraint(condition=Q(**both) | Q(**neither), name=f"event_{what}_pair")


class Event(models.Model):
    """A roundtable, a visit or another occasion. Its chairs are rows (`Seat`), made when it is published."""

    class Kind(models.TextChoices):
        ROUNDTABLE = rules.ROUNDTABLE, _("Roundtable")
        VISIT = rules.VISIT, _("Company visit")
        CLASS = rules.CLASS, _("Class")
        SPORT = rules.SPORT, _("Sport")
        TRIP = rules.TRIP, _("Trip")
        ONLINE = rules.ONLINE, _("Online")
        PROGRAMME = rules.PROGRAMME, _("Programme meeting")

    class Level(models.TextChoices):
        ALL = "all", _("For everybody")
        BEGINNER = "beginner", _("For beginners")
        MIDDLE = "middle", _("With some experience")
        ADVANCED = "advanced", _("Advanced")

    class Status(models.TextChoices):
        DRAFT = states.DRAFT, _("Draft")
        OPEN = states.OPEN, _("Published")
        HELD = states.HELD, _("Held")
        CANCELLED = states.CANCELLED, _("Cancelled")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ROUNDTABLE)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    topic = models.CharField(max_length=80)
    about = models.TextField(blank=True)
    agenda = models.TextField(blank=True)
    # What only some kinds have (rules.KINDS, `own`).
    level = models.CharField(max_length=10, choices=Level, blank=True)
    bring = models.CharField(max_length=200, blank=True)
    insurance = models.CharField(max_length=300, blank=True)
    waiver = models.TextField(blank=True)
    city = models.ForeignKey("members.City", models.PROTECT, related_name="+")
    district = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    directions = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    host = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="hosted_events")
    # A company visit: whose it is, the roundtables it follows, and when its seats are open to everybody (R23).
    company = models.ForeignKey("members.Company", models.PROTECT, null=True, blank=True, related_name="+")
    # Whom it is for: companies at these stages; empty: all of them, mixed.
    stages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followed_by", blank=True)
    releases_at = models.DateTimeField(null=True, blank=True)
    # R22, fair allotment: signups collect until then, and then the seats are given in one run. Empty: first come.
    allots_at = models.DateTimeField(null=True, blank=True)
    allotted_at = models.DateTimeField(null=True, blank=True)
    reserve_for_others = models.PositiveSmallIntegerField(default=0)
    # R22: from when these classes may sign up, where their kind has opening times; empty: at once.
    opens_quiet_at = models.DateTimeField(null=True, blank=True)
    opens_all_at = models.DateTimeField(null=True, blank=True)
    table_count = models.PositiveSmallIntegerField(default=1)
    seats_each = models.PositiveSmallIntegerField(default=rules.SEATS_AT_A_TABLE)
    sequence = models.PositiveIntegerField(default=0)
    # Made by a series for one of its days; whether somebody changed it since (then the series leaves it alone).
    series = models.ForeignKey("events.Series", models.PROTECT, null=True, blank=True, related_name="events")
    series_on = models.DateField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.TextField(blank=True)
    roster_closed_at = models.DateTimeField(null=True, blank=True)
    # Empty when the roster closed by rule, seven days after the end.
    roster_closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="event_forward"),
            models.CheckConstraint(
                condition=~Q(kind__in=AT_TABLES)
                | Q(
                    seats_each__range=(1, rules.SEATS_AT_A_TABLE),
                    table_count__range=(1, rules.TABLES_MOST),
                ),
                name="event_tables_of_twelve",
            ),
            models.CheckConstraint(condition=Q(seats_each__range=(1, rules.CAPACITY_MOST)), name="event_capacity"),
            models.CheckConstraint(
                condition=Q(releases_at=None) | Q(kind=rules.VISIT, releases_at__lt=F("starts_at")),
                name="event_release_before_start",
            ),
            models.UniqueConstraint(
                fields=["series", "series_on"], condition=Q(series_on__isnull=False), name="event_once_per_series_day"
            ),
            models.CheckConstraint(condition=Q(series_on=None) | Q(series__isnull=False), name="event_series_pair"),
            models.CheckConstraint(
                condition=Q(allots_at=None, allotted_at=None, reserve_for_others=0)
                | Q(allots_at__lt=F("starts_at"), allotted_at=None)
                | Q(allots_at__lt=F("starts_at"), allotted_at__gte=F("allots_at")),
                name="event_allotted_in_time",
            ),
            pair("published"),
            pair("cancelled"),
            models.CheckConstraint(
                condition=Q(status=states.CANCELLED, cancelled_at__isnull=False)
                | Q(~Q(status=states.CANCELLED), cancelled_at__isnull=True),
                name="event_cancelled_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[states.OPEN, states.HELD]) | Q(published_at__isnull=False),
                name="event_open_has_date",
            ),
            models.CheckConstraint(
                condition=Q(status=states.HELD, roster_closed_at__isnull=False)
                | Q(~Q(status=states.HELD), roster_closed_at__isnull=True),
                name="event_held_has_date",
            ),
        ]
        indexes = [models.Index(fields=["status", "starts_at"], name="event_by_time")]

    def __str__(self) -> str:
        return self.topic

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.public_id])

    @property
    def traits(self) -> rules.Kind:
        return rules.KINDS[self.kind]

    @property
    def waiver_version(self) -> str:
        return rules.waiver_version(self.waiver)

    @property
    def qualifying(self) -> bool:
        """R5: whether a check-in here completes the attendance."""
        return self.traits.qualifying

    @property
    def by_allotment(self) -> bool:
        return self.allots_at is not None

    @property
    def collecting(self) -> bool:
        """Whether signups only collect: the run of the fair allotment has not been yet, due or not."""
        return self.allots_at is not None and self.allotted_at is None

    @property
    def stage_names(self) -> list[str]:
        """In the order of the stages, in the reader's language; none where it is for all."""
        from community.members.selectors.stages import STAGES  # that floor's tables must be ready first

        return [str(name) for code, name in STAGES if code in self.stages]

    @property
    def capacity(self) -> int:
        return self.seats_each * (self.table_count if self.traits.at_tables else 1)

    @property
    def period(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


class Table(models.Model):
    """A table of an event, of twelve at most (R22)."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="tables")
    number = models.PositiveSmallIntegerField()
    # Of several tables each has a topic and a host of its own (R22); empty: those of the event.
    topic = models.CharField(max_length=80, blank=True)
    host = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="table_number"),
            models.CheckConstraint(condition=Q(number__range=(1, rules.TABLES_MOST)), name="table_count"),
        ]

    def __str__(self) -> str:
        return f"{self.event} – {self.number}"


class Seat(models.Model):
    """One chair. A signup can hold it, so the thirteenth chair at a table does not exist (R22)."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="seats")
    table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="seats")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    # A chair taken out of a smaller room keeps its history.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["table__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="seat_number_at_table"),
            models.UniqueConstraint(fields=["event", "number"], condition=Q(table=None), name="seat_number_in_room"),
            models.CheckConstraint(
                condition=Q(number__range=(1, rules.SEATS_AT_A_TABLE))
                | Q(table=None, number__range=(1, rules.CAPACITY_MOST)),
                name="seat_one_to_twelve",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table.number}–{self.number}" if self.table else str(self.number)


class Signup(models.Model):
    """One person's place at one event (invariant 2). Who occupies a chair holds its row."""

    class Status(models.TextChoices):
        WAITING = states.WAITING, _("On the waitlist")
        OFFERED = states.OFFERED, _("Offered a seat")
        CONFIRMED = states.CONFIRMED, _("Confirmed")
        ATTENDED = states.ATTENDED, _("Here")
        MISSED = states.MISSED, _("Missed")
        WITHDRAWN = states.WITHDRAWN, _("Gave the seat back")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="signups", db_index=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="signups")
    status = models.CharField(max_length=10, choices=Status)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="signups", db_index=False)
    is_host = models.BooleanField(default=False)
    # R12: comes with somebody (`Guest`), who takes a second chair; a pair is offered two chairs or none.
    with_guest = models.BooleanField(default=False)
    signed_up_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)  # the last offer, whatever became of it
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    moved_up_at = models.DateTimeField(null=True, blank=True)  # by hand, with a reason in the audit trail (R24)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_late = models.BooleanField(default=False)  # R26: less than 24 hours before the start
    attended_at = models.DateTimeField(null=True, blank=True)  # the event's start: it decides R5
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(null=True, blank=True)  # a scanned check-in: when it reached us
    missed_at = models.DateTimeField(null=True, blank=True)
    # R26: what the person says about a no-show or a late cancellation, and whether the office lets it pass.
    excuse = models.TextField(blank=True)
    excused_at = models.DateTimeField(null=True, blank=True)
    excused_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="signup_once_per_person"),
            models.UniqueConstraint(fields=["seat"], condition=Q(seat__isnull=False), name="signup_one_per_seat"),
            models.CheckConstraint(
                condition=Q(status__in=states.SEATED, seat__isnull=False)
                | Q(status__in=[states.WAITING, states.WITHDRAWN], seat__isnull=True)
                | Q(status=states.MISSED),
                name="signup_seated",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=states.ATTENDED,
                    attended_at__isnull=False,
                    checked_in_at__isnull=False,
                    checked_in_by__isnull=False,
                )
                | Q(
                    ~Q(status=states.ATTENDED),
                    attended_at__isnull=True,
                    checked_in_at__isnull=True,
                    checked_in_by__isnull=True,
                ),
                name="signup_attended_has_all",
            ),
            models.CheckConstraint(
                condition=Q(status=states.WITHDRAWN, withdrawn_at__isnull=False)
                | Q(~Q(status=states.WITHDRAWN), withdrawn_at__isnull=True, withdrawn_late=False),
                name="signup_withdrawn_has_date",
            ),
            models.CheckConstraint(
                condition=Q(status=states.OFFERED, offered_at__isnull=False, offer_ends_at__gt=F("offered_at"))
                | Q(~Q(status=states.OFFERED), offer_ends_at__isnull=True),
                name="signup_offer_has_end",
            ),
            models.CheckConstraint(
                condition=Q(status=states.MISSED, missed_at__isnull=False)
                | Q(~Q(status=states.MISSED), missed_at__isnull=True),
                name="signup_missed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(excused_at__isnull=True, excused_by__isnull=True)
                | Q(excused_at__isnull=False, excused_by__isnull=False),
                name="signup_excused_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "status"], name="signup_event_status"),
            models.Index(fields=["offer_ends_at"], condition=Q(status=states.OFFERED), name="signup_offers_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.event} ({self.status})"


class SeatHold(models.Model):
    """When a chair was taken and freed again: what R6 needs to say which seats somebody could have taken."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="holds")
    # Held by somebody's signup, or by the office; one of the two.
    signup = models.ForeignKey(Signup, models.PROTECT, null=True, blank=True, related_name="holds")
    staff_hold = models.ForeignKey("events.StaffHold", models.PROTECT, null=True, blank=True, related_name="seats")
    # The second chair of a signup that comes with a guest.
    for_guest = models.BooleanField(default=False)
    taken_at = models.DateTimeField()
    freed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(freed_at=None), name="hold_one_per_seat"),
            models.CheckConstraint(condition=Q(freed_at=None) | Q(freed_at__gte=F("taken_at")), name="hold_forward"),
            models.CheckConstraint(
                condition=Q(signup__isnull=False, staff_hold=None) | Q(signup=None, staff_hold__isnull=False),
                name="hold_of_one",
            ),
            models.CheckConstraint(condition=Q(for_guest=False) | Q(signup__isnull=False), name="hold_for_a_guest"),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.taken_at} – {self.freed_at or ''}"


class CalendarFeed(models.Model):
    """A person's own calendar address: whoever knows the token reads it, so it can be made anew."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person)
