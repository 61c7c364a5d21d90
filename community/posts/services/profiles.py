"""Members' cards: drawn up from the application, written by their owner, refreshed once a quarter."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of, start_of
from community.kernel.errors import RuleBroken
from community.matching import rules as matching
from community.matching.services import indexing
from community.members import selectors as members
from community.members.selectors import cards
from community.members.services import people
from community.posts import notifications, policies, rules
from community.posts.models import Profile
from community.posts.selectors import cards as own_cards
from community.posts.services import finding

if TYPE_CHECKING:
    from community.members.models import Person

AT_ONCE, ASKED_AT_ONCE = 200, 1000
WORDS = ("about", "needs", "offers")


@settled()
def of(person: "Person", *, at: datetime) -> Profile:
    """Somebody's card, drawn up from their application when there is none yet."""
    people.lock_person(person.pk)
    found = Profile.objects.select_related("person").filter(person=person).first()
    if found is not None:
        return found
    known = cards.known([person.pk])[person.pk]
    made = Profile.objects.create(person=person, made_at=at, refreshed_at=at, **own_cards.first_words(person))
    finding.index_card(made, known, at=at)
    return made


@settled()
def write(person: "Person", *, at: datetime, hide_me: bool | None = None, **details: Any) -> Profile:
    """Write the card: about, needs, offers, tags, audiences. Counts as this quarter's look at it.

    Raises RuleBroken: "post.standing", "contact.…", "card.tags".
    """
    policies.may_post(person, at=at).insist()
    profile = of(person, at=at)
    for name in WORDS:
        if code := rules.contact_in(details.get(name, "")):
            raise RuleBroken(code)
    tags = details.get("tags", profile.tags)
    if len(tags) > rules.TAGS_MOST or any(len(tag) > rules.TAG_MOST for tag in tags):
        raise RuleBroken("card.tags")
    for name, value in details.items():
        setattr(profile, name, value)
    profile.refreshed_at = at
    profile.save(update_fields=[*details, "refreshed_at"])
    if hide_me is not None and hide_me != person.hide_me:
        person.hide_me = hide_me
        person.save(update_fields=["hide_me"])
    profile.person = person
    finding.index_card(profile, cards.known([person.pk])[person.pk], at=at)
    audit.record("card.write", profile, by=person, at=at, person_id=person.pk, data={"changed": sorted(details)})
    return profile


@settled()
def redraw(person_id: int, *, at: datetime) -> None:
    """What the application says of a member has changed: what is found of their card is told anew."""
    people.lock_person(person_id)
    profile = Profile.objects.select_related("person").filter(person=person_id).first()
    if profile is not None:
        finding.index_card(profile, cards.known([person_id])[person_id], at=at)


@settled()
def take_back(person_ids: list[int], *, since: datetime) -> int:
    """These memberships never were: cards that were drawn up for them since, and that nobody touched, go; how many."""
    untouched = Profile.objects.filter(person__in=person_ids, made_at__gte=since, refreshed_at=F("made_at"))
    for profile in (found := list(untouched.select_related("person"))):
        indexing.forget(matching.CARD, profile.person.public_id)
    Profile.objects.filter(pk__in=[profile.pk for profile in found]).delete()
    return len(found)


@settled()
def opened_contact(profile: Profile, fields: list[str], *, by: "Person", at: datetime) -> None:
    """Put on record that somebody read another's contact data; its owner sees who and when."""
    audit.record("card.contact", profile, by=by, at=at, person_id=profile.person_id, data={"fields": fields})


def make_missing(*, at: datetime, limit: int = AT_ONCE) -> int:
    """A card for every member who has none yet; so many at once."""
    without = members.members_in_good_standing(day_of(at)).filter(profile=None)
    new = list(without[:limit])
    for person in new:
        of(person, at=at)
    return len(new)


def ask_all_to_refresh(*, at: datetime) -> int:
    """Every member who hasn't looked at their card in this quarter gets one letter; how many are new.

    So many at once, by key: ten thousand cards are never in memory together.
    """
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    rows = Profile.objects.filter(person__in=standing, refreshed_at__lt=start_of(rules.quarter_of(at))).order_by("pk")
    told = last = 0
    while some := list(rows.filter(pk__gt=last)[:ASKED_AT_ONCE]):
        due = [row for row in some if rules.must_refresh(row.refreshed_at, at)]
        told, last = told + notifications.refresh_asked(due, at=at), some[-1].pk
    return told
