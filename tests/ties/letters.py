"""One of every letter about ties, for tests/architecture/letters.py."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from community.ties import notifications as ties
from community.ties.models import OneToOne, Partner, Project
from tests import make
from tests.events import make as make_events

LONG_NAME = "欧阳" * 29 + "·W"  # 60 characters, the most a name may have
LONG_TOPIC = "从第一家店到第十家店：" * 7 + "§"


def of_ties() -> Iterator[tuple[Callable[..., bool | int], tuple[Any, ...], dict[str, Any]]]:
    at, one, other = {"at": make.NOON}, make.person(LONG_NAME), make.person(LONG_NAME)
    ends_at, event = make.NOON + timedelta(days=14), make_events.event(topic=LONG_TOPIC)
    met = OneToOne(pk=1, asker=one, asked=other, met_on=make.NOON.date(), expires_at=ends_at)
    yield ties.one_to_one_asked, (met,), at
    yield ties.one_to_one_confirmed, (met,), at
    project = Project(title=LONG_TOPIC[-60:], declared_by=one, expires_at=ends_at)
    yield ties.project_asked, (Partner(pk=1, project=project, person=other),), at
    for step, others in ((3, 11), (14, 1)):
        yield ties.nudge, ([(one.pk, event, step, others)],), at
