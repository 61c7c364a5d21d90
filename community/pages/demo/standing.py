"""One member is suspended and has appealed; another left and said why."""

from datetime import timedelta

from community.billing.services import leaving
from community.kernel.days import day_of
from community.members.services import suspending
from community.pages.demo.founders import Founder
from community.pages.demo.setting import Setting

AFTER = 15  # founders before this one have stories of their own


def build(setting: Setting, founders: list[Founder]) -> None:
    """The first two whose membership runs and whose story is told nowhere else."""
    still = [one.person for one in founders[AFTER:] if one.is_member_on(day_of(setting.now) + timedelta(days=60))]
    if len(still) < 2:
        return
    at, admin = setting.at(-3, 10), setting.staff["admin"]
    row = suspending.suspend(
        still[0].pk, ends_on=day_of(at) + timedelta(days=14), by=admin, at=at,
        reason="在需求区连续三次发广告，提醒后又发了一次。", note="两次电话提醒都有记录。",
    )  # fmt: skip
    said = "第三次是同事用我的账号发的，我已经收回了账号。希望能提前恢复。"
    suspending.appeal(row.pk, words=said, by=still[0], at=setting.at(-2, 21))
    leaving.leave(still[1], why="outgrown", reason="公司搬去苏州了，谢谢大家这一年。", at=setting.at(-1, 9))
