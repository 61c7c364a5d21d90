"""Who stands well on a day: what `policies.standing` computes for one person, said to the database for all."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now, TruncDate

from community.kernel.days import ZONE
from community.kernel.prepared import DAY, Given, Prepared
from community.members import rules, states
from community.members.models import Expulsion, Farewell, Person, Stake, Suspension, Term

CODE_LENGTH, FOUND_MOST = 18, 20


def suspensions_on(on: Any, person: Any) -> QuerySet[Suspension]:
    """The suspensions of a person (or of an outer query's) that cover a day: the one condition of every list."""
    return Suspension.objects.filter(person=person, begins_on__lte=on, ends_on__gt=on)


def members_in_good_standing(on: date) -> QuerySet[Person]:
    """Everybody whose term is active or in grace on a day and who is not suspended, by name."""
    return well_standing(on, earliest_end(on))


def well_standing(on: Any, earliest: Any) -> QuerySet[Person]:
    """The same for a question that is worded once (`kernel.prepared`): the day, and the `earliest_end` that goes with it."""
    return _members(on, earliest).exclude(Exists(suspensions_on(on, OuterRef("pk"))))


def earliest_end(on: date) -> date:
    """A term that ended by this day is over, its grace too."""
    return date.fromordinal(on.toordinal() - rules.GRACE_DAYS)


def _of_one() -> QuerySet[Person, Any]:
    people = well_standing(Given("on", DAY), Given("earliest", DAY)).order_by()
    return people.filter(pk=Given("person")).values_list("pk")


OF_ONE = Prepared(_of_one)


def stands_well(person_id: int, on: date) -> bool:
    """Whether one of `members_in_good_standing` is this person. One query."""
    return bool(OF_ONE(person=person_id, on=on, earliest=earliest_end(on)))


def all_members(on: date) -> QuerySet[Person]:
    """The same with those who are suspended: whom the club has as members, whatever their rights."""
    return _members(on, earliest_end(on))


def lasting(on: Any, earliest: Any) -> Q:
    """Of terms that have begun: which still run on a day, or are in grace (R14)."""
    return Q(ends_early_on=None, ends_on__gt=earliest) | Q(ends_early_on__gt=on)


def _members(on: Any, earliest: Any) -> QuerySet[Person]:
    current = Term.objects.filter(lasting(on, earliest), voided_at=None, starts_on__lte=on)
    return Person.objects.filter(pk__in=current.values("person_id"), is_active=True).order_by("name_key", "pk")


def in_standing_now() -> Any:
    """The same for the one person read, at the database's own time: whether the navigation leads to members' pages."""
    today = TruncDate(Now(), tzinfo=ZONE)
    grace = TruncDate(Now() - timedelta(days=rules.GRACE_DAYS), tzinfo=ZONE)
    terms = Term.objects.filter(lasting(today, grace), person=OuterRef("pk"), voided_at=None, starts_on__lte=today)
    return Exists(terms) & ~Exists(suspensions_on(today, OuterRef("pk")))


def suspensions(on: date) -> QuerySet[Suspension]:
    """Those that count on a day: appeals that wait first, then by their end."""
    rows = Suspension.objects.filter(begins_on__lte=on, ends_on__gt=on).select_related("person", "set_by")
    return rows.annotate(waits=Q(appealed_at__isnull=False, answered_at=None)).order_by("-waits", "ends_on", "pk")


def appeals_waiting() -> QuerySet[Suspension]:
    """Appeals nobody has answered, the oldest first; a suspension that ran out meanwhile is answered, too."""
    return Suspension.objects.filter(appealed_at__isnull=False, answered_at=None).order_by("appealed_at", "pk")


def expulsions_waiting() -> QuerySet[Expulsion]:
    """What waits for a second administrator, the oldest first."""
    rows = Expulsion.objects.filter(status=states.ASKED)
    return rows.select_related("person", "asked_by").order_by("asked_at", "pk")


def suspensions_of(person: Person) -> list[Suspension]:
    """Newest first."""
    return list(person.suspensions.select_related("set_by", "lifted_by", "answered_by")[:50])


def expulsions_of(person: Person) -> list[Expulsion]:
    return list(person.expulsions.select_related("asked_by", "answered_by", "readmitted_by")[:50])


def find_people(text: str) -> list[Person]:
    """By e-mail, by a part of the name, or by the credit code of a company they stand for; twenty at most."""
    found = Q(email__iexact=text) | Q(full_name__icontains=text)
    if len(text) == CODE_LENGTH:
        stakes = Stake.objects.filter(company__credit_code=text.upper(), ended_at=None)
        found |= Q(pk__in=stakes.values("person"))
    return list(Person.objects.filter(found, is_active=True).order_by("name_key", "pk")[:FOUND_MOST])


def former_members(on: date) -> QuerySet[Any]:
    """Whoever was a member and is none today, the last to go first: `last_end`, `expelled`, and `why` and `words` where
    they left by themselves and said so."""
    terms = Term.objects.filter(person=OuterRef("pk"), voided_at=None, starts_on__lte=on).order_by("-starts_on")
    farewell = Farewell.objects.filter(person=OuterRef("pk"))
    people = Person.objects.filter(erased_at=None).annotate(
        last_end=Subquery(terms.annotate(end=Coalesce("ends_early_on", "ends_on")).values("end")[:1]),
        expelled=Exists(Expulsion.objects.filter(person=OuterRef("pk"), status=states.CONSENTED, readmitted_at=None)),
        why=Subquery(farewell.values("why")[:1]),
        words=Subquery(farewell.values("words")[:1]),
    )
    gone = people.filter(last_end__isnull=False).exclude(pk__in=all_members(on).order_by().values("pk"))
    return gone.order_by("-last_end", "pk")


def why_left(since: datetime) -> list[tuple[str, int]]:
    """Why people left by themselves since an instant, the most frequent first: (reason, how many)."""
    rows = Farewell.objects.filter(left_at__gte=since).order_by().values_list("why").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))
