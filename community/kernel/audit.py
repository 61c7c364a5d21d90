"""The audit trail (R50): who, when, what, why. Append-only by a database trigger."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from community.kernel.models import AuditEntry

if TYPE_CHECKING:
    from community.members.models import Person


def record(
    action: str,
    subject: Model,
    *,
    by: "Person | None",
    at: datetime,
    reason: str = "",
    person_id: int | None = None,
    old: str = "",
    new: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction. `by` is None when the system acts by rule.

    `person_id` is whom it concerns; by default the subject's own `person_id`, or the subject if it is a person.
    """
    if person_id is None:
        person_id = _whose(subject)
    return AuditEntry.objects.create(
        at=at,
        actor=by,
        person_id=person_id,
        action=action,
        subject_type=subject._meta.label,
        subject_id=subject.pk,
        old=old,
        new=new,
        reason=reason,
        data=data or {},
    )


def _whose(subject: Model) -> int | None:
    """Whom a thing concerns by itself."""
    return subject.pk if subject._meta.label == "members.Person" else getattr(subject, "person_id", None)


def record_all(
    action: str,
    subjects: Sequence[Model],
    *,
    by: "Person | None",
    at: datetime,
    new: str = "",
    reason: str = "",
    of_people: bool = True,
) -> None:
    """One entry for each of many subjects of one kind, which belong to their `person_id`, in two statements or so.

    `of_people` false: the entry stands at the subject alone. So an import can be undone, and the entry stays.
    """
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                at=at, actor=by, person_id=_whose(subject) if of_people else None, action=action,
                subject_type=subject._meta.label, subject_id=subject.pk, new=new, reason=reason, data={},
            )
            for subject in subjects
        ],
        batch_size=2000,
    )  # fmt: skip


def about(person_id: int, *actions: str) -> QuerySet[AuditEntry]:
    """What happened to one person's things by these actions, newest first, with the actors."""
    entries = AuditEntry.objects.filter(person_id=person_id, action__in=actions)
    return entries.select_related("actor").order_by("-at", "-pk")


def entries(
    *,
    people: Collection[int] | None = None,
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    older_than: int | None = None,
) -> QuerySet[AuditEntry]:
    """Everything that happened, as it was written down, newest first, with actors and people.

    `people`: what concerns them or what they did. `subject`: the first part of the actions. [since, until) by the
    entries' time; `older_than` is the key of the last entry of the page before.
    """
    rows = AuditEntry.objects.select_related("actor", "person").order_by("-pk")
    if people is not None:
        keys = list(people)
        rows = rows.filter(Q(person__in=keys) | Q(actor__in=keys))
    if subject:
        rows = rows.filter(action__startswith=f"{subject}.")
    period = {"at__gte": since, "at__lt": until, "pk__lt": older_than}
    return rows.filter(**{name: value for name, value in period.items() if value is not None})


def concerning(
    person_id: int,
    subjects: Collection[str],
    *,
    also: Mapping[str, Collection[int]],
    only: Mapping[str, Collection[int]],
    never: Mapping[str, Collection[int]],
) -> QuerySet[AuditEntry]:
    """What happened to one person by some subjects, with the actors. Keys by label: `also` what is theirs, where the trail
    stands at the thing alone because an import brought it in; `only` and `never` narrow the things of a label."""
    whose = Q(person=person_id)
    for label, keys in also.items():
        whose |= Q(person=None, subject_type=label, subject_id__in=list(keys))
    rows = AuditEntry.objects.filter(whose, action__regex=rf"^({'|'.join(sorted(subjects))})\.").select_related("actor")
    for label, keys in only.items():
        rows = rows.exclude(~Q(subject_id__in=list(keys)), subject_type=label)
    for label, keys in never.items():
        rows = rows.exclude(subject_type=label, subject_id__in=list(keys))
    return rows


def of_many(person_ids: Collection[int], action: str) -> QuerySet[AuditEntry]:
    """What happened to some people by one action, oldest first."""
    return AuditEntry.objects.filter(person_id__in=person_ids, action=action).order_by("at", "pk")


def about_outer(role: str) -> QuerySet[AuditEntry]:
    """Entries of the person of an outer query: as whom it concerns ("person"), or as who did it ("actor")."""
    return AuditEntry.objects.filter(**{role: OuterRef("pk")})


def acts_of(*roles: str) -> QuerySet[AuditEntry]:
    """What colleagues with one of these roles did about others, one row each."""
    staff = Group.objects.filter(user=OuterRef("actor_id"), name__in=roles)
    return AuditEntry.objects.filter(Exists(staff)).exclude(actor=F("person")).order_by()


def mask(person_id: int, words: Collection[str] = ()) -> int:
    """Take the words out of every entry about a person who is erased; who, when and what stay. How many entries.
    `words`: what names them; gone from whatever others wrote, and from the payers in the books.

    The one way to change what the database guards: a function of its own (docs/decisions/0009).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT club_mask_person(%s, %s::text[])", [person_id, list(words)])
        return int(cursor.fetchone()[0])


def trail(subject: Model) -> QuerySet[AuditEntry]:
    """Everything recorded about one thing, oldest first, with the actors."""
    return (
        AuditEntry.objects.filter(subject_type=subject._meta.label, subject_id=subject.pk)
        .select_related("actor")
        .order_by("at", "pk")
    )
