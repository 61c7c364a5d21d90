"""Filling the index in bulk for a bench: the same rows the services would write, by COPY."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from community.kernel.days import day_of, months_later
from community.matching import rules
from devtools.matching.sets import Labelled

TABLES = ("matching_match", "matching_vector", "matching_posting", "matching_term", "matching_document")
PEOPLE = 500


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
        cursor.execute("UPDATE matching_corpus SET documents = 0, needs = 0, length = 0")


def people(count: int, at: datetime) -> list[int]:
    """Members in good standing, as history."""
    from community.members.models import Application, City, Industry, Person, Term, Tier

    made = Person.objects.bulk_create(
        Person(email=f"m{n}@bench.test", full_name=f"会员{n}", name_key=f"hui yuan {n}") for n in range(count)
    )
    since, tier = at - timedelta(days=60), Tier.objects.get(code="member")
    shared = {"status": "admitted", "role": "legal_representative", "city": City.objects.first(), "tier": tier}
    times = dict.fromkeys(
        ("started_at", "touched_at", "submitted_at", "approved_at", "attended_at", "paid_at", "admitted_at"), since
    )
    applications = Application.objects.bulk_create(
        Application(
            person=who, full_name=who.full_name, industry=Industry.objects.first(), approved_by=who,
            clock_ends_at=since + timedelta(days=22), **shared, **times,
        )
        for who in made
    )  # fmt: skip
    begins = day_of(since)
    Term.objects.bulk_create(
        Term(person=one.person, tier=tier, application=one, starts_on=begins, ends_on=months_later(begins, 12), recorded_at=since)
        for one in applications
    )  # fmt: skip
    return [who.pk for who in made]


def club(of: Labelled) -> Iterator[dict[str, Any]]:
    """A labelled set as a club has it: what is found are offers, and what is asked are needs, indexed too."""
    yield from ({"kind": rules.OFFER, "key": row["id"], "title": row["text"]} for row in of.corpus)
    for row in of.queries:
        yield {"kind": rules.NEED, "key": f"need-{row['id']}", "title": row["text"], "text": row.get("detail") or ""}


def documents(rows: Iterable[dict[str, Any]], owners: list[int], at: datetime) -> None:
    """`rows`: kind, key, title, text and perhaps topics, lacks, city_id, industry_id."""
    terms: dict[str, int] = {}
    df: Counter[int] = Counter()
    asked: Counter[int] = Counter()
    count = total = needs = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_posting (document_id bigint, term_id bigint, tf int, field int, length int)"
        )
        written: list[tuple[Any, ...]] = []
        with cursor.copy("COPY bench_posting FROM STDIN") as copy:
            for count, row in enumerate(rows, 1):
                found, length = rules.postings(row["title"], row.get("text", ""))
                total += length
                needs += row["kind"] == "need"
                written.append(_columns(row, count, owners[count % len(owners)], length, at))
                for word, posting in found.items():
                    key = terms.setdefault(word, len(terms) + 1)
                    df[key] += 1
                    asked[key] += row["kind"] == "need"
                    copy.write_row((count, key, posting.tf, posting.field, length))
        with cursor.copy("COPY matching_term (id, text, df, asked) FROM STDIN") as copy:
            for word, key in terms.items():
                copy.write_row((key, word, df[key], asked[key]))
        with cursor.copy(f"COPY matching_document ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for one in written:
                copy.write_row(one)
        cursor.execute(
            "INSERT INTO matching_posting (document_id, term_id, tf, field, length) SELECT * FROM bench_posting"
        )
        cursor.execute("DROP TABLE bench_posting")
        cursor.execute("UPDATE matching_corpus SET documents = %s, needs = %s, length = %s", [count, needs, total])
        for table in ("matching_term", "matching_document"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")  # as autovacuum does after so many new rows


COLUMNS = ("id", "kind", "key", "person_id", "path", "title", "text", "lacks", "topics", "industry_id", "city_id",
           "size", "stage", "for_stage", "visible", "length", "written_at", "paired_at")  # fmt: skip


def _columns(row: dict[str, Any], key: int, owner: int, length: int, at: datetime) -> tuple[Any, ...]:
    return (key, row["kind"], row["key"], owner, f"/{key}/", row["title"], row.get("text", ""), row.get("lacks", []),
            row.get("topics", []), row.get("industry_id"), row.get("city_id"), row.get("size", ""), "", "", True,
            length, at, at)  # fmt: skip
