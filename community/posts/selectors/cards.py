"""Cards as a reader may see them: the one place where visibility is decided. What is hidden never leaves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from community.kernel import audit
from community.kernel.days import day_of
from community.members.selectors import blocks
from community.members.selectors import cards as members
from community.posts import policies, rules
from community.posts.models import Profile
from community.programmes import selectors as programmes
from community.ties import selectors as ties


@dataclass(frozen=True)
class Card:
    """`fields`: name → text, only what this reader may read and what there is; contact data only where it was opened.
    `contact`: names of the contact fields the reader may open."""

    public_id: str
    name: str
    verified: bool
    met: bool
    tags: tuple[str, ...]
    fields: dict[str, str]
    contact: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Under the name in a list."""
        return " · ".join(self.fields[name] for name in ("company", "title", "industry", "city") if name in self.fields)


def cards(reader: Any, people: Iterable[Any], *, with_contact: bool = False) -> list[Card]:
    """The cards of some people for one reader, in their order; six queries, however many."""
    shown = list(people)
    known = members.known({person.pk for person in shown} | {reader.pk})
    profiles = {profile.person_id: profile for profile in Profile.objects.filter(person__in=[p.pk for p in shown])}
    met = ties.last_met(reader.pk)
    goals = programmes.goals_of(person.pk for person in shown)
    stage, staff = known[reader.pk].stage, policies.may_moderate(reader)

    def relation(person: Any) -> set[str]:
        same = bool(stage) and known[person.pk].stage == stage
        holds = {rules.MEMBERS: True, rules.STAGE: same, rules.MET: person.pk in met, rules.STAFF: staff}
        return {name for name, true in holds.items() if true}

    return [
        _card(person, known[person.pk], profiles.get(person.pk) or Profile(person=person), relation(person),
              goal=goals[person.pk].text if person.pk in goals else "", met=person.pk in met, own=person.pk == reader.pk, with_contact=with_contact)
        for person in shown
    ]  # fmt: skip


def _card(
    person: Any,
    known: members.Known,
    profile: Profile,
    relation: set[str],
    *,
    goal: str,
    met: bool,
    own: bool,
    with_contact: bool,
) -> Card:
    readable = [name for name in rules.FIELDS if own or rules.may_read(profile.audience(name), relation)]
    texts = {
        **{name: getattr(known, name) for name in ("title", "company", "industry", "city")},
        "stage": known.stage_name,
        "goal": "" if rules.contact_in(goal) else goal,
        **{name: getattr(profile, name) for name in ("about", "needs", "offers")},
        "phone": person.phone.as_national if person.phone else "",
        "wechat": person.wechat,
        "email": person.email,
    }
    fields = {name: texts[name] for name in readable if texts[name]}
    contact = tuple(name for name in rules.CONTACT if name in fields)
    if not with_contact:
        fields = {name: text for name, text in fields.items() if name not in rules.CONTACT}
    return Card(person.public_id, person.name, known.verified, met, tuple(profile.tags), fields, contact)


def directory(reader: Any, at: datetime, *, industry: Any = None, city: Any = None, tag: str = "") -> QuerySet[Any]:
    """Members by name. Narrowing never finds somebody by what they don't show to all members."""
    people = members.listed(day_of(at), industry=industry.pk if industry else None, city=city.pk if city else None)
    for name in [name for name, chosen in (("industry", industry), ("city", city)) if chosen]:
        secret = Q(**{f"audiences__{name}__isnull": False}) & ~Q(**{f"audiences__{name}": rules.MEMBERS})
        people = people.exclude(pk__in=Profile.objects.filter(secret).values("person"))
    people = people.exclude(pk__in=blocks.either_way(reader))
    if tag:
        people = people.filter(pk__in=Profile.objects.filter(tags__contains=[tag]).values("person"))
    return people


def whose(reader: Any, public_id: str, at: datetime) -> Any | None:
    """The member behind a card, if this reader may open it: in good standing, not hiding, and neither has
    blocked the other (one's own always)."""
    listed = members.listed(day_of(at)).filter(public_id=public_id)
    person = listed.exclude(pk__in=blocks.either_way(reader)).first()
    if person is None and reader.public_id == public_id:
        return reader
    if person is None and policies.may_moderate(reader):
        return members.members_in_good_standing(day_of(at)).filter(public_id=public_id).first()
    return person


def readers_of(person: Any) -> list[audit.AuditEntry]:
    """Who opened this person's contact data, members and the office, the latest first; twenty at most."""
    return list(audit.about(person.pk, "card.contact", "person.contact")[:20])


def asks_to_refresh(person: Any, at: datetime) -> bool:
    """Whether this quarter's look at one's card is still to come."""
    profile = Profile.objects.filter(person=person).first()
    return profile is not None and rules.must_refresh(profile.refreshed_at, at)


def first_words(person: Any) -> dict[str, str]:
    """What a card says before its owner has written anything: the application's own words, without contact data."""
    known = members.known([person.pk])[person.pk]
    said = {name: getattr(known, name)[: rules.CARD_MOST] for name in ("about", "needs", "offers")}
    return {name: "" if rules.contact_in(text) else text for name, text in said.items()}
