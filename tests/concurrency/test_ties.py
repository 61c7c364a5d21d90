"""Two people note one another's one-to-one in the same moment."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from community.kernel.days import day_of
from community.ties import selectors
from community.ties.models import OneToOne
from community.ties.services import one_to_ones
from tests import make
from tests.concurrency.test_seats import together
from tests.make import NOON

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_both_note_it_at_once_and_it_is_one_confirmed_one_to_one(rounds: Callable[[int], int]):
    for day in range(rounds(30)):
        one, other = make.member(), make.member()
        when = NOON + timedelta(days=day)
        noted = partial(one_to_ones.log, met_on=day_of(when), at=when)
        assert together(partial(noted, one, other.pk), partial(noted, other, one.pk)) == ["ok", "ok"]
        made = OneToOne.objects.get(asker__in=[one, other])
        assert made.status == "confirmed" and set(selectors.of(one.pk)) == {other.pk}
