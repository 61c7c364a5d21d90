"""What must hold for programmes on the live data: name → public ids of what breaks it."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from community.kernel.days import day_of
from community.members import selectors as members
from community.programmes import states
from community.programmes.models import Place, Programme

SHOWN = 20
SWEPT_WITHIN = timedelta(hours=1)


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    held = Count("places", filter=Q(places__number__isnull=False))
    crowded = Programme.objects.annotate(held=held).filter(held__gt=F("seats"))
    led = Programme.objects.filter(status__in=[states.OPEN, states.RUNNING], hosts=None)
    yesterday = day_of(at - SWEPT_WITHIN)
    late = Programme.objects.filter(
        Q(status=states.OPEN, starts_on__lt=yesterday) | Q(status=states.RUNNING, last_on__lt=yesterday)
    )
    standing = members.members_in_good_standing(yesterday).order_by().values("pk")
    running = Place.objects.filter(status=states.JOINED, programme__status__in=[states.OPEN, states.RUNNING])
    return {
        "cohort_over_its_seats": list(crowded.values_list("public_id", flat=True)[:SHOWN]),
        "programme_without_host": list(led.values_list("public_id", flat=True)[:SHOWN]),
        "programme_not_swept": list(late.values_list("public_id", flat=True)[:SHOWN]),
        "place_of_nobody_in_standing": list(
            running.exclude(person__in=standing).values_list("public_id", flat=True)[:SHOWN]
        ),
    }
