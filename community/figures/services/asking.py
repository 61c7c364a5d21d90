"""The quarter's one question: put once to each member, answered once, kept apart from whoever answered."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from community.figures import notifications, policies, rules
from community.figures.models import Asking, Voice
from community.figures.selectors import voices
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.selectors import chapters
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person

BATCH = 500


def ask_all_due(*, at: datetime) -> int:
    """In the second half of a quarter every member in good standing is asked once; how many letters are new."""
    quarter_on = rules.asking_quarter(at)
    new = 0
    while quarter_on and (ids := list(voices.to_ask(quarter_on, at).values_list("pk", flat=True)[:BATCH])):
        with transaction.atomic():
            homes = chapters.homes_of(ids)
            rows = [Asking(person_id=pk, quarter_on=quarter_on, asked_at=at, city_id=homes.get(pk)) for pk in ids]
            Asking.objects.bulk_create(rows, ignore_conflicts=True)
            new += notifications.question(voices.new_ones(quarter_on, ids), at=at)
    return new


@settled()
def answer(person: "Person", score: int, words: str, *, named: bool, at: datetime) -> None:
    """Keep one answer, without its person unless `named`; that they answered is kept with them. It cannot be changed:
    nothing leads back to it. Raises RuleBroken: "quarter.none", "quarter.answered", "quarter.score"."""
    people.lock_person(person.pk)
    asking = voices.asking_of(person, at)
    policies.may_answer(asking, at=at).insist()
    assert asking is not None
    if score not in rules.SCORES:
        raise RuleBroken("quarter.score")
    Asking.objects.filter(pk=asking.pk).update(answered=True)
    Voice.objects.create(
        quarter_on=asking.quarter_on, score=score, text=words.strip()[: rules.WORDS_MOST], city_id=asking.city_id,
        person=person if named else None,
    )  # fmt: skip


def forget(person_id: int) -> int:
    """R52: an answer somebody put their name to keeps its number alone; how many. Of the others nobody knows whose they
    are."""
    return Voice.objects.filter(person=person_id).update(person=None, text="")
