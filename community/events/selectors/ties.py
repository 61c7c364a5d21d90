"""Who has met whom: facts from check-in (R35)."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet

from community.events import states
from community.events.models import MeetAgain, Signup
from community.kernel.prepared import Given, Prepared
from community.members.selectors import blocks


def met_at_table(person_id: int) -> dict[int, datetime]:
    """Everybody who was checked in at one table with this person, and when that was last (the event's start)."""
    return dict(MET_AT_TABLE(person=person_id))


def _met_at_table() -> QuerySet[Signup, Any]:
    mine = Signup.objects.filter(person_id=Given("person"), status=states.ATTENDED, seat__table__isnull=False)
    others = Signup.objects.filter(status=states.ATTENDED, seat__table__in=mine.values("seat__table"))
    last = others.exclude(person_id=Given("person")).order_by().values("person").annotate(last=Max("attended_at"))
    return last.values_list("person_id", "last")


MET_AT_TABLE = Prepared(_met_at_table)


def mates(person_id: int) -> list[dict[str, Any]]:
    """Everybody who was checked in at one table with this person: `public_id`, `name`, at how many tables (`times`), when
    `last`, whether both wish to meet again (`mutual`), and whether they are `shown` by name; one query."""
    mine = Signup.objects.filter(person=person_id, status=states.ATTENDED, seat__table__isnull=False)
    others = Signup.objects.filter(status=states.ATTENDED, seat__table__in=mine.values("seat__table"))
    wish = MeetAgain.objects.filter(person=person_id, other=OuterRef("person"))
    back = MeetAgain.objects.filter(person=OuterRef("person"), other=person_id)
    others = others.exclude(person__in=blocks.either_way(person_id))
    named = others.exclude(person=person_id).order_by().annotate(wishes=Exists(wish), wished=Exists(back))
    rows = named.values("person", "person__public_id", "person__full_name", "person__hide_me", "person__is_active",
                        "wishes", "wished").annotate(last=Max(F("event__starts_at")), times=Count("pk"))  # fmt: skip
    return [
        {
            "public_id": row["person__public_id"],
            "name": row["person__full_name"],
            "times": row["times"],
            "last": row["last"],
            "mutual": row["wishes"] and row["wished"],
            "shown": bool(row["person__full_name"]) and row["person__is_active"] and not row["person__hide_me"],
        }
        for row in rows
    ]
