"""Two administrators at once, and a seat taken in the second of a suspension."""

from functools import partial

import pytest

from community.events.models import Signup
from community.events.services import booking
from community.kernel.days import day_of
from community.members import policies
from community.members.models import Expulsion, Suspension
from community.members.services import expelling, suspending
from tests import make
from tests.concurrency.test_seats import together
from tests.events import make as events
from tests.make import NOON
from tests.members.test_suspending import DAY

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_consents_at_once_expel_once(rounds) -> None:
    one, two, three = (make.person(roles=("administrator",)) for _ in range(3))
    for _ in range(rounds(40)):
        who = make.member()
        row = expelling.propose(who.pk, reason="-", by=one, at=NOON)
        answers = together(*(partial(expelling.consent, row.pk, by=by, at=NOON) for by in (two, three)))
        assert sorted(answers) == ["expulsion.stale", "ok"]
        assert Expulsion.objects.get(pk=row.pk).status == "consented"
        assert not policies.is_member(who, day_of(NOON))


def test_two_suspensions_at_once_are_one(rounds) -> None:
    one, two = (make.person(roles=("administrator",)) for _ in range(2))
    for _ in range(rounds(40)):
        who = make.member()
        answers = together(
            *(
                partial(suspending.suspend, who.pk, ends_on=day_of(NOON) + 7 * DAY, reason="-", note="", by=by, at=NOON)
                for by in (one, two)
            )
        )
        assert sorted(answers) == ["ok", "suspension.running"]
        assert Suspension.objects.filter(person=who).count() == 1


def test_a_seat_taken_in_the_same_second_goes_back(rounds) -> None:
    boss = make.person(roles=("administrator",))
    seen = set()
    for _ in range(rounds(40)):
        table, who = events.event(), make.member()
        answers = together(
            partial(suspending.suspend, who.pk, ends_on=day_of(NOON) + DAY, reason="-", note="", by=boss, at=NOON),
            partial(booking.sign_up, table.pk, who, by=who, at=NOON),
        )
        seen.add(answers[1])
        assert answers[0] == "ok" and answers[1] in ("ok", "booking.suspended")
        held = Signup.objects.filter(person=who).exclude(status="withdrawn")
        assert not held.exists(), "whoever was first, no suspended member has a chair"
    assert seen
