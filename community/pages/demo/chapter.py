"""A second city: its own organizer, who meets nothing of the first, with a class to come and a draft."""

from datetime import date, datetime, time, timedelta
from typing import Any

from community.events.services import publishing
from community.kernel.days import ZONE
from community.members.services import chapters
from community.pages.demo.setting import Setting

PLACE = {
    "district": "徐汇区",
    "place": "西岸小会议室",
    "address": "徐汇区龙腾大道 8888 号 2 楼",
    "directions": "地铁 11 号线龙耀路站 3 号口，步行八分钟",
}


def build(setting: Setting) -> None:
    chapters.choose(
        setting.staff["shanghai"].pk, [setting.cities["Shanghai"]], by=setting.staff["admin"], at=setting.at(-30)
    )
    first, second, _ = setting.next_saturdays
    event = _write(
        setting, first + timedelta(days=5), "上海第一课：一个人怎么管三个店", "两位会员讲排班和账，各留半小时提问。"
    )
    publishing.publish(event.pk, by=setting.staff["shanghai"], at=setting.at(-1, 15))
    _write(setting, second + timedelta(days=5), "上海的圆桌：主题待定", "")


def _write(setting: Setting, on: date, topic: str, about: str) -> Any:
    starts_at = datetime.combine(on, time(19), ZONE)
    return publishing.create(
        by=setting.staff["shanghai"], at=setting.at(-1, 14), kind="class", topic=topic, about=about, agenda="",
        city=setting.cities["Shanghai"], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), host=None,
        table_count=1, seats_each=16, **PLACE,
    )  # fmt: skip
