"""One member is suspended and has appealed; another left and said why."""

from datetime import timedelta

from community.billing.services import leaving
from community.kernel.days import day_of
from community.members.services import suspending
from community.pages.demo.founders import Founder
from community.pages.demo.setting import Setting
from community.pages.demo.tables import table

AFTER = 15  # founders before this one have stories of their own


def build(setting: Setting, founders: list[Founder]) -> None:
    """The first two whose membership runs and whose story is told nowhere else: nothing of theirs has to be given back."""
    busy = {
        *table("events.Signup").filter(event__starts_at__gt=setting.at(-4)).values_list("person_id", flat=True),
        *table("posts.Post").filter(status="open").values_list("author_id", flat=True),
        *table("programmes.Place").values_list("person_id", flat=True),
    }
    later = day_of(setting.now) + timedelta(days=60)
    still = [one.person for one in founders[AFTER:] if one.is_member_on(later) and one.person.pk not in busy]
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
