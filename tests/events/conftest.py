"""What tests of pages share. A module names what it wants for all of its tests: `usefixtures("now", "no_second_factor")`."""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from community.members.models import Person
from tests.events import make
from tests.make import NOON


@pytest.fixture
def now() -> Iterator[mock.Mock]:
    """The pages read the clock; here it stands where a test puts it: `now.return_value = SATURDAY`."""
    with mock.patch("django.utils.timezone.now", return_value=NOON) as clock:
        yield clock


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    """That door has its own tests."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def staff() -> Person:
    return make.organizer()
