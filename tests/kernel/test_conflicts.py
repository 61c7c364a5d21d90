"""Conflicts in the database end as a second try or a clear refusal, never as a failed page."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from community.kernel.conflicts import TRIES, settled
from community.kernel.errors import RuleBroken
from community.members.models import Application, Person
from community.members.services.people import lock_people, lock_person
from tests.make import NOON, person

PATIENCE = 20  # seconds; a test that hangs is a test that failed


def test_nothing_is_added_to_a_service_that_goes_well(db):
    @settled()
    def rename(person_id: int, name: str) -> str:
        Person.objects.filter(pk=person_id).update(full_name=name)
        return name

    who = person()
    assert rename(who.pk, name="林晓") == "林晓"
    assert Person.objects.get(pk=who.pk).full_name == "林晓"


def test_a_named_constraint_becomes_its_refusal_and_leaves_nothing_behind(db):
    @settled({"application_one_live_per_person": "application.one_live"})
    def start_twice(who: Person) -> None:
        for _ in range(2):
            Application.objects.create(person=who, started_at=NOON, touched_at=NOON)

    who = person()
    with pytest.raises(RuleBroken) as refused:
        start_twice(who)
    assert refused.value.code == "application.one_live"
    assert not Application.objects.filter(person=who).exists()


def test_a_constraint_nobody_named_stays_the_bug_it_is(db):
    @settled({"application_one_live_per_person": "application.one_live"})
    def take_the_address(email: str) -> None:
        Person.objects.create(email=email)

    with pytest.raises(IntegrityError):
        take_the_address(person().email)


class _Deadlock(Exception):
    sqlstate = "40P01"


class _Unreachable(Exception):
    sqlstate = "08006"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("cause", "calls"), [(_Deadlock, TRIES), (_Unreachable, 1)])
def test_a_deadlock_is_tried_again_and_anything_else_is_not(cause, calls):
    tried = []

    @settled()
    def never_lucky() -> None:
        tried.append(1)
        raise OperationalError("no luck") from cause()

    with pytest.raises(RuleBroken if cause is _Deadlock else OperationalError):
        never_lucky()
    assert len(tried) == calls


def test_inside_another_service_the_outermost_decides(db):
    tried = []

    @settled()
    def inner() -> None:
        tried.append(1)
        raise OperationalError("no luck") from _Deadlock()

    with pytest.raises(OperationalError), transaction.atomic():  # what is aborted is not tried again from within
        inner()
    assert len(tried) == 1


def _in_threads(*calls):
    def run(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, call) for call in calls]]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_real_deadlock_between_two_people_is_settled_for_both():
    one, other = person(), person()
    arrivals, done = threading.Barrier(2), threading.Event()
    tries = []

    @settled()
    def greet(first: int, second: int) -> None:
        tries.append(first)
        if len(tries) > 2:  # a second try may overtake whom it gave way to: here it comes after
            done.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '50ms'")
        lock_person(first)
        if len(tries) <= 2:
            arrivals.wait(PATIENCE)
        lock_person(second)
        Person.objects.filter(pk=second).update(wechat=f"greeted by {first}")

    def go(first: int, second: int) -> None:
        greet(first, second)
        done.set()

    _in_threads(lambda: go(one.pk, other.pk), lambda: go(other.pk, one.pk))
    assert len(tries) == 3, "two tries, and one more for whom the database turned away"
    assert set(Person.objects.filter(pk__in=[one.pk, other.pk]).values_list("wechat", flat=True)) == {
        f"greeted by {one.pk}",
        f"greeted by {other.pk}",
    }


def test_people_locked_together_are_locked_in_one_order(db, django_assert_num_queries):
    one, other = person(), person()
    with transaction.atomic(), django_assert_num_queries(1) as asked:
        assert list(lock_people([other.pk, one.pk, other.pk])) == [one.pk, other.pk]
    assert 'ORDER BY "members_person"."id" ASC FOR NO KEY UPDATE' in asked[0]["sql"]
