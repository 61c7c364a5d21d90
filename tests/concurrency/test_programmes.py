"""Real threads on PostgreSQL: a cohort of thirty is thirty, and each guard is shown to matter."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.programmes.models import CheckIn, Goal, Place, Programme, Tick
from community.programmes.services import challenging, ending, goals, joining, telling
from tests.concurrency.test_seats import THREADS, together
from tests.make import NOON, member
from tests.programmes import make
from tests.programmes.make import MONDAY

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SATURDAY = NOON.date()


def pressing(programme: Programme, who: Any) -> Callable[[], Any]:
    return lambda: joining.join(programme.pk, who, at=NOON)


def pressing_again(programme: Programme, who: Any) -> Callable[[], Any]:
    """Somebody who is told that the cohort changed this moment, and presses again."""

    def press() -> Any:
        for _ in range(THREADS * 2):
            try:
                return joining.join(programme.pk, who, at=NOON)
            except RuleBroken as refused:
                if refused.code != "programme.stale":
                    raise
        raise AssertionError("places never ran out")

    return press


def held(programme: Programme) -> list[int]:
    return sorted(Place.objects.filter(programme=programme, number__isnull=False).values_list("number", flat=True))


@contextmanager
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The programme is read, not locked."""
    with monkeypatch.context() as patch:
        patch.setattr(joining, "lock_programme", lambda pk: Programme.objects.select_related("follows").get(pk=pk))
        yield


@contextmanager
def without_constraint() -> Iterator[None]:
    """The database no longer says that a number has one holder. The rows that broke it are removed afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE programmes_place DROP CONSTRAINT place_number_once")
    try:
        yield
    finally:
        Place.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE programmes_place ADD CONSTRAINT place_number_once UNIQUE (programme_id, number)"
            )


def test_forty_people_for_thirty_places(rounds: Callable[[int], int]) -> None:
    crowd = [member() for _ in range(40)]
    for _ in range(rounds(20)):
        programme = make.programme()
        answers = Counter(together(*(pressing(programme, who) for who in crowd)))
        assert answers == {"ok": 30, "programme.full": 10}
        assert held(programme) == list(range(1, 31))


def test_with_only_the_lock_off_the_database_still_says_thirty(monkeypatch: pytest.MonkeyPatch) -> None:
    programme, crowd = make.programme(), [member() for _ in range(40)]
    with without_lock(monkeypatch):
        answers = Counter(together(*(pressing_again(programme, who) for who in crowd)))
    assert answers == {"ok": 30, "programme.full": 10}
    assert held(programme) == list(range(1, 31))


def test_with_lock_and_constraint_off_it_overfills(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above prove nothing."""
    programme, crowd = make.programme(), [member() for _ in range(40)]
    with without_constraint(), without_lock(monkeypatch):
        together(*(pressing(programme, who) for who in crowd))
        assert len(held(programme)) > 30


def test_two_for_the_last_place_of_a_small_cohort(rounds: Callable[[int], int]) -> None:
    one, two = member(), member()
    for _ in range(rounds(50)):
        programme = make.programme(seats=1)
        assert sorted(together(pressing(programme, one), pressing(programme, two))) == ["ok", "programme.full"]


def test_a_double_click_is_one_place_and_leaving_twice_frees_one(rounds: Callable[[int], int]) -> None:
    who = member()
    for _ in range(rounds(30)):
        programme = make.programme()
        assert together(*[pressing(programme, who)] * 4) == ["ok"] * 4
        assert held(programme) == [1]
        leave = lambda p=programme: joining.leave(p.pk, who, at=NOON)  # noqa: E731
        assert set(together(leave, leave, leave)) == {"ok"}
        place = Place.objects.get(programme=programme)
        assert AuditEntry.objects.filter(action="place.leave", subject_id=place.pk).count() == 1


def test_two_hosts_decide_at_once_and_one_sentence_stands(rounds: Callable[[int], int]) -> None:
    over = NOON + 60 * make.DAY
    for _ in range(rounds(20)):
        programme, (place,) = make.ended(people=1)
        host, office = programme.hosts.get().person, make.organizer()
        answers = together(
            lambda p=place, by=host: ending.decide(p.public_id, "move_up", "好。", by=by, at=over),
            lambda p=place, by=office: ending.decide(p.public_id, "repeat", "再来。", by=by, at=over),
        )
        assert sorted(answers) == ["ok", "place.stale"]
        place.refresh_from_db()
        assert (place.status, place.sentence) in {("moved_up", "好。"), ("repeats", "再来。")}


def test_one_goal_one_line_a_week_and_one_tick_a_day(rounds: Callable[[int], int]) -> None:
    programme, (place,) = make.running(people=1)
    first = NOON + 9 * make.DAY  # Monday
    game, who = make.challenge(), place.person
    for _ in range(rounds(20)):
        Goal.objects.all().delete()
        CheckIn.objects.all().delete()
        Tick.objects.all().delete()
        challenging.take_part(game.pk, who, at=NOON)
        state = [lambda n=n: goals.state(who, f"目标 {n}", MONDAY, at=NOON) for n in range(3)]
        assert sorted(together(*state)) == ["goal.one", "goal.one", "ok"]
        tell = [lambda n=n: telling.check_in(programme.pk, who, 1, "done", f"{n}", at=first) for n in range(3)]
        assert together(*tell) == ["ok"] * 3
        tick = [lambda: challenging.tick(game.pk, who, SATURDAY, at=NOON)] * 3
        assert together(*tick) == ["ok"] * 3
        counts = (Goal.objects.count(), CheckIn.objects.count(), Tick.objects.count())
        assert counts == (1, 1, 1)
