"""The names under which people and lists are looked for."""

from collections.abc import Iterable
from dataclasses import dataclass

from community.members.models import City, Industry, Person


@dataclass(frozen=True)
class Names:
    """`full` and `syllables`: a person's name and its pinyin; `labels`: city and industry in both languages."""

    full: str
    syllables: list[str]
    labels: list[str]


def names_for_search(person_id: int | None, industry_id: int | None, city_id: int | None) -> Names:
    """Three queries at most; what is None or gone has no name."""
    person = Person.objects.filter(pk=person_id).values_list("full_name", "name_key").first() if person_id else None
    full, key = person or ("", "")
    rows = [
        City.objects.filter(pk=city_id).values_list("name_zh", "name_en").first() if city_id else None,
        Industry.objects.filter(pk=industry_id).values_list("name_zh", "name_en").first() if industry_id else None,
    ]
    return Names(full, key.split() if full else [], [name for row in rows if row for name in row])


def lists_by_id() -> tuple[dict[int, Industry], dict[int, City]]:
    """Every industry and every city, those taken off the list too: for pages that name what was stored."""
    return Industry.objects.in_bulk(), City.objects.in_bulk()


def people_by_email(emails: Iterable[str]) -> dict[str, Person]:
    """Those who have one of these addresses, by it; lower case."""
    return {person.email: person for person in Person.objects.filter(email__in=[email.lower() for email in emails])}
