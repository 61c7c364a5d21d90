"""A question worded once gets the answers the ordinary queryset would get, every time, with whatever values."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.transaction import TransactionManagementError, atomic

from community.kernel.prepared import INSTANT, TEXT, Given, IsOneOf, Prepared
from community.members.models import Application, Person
from tests.make import NOON, person, submitted

PATIENCE = 20  # seconds
COMMITTED = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def by_name(name: object) -> object:
    own = Application.objects.filter(person=OuterRef("pk")).order_by().values("person").annotate(n=Count("pk"))
    return Person.objects.filter(Q(full_name=name) | Q(email=name)).annotate(n=Subquery(own.values("n")))


def test_every_asking_brings_its_own_value(db):
    lin, chen = person("林晓"), person("陈一鸣")
    submitted(lin)
    asked = Prepared(lambda: by_name(Given("name", TEXT)))
    for name in ("林晓", "陈一鸣", chen.email, "nobody", "%s", "' OR 1=1 --"):
        ordinary = list(by_name(name))
        assert asked(name=name) == ordinary
        assert [row.n for row in asked(name=name)] == [row.n for row in ordinary]
    assert asked.first(name="nobody") is None


def test_related_rows_and_values_come_as_from_the_queryset(db, django_assert_num_queries):
    mine = submitted(person("林晓"))
    rows = Prepared(lambda: Application.objects.select_related("person").filter(person_id=Given("person")))
    values = Prepared(
        lambda: Application.objects.filter(started_at__lte=Given("at", INSTANT)).values_list("pk", "person__full_name")
    )
    with django_assert_num_queries(3):
        assert [row.person.full_name for row in rows(person=mine.person_id)] == ["林晓"]
        assert values(at=NOON) == list(
            Application.objects.filter(started_at__lte=NOON).values_list("pk", "person__full_name")
        )


def test_a_list_is_one_value(db):
    people = [person() for _ in range(3)]
    asked = Prepared(lambda: Person.objects.filter(IsOneOf(F("pk"), Given("keys", many=True))).order_by("pk"))
    assert asked(keys=[people[0].pk, people[2].pk]) == [people[0], people[2]]
    assert asked(keys=[]) == []


@COMMITTED
def test_a_lock_is_refused_outside_a_transaction():
    who = person()
    locked = Prepared(lambda: Person.objects.select_for_update().filter(pk=Given("person")))
    with atomic():
        assert locked(person=who.pk) == [who]
    with pytest.raises(TransactionManagementError):
        locked(person=who.pk)


@COMMITTED
def test_threads_ask_on_their_own_connections():
    people = [person() for _ in range(8)]
    asked = Prepared(lambda: Person.objects.filter(pk=Given("person")))

    def ask(who: Person) -> bool:
        try:
            return all(asked(person=who.pk) == [who] for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, people, timeout=PATIENCE))
