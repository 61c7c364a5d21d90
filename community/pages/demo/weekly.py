"""What comes every Saturday: a template with its tasks, the series of its drafts, and what is to do for the next events."""

from datetime import date, time
from typing import Any

from community.events.services import chores, pricing, publishing, series
from community.kernel.days import day_of
from community.kernel.money import Money
from community.pages.demo import words
from community.pages.demo.setting import Setting

TASKS = (("订场地、确认座位", -14), ("和桌长对一遍流程", -5), ("打印名单和桌卡", -1), ("请大家反馈", 1))
AHEAD_WEEKS = 8


def build(setting: Setting, first_on: date, coming: list[Any]) -> None:
    """Drafts from the fifth Saturday on, and the tasks of the events before them, the first ones done."""
    staff = setting.staff["organizer"]
    template = series.save_template(
        None, tasks=TASKS, by=staff, at=setting.now, name="周六圆桌", kind="roundtable", topic="圆桌：主题待定",
        about="题目定下来之前，先占住这个下午。", minutes=180, seats_each=12,
    )  # fmt: skip
    district, place, address, directions = words.PLACES[0]
    series.save_series(
        None, by=staff, at=setting.now, template=template, first_on=first_on, every_weeks=1, begins=time(14),
        ahead_weeks=AHEAD_WEEKS, city=setting.cities["Shenzhen"], district=district, place=place, address=address,
        directions=directions,
    )  # fmt: skip
    for event in coming:
        for number, (title, days) in enumerate(TASKS):
            task = chores.add(event.pk, title=title, days=days, by=staff, at=setting.now)
            if number == 0:
                chores.tick(task.public_id, done=True, by=staff, at=setting.now)


def kinds(setting: Setting, sport: Any, trip: Any) -> None:
    """What only some kinds have: the run's level and kit, the trip's conditions and price."""
    staff = setting.staff["organizer"]
    publishing.edit(
        sport.pk, by=staff, at=setting.now, level="all", bring="跑鞋、水、换洗的上衣",
        insurance="俱乐部不另买保险，请确认自己有意外险。",
    )  # fmt: skip
    publishing.edit(
        trip.pk, by=staff, at=setting.now, bring="身份证、常用药、一双能走路的鞋", insurance="每位成行的会员都有旅行意外险。",
        waiver="1. 行程中听领队安排，离队先说一声。\n2. 自己的身体状况自己清楚，有慢性病请提前告诉领队。\n"
        "3. 出发前 24 小时内退出，订好的车位和房间不再退回。",
    )  # fmt: skip
    pricing.set_price(trip.pk, Money(128_000), valid_from_on=day_of(setting.now), by=staff, at=setting.now)
