"""What a table planner may know of people: whom they work with, in which line, and how far their company has come."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from community.members import states
from community.members.models import Application, Stake

STAGES = [code for code, _ in Application.Stage.choices]


def company_names(person_ids: Iterable[int]) -> dict[int, str]:
    """The company each person stands for, the latest one verified; one query."""
    stakes = Stake.objects.filter(person_id__in=list(person_ids), ended_at=None, verified_on__isnull=False)
    return dict(stakes.order_by("verified_on", "pk").values_list("person_id", "company__legal_name"))


@dataclass(frozen=True)
class Card:
    """`stage`: 0 (preparing) to 4 (established); None where nobody said."""

    companies: tuple[int, ...] = ()
    industry: int | None = None
    stage: int | None = None


def cards(person_ids: Iterable[int]) -> dict[int, Card]:
    """By person; two queries however many they are. The latest application says what a person last told."""
    ids = list(person_ids)
    companies: dict[int, set[int]] = defaultdict(set)
    for person_id, company_id in Stake.objects.filter(person_id__in=ids, ended_at=None).values_list(
        "person_id", "company_id"
    ):
        companies[person_id].add(company_id)
    told: dict[int, tuple[int | None, str]] = {}
    rows = Application.objects.filter(person_id__in=ids, status__in=[states.APPROVED, states.ADMITTED])
    for person_id, company_id, industry_id, stage in rows.order_by("pk").values_list(
        "person_id", "company_id", "industry_id", "stage"
    ):
        told[person_id] = industry_id, stage
        if company_id is not None:
            companies[person_id].add(company_id)
    return {
        pk: Card(
            tuple(sorted(companies[pk])),
            told.get(pk, (None, ""))[0],
            STAGES.index(told[pk][1]) if pk in told and told[pk][1] in STAGES else None,
        )
        for pk in ids
    }
