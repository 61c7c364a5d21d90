"""What lies on the treasurer's desk beside payments: codes, and who used them."""

from datetime import timedelta
from typing import Any

from community.billing.services import coupons
from community.kernel.days import day_of, months_later
from community.members import selectors as members
from community.pages.demo.setting import Setting

WELCOME, FOUNDERS, GUEST, SPRING = "WELCOME20", "FOUNDERS", "TABLE12", "SPRING"


class Money:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.by = setting.staff["treasurer"]

    def codes(self) -> None:
        """One for newcomers, one for the founders, one that covers everything, one that is over."""
        at, today = self.setting.at, day_of(self.setting.at(0))
        member = [tier for tier in members.tiers() if tier.code == "member"]
        make = [
            (WELCOME, {"percent": 20, "purpose": "admission", "uses": 50, "last_on": today + timedelta(days=60)}, member,
             "开放日介绍来的朋友"),
            (FOUNDERS, {"amount": 80_000, "purpose": "renewal", "joined_before_on": months_later(today, -6)}, [],
             "创始会员续费"),
            (GUEST, {"percent": 100, "uses": 3}, member, "桌主和讲师"),
            (SPRING, {"percent": 10, "last_on": today}, [], "春季招新"),
        ]  # fmt: skip
        for code, limits, tiers, note in make:
            wanted = {"first_on": day_of(at(-40)), "note": note, **limits}
            coupon = coupons.create(code=code, tiers=tiers, by=self.by, at=at(-40, 10), **wanted)
            if code == SPRING:
                coupons.end(coupon, by=self.by, at=at(-20, 18))

    def used_by(self, invoice: Any, code: str, *, at: Any) -> Any:
        return coupons.use(invoice, code, person=invoice.person, at=at)
