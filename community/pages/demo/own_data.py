"""What people agreed to and what went by itself; the demo member asked for their data just now, and somebody who left wants to be forgotten."""

from datetime import timedelta
from typing import Any

from community.kernel import retention
from community.members.selectors import consents
from community.members.services import erasing, exporting
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table


def build(setting: Setting, member: Any) -> None:
    agreed = table("members.Application").filter(consented_at__isnull=False).exclude(person__consents__isnull=False)
    table("members.Consent").bulk_create(
        row(
            "members.Consent", person_id=one.person_id, purpose="application", version=one.consent_version,
            words=consents.words_of("application"), language="zh-hans", given_at=one.consented_at,
        )
        for one in agreed.order_by("person_id", "-consented_at").distinct("person_id")
    )  # fmt: skip
    for days, rule, rows in ((2, "guests", 3), (5, "papers", 4), (9, "exports", 1), (33, "drafts", 2)):
        retention.swept(rule, rows, at=setting.at(-days, 4))
    exporting.ask(member, language=member.language, at=setting.now - timedelta(minutes=10))
    left = table("members.Person").filter(farewells__isnull=False).order_by("pk").first()
    if left is not None:
        erasing.ask(left, at=setting.at(-1, 20))
