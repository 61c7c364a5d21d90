"""Shared by all tests. The servers and the environment come from devtools.pytest_services, before Django starts."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.utils import timezone
from pytest_django.plugin import blocking_manager_key

if TYPE_CHECKING:
    from devtools.stripe_double import StripeDouble

CLOCK = timezone.now

DEEP = os.environ.get("DEEP") == "1"

hypothesis.settings.register_profile("usual", max_examples=40, deadline=None, print_blob=True)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("deep" if DEEP else "usual")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders are markers: `-m "not journey"` needs no decorator in every file."""
    for item in items:
        folder = item.path.parent.name
        if folder == "journeys":
            item.add_marker(pytest.mark.journey)
        elif folder == "concurrency":
            item.add_marker(pytest.mark.concurrency)


# What PostgreSQL notes of a table nobody has counted yet: it is planned for by the size of its file.
UNCOUNTED = """
    UPDATE pg_class SET reltuples = -1, relpages = 0
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples = 0
"""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Autovacuum comes between two tests, when tables are empty, and notes that; the next test's hundreds of rows would be
    planned for as none, and its joins walk everything for each of them, for minutes."""
    from django.db import connection

    if item.get_closest_marker("django_db") and str(connection.settings_dict["NAME"]).startswith("test_"):
        with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
            cursor.execute(UNCOUNTED)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """A clock that a test put elsewhere and left there is that test's failure, not one of fifty others."""
    yield
    if timezone.now is not CLOCK:
        timezone.now = CLOCK
        raise AssertionError("This test leaves a clock behind that stands still: two hands moved it in turns.")


@pytest.fixture(scope="session")
def rounds() -> Callable[[int], int]:
    """`rounds(100)`: 100 in `make test-deep`, a fifteenth of it (at least 3) in `make test`."""
    return lambda full: full if DEEP else max(3, full // 15)


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Rate limits and cached pages of one test must not be seen by the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _tasks_of_ours() -> None:
    """A task that a test calls is one of our app, as in a worker."""
    from community.celery import app

    app.set_default()


@pytest.fixture(autouse=True, scope="session")
def _some_font() -> None:
    """Where the machine has no font with Chinese signs, one of a library's will do: what is drawn is not read here."""
    import reportlab
    from django.conf import settings

    from community.kernel import posters

    if posters.font() is None:
        settings.POSTER_FONT = os.path.join(os.path.dirname(reportlab.__file__), "fonts", "Vera.ttf")
        posters.font.cache_clear()


@pytest.fixture
def at() -> datetime:
    """Now: the views read the clock themselves, and the stand-in's runs with it."""
    return timezone.now()


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The letters of this test are about nothing that could be looked up: whether it is still so is not asked."""
    from community.kernel.outbox import standing

    monkeypatch.setattr(standing, "moot", lambda rows, at: set())


@pytest.fixture
def double() -> "Iterator[StripeDouble]":
    """The outside world of this test; the gateway speaks to it instead of the network."""
    from community.billing import gateway
    from tests.billing import make

    yield make.new_double()
    gateway.use_transport(None)
