"""Two administrators who take the role from one another: one of them stays."""

from functools import partial

import pytest

from community.members.models import Person
from community.members.services import roles
from tests import make
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_administrators_never_remove_each_other(at, rounds) -> None:
    for _ in range(rounds(50)):
        one, two = (make.person(roles=("administrator",)) for _ in range(2))
        answers = together(
            *(
                partial(roles.take, whom.pk, "administrator", by=by, at=at, reason="-")
                for whom, by in ((one, two), (two, one))
            )
        )
        assert sorted(answers) == ["ok", "role.last_administrator"]
        assert Person.objects.filter(groups__name="administrator", is_active=True).count() == 1
        Person.objects.filter(groups__name="administrator").update(is_active=False)
