"""Every meeting of two people, as the database joins it from the facts (R35): docs/decisions/0027."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from community.ties import rules

PERSON = settings.AUTH_USER_MODEL


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def first_kinds(self) -> "MeetingQuerySet":
        """Those that make a tie; a visit is where two who have met meet again."""
        return self.filter(kind__in=rules.FIRST)


class Meeting(models.Model):
    """Read only, and told from both sides: each meeting has a row for either of the two.

    `kind`: both checked in at one table or at one visit, a confirmed one-to-one, a joint project both confirmed. `at`:
    the event's start, noon of the one-to-one's day, the later of two confirmations. `about`: the key of the table, the
    event, the one-to-one or the project.
    """

    pk = models.CompositePrimaryKey("person_id", "other_id", "kind", "about")
    person = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+")
    other = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    about = models.BigIntegerField()
    event = models.ForeignKey("events.Event", models.DO_NOTHING, null=True, related_name="+")

    objects: ClassVar = MeetingQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "ties_meeting"

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.other_id}"
