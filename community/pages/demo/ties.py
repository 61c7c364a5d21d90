"""What came of tables: one-to-ones confirmed and waiting, a joint project, and two who want to meet again."""

from typing import Any

from community.events.services import wishing
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import selectors as members
from community.pages.demo.setting import Setting
from community.ties import selectors
from community.ties.services import one_to_ones, projects


def build(setting: Setting, member: Any, people: list[Any]) -> None:
    """Around the demo member: of those met at tables the first ones answer, one waits for the member's word and another for
    theirs. Some of the others have met, too."""
    known = selectors.of(member.pk)
    standing = set(members.members_in_good_standing(day_of(setting.at(-9))).values_list("pk", flat=True))
    mates = [one for one in people if one.pk in known and one.pk in standing and one.pk != member.pk]
    for place, other in enumerate(mates[:4]):
        asker, asked = (other, member) if place == 2 else (member, other)
        _met(setting, asker, asked, days=6 - place, confirmed=place < 2)
    if len(mates) > 3:
        at = setting.at(-5, 18)
        _quietly(lambda: _project(setting, member, mates[:2]))
        wishing.wish(member, mates[3].pk, at=at)
        wishing.wish(mates[3], member.pk, at=at)
    dice = setting.dice("ties")
    others = [one for one in people if one.pk != member.pk]
    for _ in range(len(others) // 4):
        one, other = dice.sample(others, 2)
        _met(setting, one, other, days=dice.randint(4, 20), confirmed=dice.random() < 0.8)


def _met(setting: Setting, one: Any, other: Any, *, days: int, confirmed: bool) -> None:
    at = setting.at(-days, 19)

    def told() -> None:
        made = one_to_ones.log(one, other.pk, met_on=day_of(at), at=at)
        if confirmed and made.asker_id == one.pk:
            one_to_ones.answer(made, yes=True, by=other, at=setting.at(1 - days, 9))

    _quietly(told)


def _project(setting: Setting, member: Any, partners: list[Any]) -> None:
    at = setting.at(-4, 11)
    made = projects.declare(
        member, title="东莞共享样品仓", since_on=day_of(setting.at(-20)), partners=[one.pk for one in partners], at=at
    )
    projects.answer(made, yes=True, by=partners[0], at=setting.at(-3, 9))


def _quietly(told: Any) -> None:
    """Whose membership was over by then told nothing."""
    try:
        told()
    except RuleBroken:
        pass
