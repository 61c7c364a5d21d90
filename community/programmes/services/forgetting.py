"""Somebody is erased (R52): that they took part stays as a count, what they wrote goes."""

from community.kernel.conflicts import settled
from community.members.services import people
from community.programmes.models import Asking, CheckIn, Goal, Place, Reply, Tick


@settled()
def forget_words(person_id: int) -> int:
    """Goals, check-ins, answers, notes and what hosts wrote about them lose their words; how many things."""
    people.lock_person(person_id)
    return (
        Goal.objects.filter(person=person_id).update(text="", word="")
        + CheckIn.objects.filter(place__person=person_id).update(text="")
        + Reply.objects.filter(author=person_id).update(text="")
        + Tick.objects.filter(participation__person=person_id).update(note="")
        + Asking.objects.filter(person=person_id).update(text="")
        + Place.objects.filter(person=person_id).update(sentence="")
    )
