"""What a missed bell left: the database says what waits."""

from datetime import datetime, timedelta

from community.moving import states
from community.moving.models import Batch, Export
from community.moving.services import carrying, exporting, looking, undoing

A_DAY = timedelta(days=1)
MISSED = timedelta(seconds=30)  # a bell that hasn't been heard after so long was missed
WORK = {
    states.RECEIVED: (looking.look, "handed_in_at__lte"),
    states.ORDERED: (carrying.carry, "ordered_at__lte"),
    states.LEAVING: (undoing.undo, "leaving_at__lte"),
}


def sweep(*, at: datetime) -> int:
    """How many were worked off. Whoever works on one holds nothing but what the work itself locks."""
    done = 0
    for status, (work, since) in WORK.items():
        for pk in list(Batch.objects.filter(status=status, **{since: at - MISSED}).values_list("pk", flat=True)):
            work(pk, at=at)
            done += 1
    asked = Export.objects.filter(status=states.ASKED, asked_at__lte=at - MISSED)
    for pk in list(asked.values_list("pk", flat=True)):
        exporting.make(pk, at=at)
        done += 1
    return done


def sweep_orphans(*, at: datetime) -> int:
    """Files that no row names, left behind when a process died between the two; a day old at least."""
    storage = Batch._meta.get_field("file").storage
    if not storage.exists("moving"):
        return 0
    found = {f"moving/{name}" for name in storage.listdir("moving")[1]}
    known = {
        name
        for model in (Batch, Export)
        for name in model.objects.filter(file__in=found).values_list("file", flat=True)
    }
    old = [name for name in sorted(found - known) if storage.get_modified_time(name) < at - A_DAY]
    for name in old:
        storage.delete(name)
    return len(old)
