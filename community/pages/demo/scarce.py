"""Seats that are always short (R22): a dinner that collects signups for its fair allotment, and one already given."""

from datetime import datetime, time, timedelta
from typing import Any

from community.events.rules import hold_ends_by
from community.events.services import allotting, holding
from community.kernel.ids import public_id as new_key
from community.pages.demo.founders import Founder
from community.pages.demo.programme import publish
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

DINNER = "八人晚餐：只谈一个人的难题"
ABOUT = "每次一个人把难题摊开讲，其余七个人只问、不给建议，最后半小时再说各自会怎么做。"


def build(setting: Setting, founders: list[Founder]) -> dict[str, Any]:
    first, second, _ = setting.next_saturdays
    found = {}
    for name, on, allots_at in (
        ("collecting", second + timedelta(days=3), None),
        ("allotted", first + timedelta(days=3), setting.at(-1, 20)),
    ):
        dice = setting.dice(f"scarce {name}")
        event = publish(
            setting, "class", on, time(18, 30), DINNER, ABOUT, dice, seats_each=8,
            allots_at=allots_at or datetime.combine(on, time(18, 30), setting.now.tzinfo) - timedelta(days=2),
        )  # fmt: skip
        members = [founder.person for founder in founders if founder.is_member_on(on)]
        people = {person.pk: person for person in [*members[:2], *dice.sample(members, min(13, len(members)))]}
        begins = setting.at(-6, 9)
        table("events.Signup").bulk_create(
            row("events.Signup", event=event, person=person, status="waiting",
                signed_up_at=begins + timedelta(minutes=37 * number))
            for number, person in enumerate(people.values())
        )  # fmt: skip
        table("kernel.AuditEntry").bulk_create(
            row("kernel.AuditEntry", at=signup.signed_up_at, actor=signup.person, person=signup.person,
                action="signup.wait", new="waiting", subject_type="events.Signup", subject_id=signup.pk)
            for signup in table("events.Signup").filter(event=event, status="waiting")
        )  # fmt: skip
        if name == "collecting":
            holding.hold(
                event.pk, key=new_key(), chairs=1, reason="给主讲人带来的朋友", ends_at=hold_ends_by(event.starts_at),
                by=setting.staff["organizer"], at=setting.now,
            )  # fmt: skip
        allotting.run_if_due(event.pk, at=setting.now)
        found[name] = event
    # At the hour of the next roundtable: one can have either.
    found["clash"] = publish(
        setting, "class", first, time(15), "合同门诊：带一份来看", "律师当面看一份合同，每人二十分钟。", setting.dice("clash"),
        seats_each=6, hours=2,
    )  # fmt: skip
    return found
