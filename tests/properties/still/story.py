"""What a story says, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.kernel.days import ZONE
from community.members.models import Person
from tests.make import NOON

__all__ = ["DAY", "HOUR", "NOON", "STORIES", "Story", "story"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """Who was written to and when; what can make it moot, by name; when it could leave: the next morning as a rule."""

    person: Person
    written_at: datetime
    moot: dict[str, Callable[[datetime], object]]
    leaves_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        morning = self.written_at.astimezone(ZONE).replace(hour=8, minute=0) + DAY
        return self.leaves_at or morning


Telling = Callable[[], Story]
STORIES: dict[str, tuple[Telling, tuple[str, ...]]] = {}


def story(kind: str, *ways: str) -> Callable[[Telling], Telling]:
    """`ways`: the names of what can make it moot, as the story's own `moot` has them."""

    def told(tell: Telling) -> Telling:
        STORIES[kind] = (tell, ways)
        return tell

    return told
