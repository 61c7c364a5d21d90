"""The question of the quarter."""

from community.figures.services import asking
from community.members.services import leaving
from tests import make
from tests.properties.still.story import NOON, Story, story


@story("figures/question", "answered", "left")
def asked() -> Story:
    who = make.member()
    asking.ask_all_due(at=NOON)
    return Story(
        who,
        NOON,
        {
            "answered": lambda at: asking.answer(who, 9, "", named=False, at=at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason="", why=""),
        },
    )
