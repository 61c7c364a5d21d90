"""One complaint that waits for its close, and one that is closed and was found well dealt with."""

from typing import Any

from community.complaints.services import filing, handling
from community.events.selectors import person as seats
from community.pages.demo.setting import Setting


def build(setting: Setting, member: Any, host: Any) -> None:
    office, at = setting.staff["organizer"], setting.at
    closed = filing.file(
        host, about="event", at=at(-12, 9), event=next(iter(seats.attended_lately(host.pk, at(-12, 9))), None),
        text="上周六的圆桌换了场地，通知是前一晚十点才发的，有两位没看到，白跑了一趟。",
    )  # fmt: skip
    handling.answer(closed, "对不起，场地方下午才告诉我们。我先给那两位打电话道歉。", by=office, at=at(-12, 14))
    handling.close(
        closed, "以后换场地当天打电话通知每一位，不只发信。那两位的下一场已经留了座。", by=office, at=at(-10, 11)
    )
    filing.rate(closed, 5, by=host, at=at(-10, 20))
    still = filing.file(
        member, about="money", contact="工作日 18:00 后打电话", at=at(-1, 10),
        text="发票抬头开错了一个字，我写信问过一次，还没有回音。希望这周能重开。",
    )  # fmt: skip
    handling.answer(still, "收到，我去问财务，明天给你准信。", by=office, at=at(-1, 16))
