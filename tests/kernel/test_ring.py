"""The bell: rung after commit and by name, heard by one worker, hung up again when the connection was lost."""

import ast
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from structlog.testing import capture_logs

from community import celery
from community.kernel import ring as bell
from community.kernel.ring import listen, ring
from community.schedule import SCHEDULE
from tests.architecture import house

LISTENERS = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
PATIENCE = 400  # looks of a twentieth of a second


class Worker:
    """One that hears: a thread with a connection of its own."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[str, list[Any]]] = Queue()
        self.stop = Event()
        self.thread = Thread(target=listen, args=(lambda *said: self.heard.put(said), self.stop))
        self.thread.start()

    def hears(self, *said: Any) -> bool:
        """Whether it hears a ring at last: one that rings before it listens is lost."""
        for _ in range(PATIENCE):
            ring(*said)
            with suppress(Empty):
                if self.heard.get(timeout=0.05) == (said[0], list(said[1:])):
                    return True
        return False

    def goes(self) -> None:
        self.stop.set()
        self.thread.join(20)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Worker]]:
    monkeypatch.setattr(bell, "SILENCE", 0.2)
    monkeypatch.setattr(bell, "PAUSE", 0.05)
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker())
        return started[-1]

    yield start
    for one in started:
        one.goes()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestHearing:
    def test_what_is_committed_is_heard_with_its_values_and_what_is_undone_is_not(self, worker):
        one = worker()
        assert one.hears("events.plan_tables", 7, "周六")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            ring("undone")
            raise ZeroDivisionError
        with transaction.atomic():
            ring("kept")
        for _ in range(PATIENCE):
            if (heard := one.heard.get(timeout=20)) == ("kept", []):
                break
            assert heard[0] == "events.plan_tables"  # those it was called with before it answered

    def test_a_connection_that_broke_is_made_again(self, worker):
        one = worker()
        assert one.hears("before")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(pg_terminate_backend(pid)) {LISTENERS}")
            assert cursor.fetchone() == (1,)
        assert one.hears("after")

    def test_what_nobody_understands_makes_nobody_deaf(self, worker):
        one = worker()
        assert one.hears("before")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('bell', 'ding')")
        assert one.hears("after")

    def test_one_of_two_hears_and_the_other_takes_its_place(self, worker):
        first = worker()
        assert first.hears("work")
        second = worker()
        for _ in range(5):
            assert first.hears("work")
        assert second.heard.empty()
        first.goes()
        assert second.hears("work")

    def test_a_bell_that_does_not_ring_costs_nobody_their_answer(self, monkeypatch):
        monkeypatch.setattr(bell, "RING", "SELECT no_such_function(%s)")
        with capture_logs() as said:
            ring("kernel.deliver_waiting_messages")
        assert [line["event"] for line in said] == ["bell_not_rung"]

    def test_nor_does_a_connection_that_broke_right_after_the_commit(self):
        with capture_logs() as said, transaction.atomic():
            transaction.on_commit(lambda: connection.connection.close())
            ring("kernel.deliver_waiting_messages")
        connection.close()
        assert [line["event"] for line in said] == ["bell_not_rung"]


class TestHandingOn:
    def test_to_the_broker_by_its_name(self, monkeypatch):
        sent = []
        monkeypatch.setattr(celery.app, "send_task", lambda *said, **more: sent.append((*said, more)))
        celery.hand_on("billing.take_event", [7])
        assert sent == [("billing.take_event", [7], {"retry": False})]

    @pytest.mark.parametrize("error", [OperationalError, OSError])
    def test_a_dead_broker_ends_nothing(self, monkeypatch, error):
        def dead(*said: Any, **more: Any) -> None:
            raise error

        monkeypatch.setattr(celery.app, "send_task", dead)
        with capture_logs() as said:
            celery.hand_on("billing.take_event", [7])
        assert [(line["event"], line["task"]) for line in said] == [("broker_down", "billing.take_event")]


@pytest.fixture
def _every_task() -> None:
    celery.app.loader.import_default_modules()


def rung() -> Iterator[tuple[Path, ast.Call]]:
    for path in house.product_code():
        if "import ring" in house.text(path):
            yield from ((path, call) for call in house.calls(path) if house.dotted(call.func) == "ring")


@pytest.mark.usefixtures("_every_task")
def test_every_name_that_is_rung_is_a_task_that_takes_these_values():
    found = list(rung())
    named = [(path, node) for path, node in found if isinstance(node.args[0], ast.Constant)]
    assert len(named) >= 13
    assert [path.name for path, node in found if not isinstance(node.args[0], ast.Constant)] == ["jobs.py"]
    for path, node in named:
        task = celery.app.tasks[node.args[0].value]
        inspect.signature(task.run).bind(*node.args[1:])
        assert not node.keywords, path


@pytest.mark.usefixtures("_every_task")
def test_beat_has_every_job_of_the_schedule_at_its_turns():
    assert {name: entry["task"] for name, entry in celery.app.conf.beat_schedule.items()} == {
        name: name for name in SCHEDULE
    }
    for name, turns in SCHEDULE.items():
        assert name in celery.app.tasks
        said = celery.app.conf.beat_schedule[name]["schedule"]
        if isinstance(turns, float):
            assert said == turns
        else:
            assert (said.minute, said.hour) == (set(turns.minutes), set(turns.hours))
            assert (said.day_of_month, said.day_of_week) == (set(turns.days), set(turns.weekdays))
