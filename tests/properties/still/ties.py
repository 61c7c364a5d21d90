"""One-to-ones and projects that wait for a word, and tables of which nothing has come yet."""

from community.events.services import wishing
from community.kernel.days import day_of
from community.ties.services import nudging, one_to_ones, projects
from tests.make import NOON, member
from tests.properties.still.story import DAY, HOUR, Story, story
from tests.ties.make import met, together

TUESDAY = NOON + 3 * DAY + HOUR


@story("ties/one_to_one_asked", "confirmed", "declined", "taken back")
def somebody_says_that_we_met() -> Story:
    one, other = member(), member()
    made = one_to_ones.log(one, other.pk, met_on=day_of(NOON), at=NOON)
    return Story(
        other,
        NOON,
        {
            "confirmed": lambda at: one_to_ones.answer(made, yes=True, by=other, at=at),
            "declined": lambda at: one_to_ones.answer(made, yes=False, by=other, at=at),
            "taken back": lambda at: one_to_ones.take_back(made, by=one, at=at),
        },
    )


@story("ties/one_to_one_confirmed", "taken back by the one", "taken back by the other")
def the_other_says_so_too() -> Story:
    one, other = member(), member()
    made = met(one, other, on=day_of(NOON))
    return Story(
        one,
        NOON,
        {
            "taken back by the one": lambda at: one_to_ones.take_back(made, by=one, at=at),
            "taken back by the other": lambda at: one_to_ones.take_back(made, by=other, at=at),
        },
    )


@story("ties/project_asked", "confirmed", "declined")
def somebody_names_me_as_a_partner() -> Story:
    one, other = member(), member()
    made = projects.declare(one, title="共享仓", since_on=day_of(NOON), partners=[other.pk], at=NOON)
    return Story(
        other,
        NOON,
        {
            "confirmed": lambda at: projects.answer(made, yes=True, by=other, at=at),
            "declined": lambda at: projects.answer(made, yes=False, by=other, at=at),
        },
    )


@story("ties/nudge", "wished", "noted", "confirmed", "visited")
def three_days_after_a_table() -> Story:
    one, other = member(), member()
    together(one, other, at=NOON)
    nudging.nudge_all_due(at=TUESDAY)
    return Story(
        one,
        TUESDAY,
        {
            "wished": lambda at: wishing.wish(one, other.pk, at=at),
            "noted": lambda at: one_to_ones.log(one, other.pk, met_on=day_of(at), at=at),
            "confirmed": lambda at: one_to_ones.answer(
                one_to_ones.log(other, one.pk, met_on=day_of(at), at=at), yes=True, by=one, at=at
            ),
            "visited": lambda at: together(one, other, at=at, kind="visit"),
        },
    )
