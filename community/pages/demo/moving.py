"""What the club brought along: a member whose year ran on, former ones that were carried out, and a list with mistakes."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from community.billing.services import leaving
from community.kernel.days import day_of, months_later
from community.kernel.sheets import as_workbook
from community.moving.rules.columns import BALANCES, COMPANIES, MEMBERS, SUBJECTS, TERMS
from community.moving.services import carrying, looking
from community.pages.demo.codes import credit_code
from community.pages.demo.setting import Setting
from community.pages.demo.tables import table

FORMER = (
    ("魏子衡", "深圳衡山模具有限公司", "总经理"),
    ("邱雨桐", "广州桐里家居有限公司", "创始人"),
    ("潘立群", "东莞群力电子有限公司", "董事长"),
    ("丁海宁", "佛山海宁陶瓷有限公司", "总经理"),
    ("贺一鸣", "深圳一鸣教育咨询有限公司", "创始人"),
    ("殷若兰", "珠海若兰食品有限公司", "创始人"),
)
RUNNING = {
    "brought@demo.test": ("罗远帆", "惠州远帆五金有限公司", "总经理"),
    "brought.left@demo.test": ("贾知微", "深圳知微会展有限公司", "创始人"),
}
RUNS = 340  # days since the club moved in
FIRST = 880_000  # of the invented codes and phones: nobody else in the demo club has them


def build(setting: Setting) -> None:
    by = setting.staff["admin"]
    _carry(setting, "迁入会员.xlsx", [_running(setting, *one) for one in enumerate(RUNNING)], days=RUNS)
    left = table("members.Person").get(email="brought.left@demo.test")
    leaving.leave(left, why="place", reason="搬去成都了，等回来再报名。", at=setting.at(-1, 10))
    former = [_sheets(setting, number, *one) for number, one in enumerate(FORMER)]
    _carry(setting, "2023 届会员名册.xlsx", former, days=12)
    wrong = [_sheets(setting, number + 20, *one) for number, one in enumerate(FORMER)]
    at = setting.at(-1, 19)
    batch = looking.hand_in(
        _file("2024 届会员名册（未核对）.xlsx", [_spoilt(n, one) for n, one in enumerate(wrong)]), by=by, at=at
    )
    looking.look(batch.pk, at=at)


def _carry(setting: Setting, name: str, members: list[dict[str, dict[str, Any]]], *, days: int) -> None:
    """Looked through and carried out on one evening so many days ago."""
    by, at = setting.staff["admin"], setting.at(-days, 20)
    batch = looking.hand_in(_file(name, members), by=by, at=at)
    looking.look(batch.pk, at=at)
    batch.refresh_from_db()
    carrying.order(batch, by=by, at=setting.at(-days, 21))
    carrying.carry(batch.pk, at=setting.at(-days, 21))


def _running(setting: Setting, number: int, email: str) -> dict[str, dict[str, Any]]:
    """Whose year was nearly whole when the club moved in, and is nearly over: nobody has looked the company up since."""
    since = day_of(setting.at(-RUNS - 5))
    one = _sheets(setting, 40 + number, *RUNNING[email])
    one[MEMBERS]["email"] = one[TERMS]["member"] = email
    one[TERMS] |= {"starts_on": since.isoformat(), "ends_on": months_later(since, 12).isoformat()}
    one[BALANCES] = {"member": email, "amount": "3750", "as_of_on": day_of(setting.at(-RUNS)).isoformat()}
    return one


def _sheets(setting: Setting, number: int, name: str, company: str, title: str) -> dict[str, dict[str, Any]]:
    """One member in the three sheets."""
    code, email = credit_code(FIRST + number), f"former{number}@demo.test"
    return {
        COMPANIES: {"credit_code": code, "legal_name": company},
        MEMBERS: {"email": email, "full_name": name, "phone": f"139{FIRST + number:08d}", "title": title,
                  "city": "深圳", "credit_code": code, "role": "股东", "share_percent": "60"},
        TERMS: {"member": email, "tier": "member", "starts_on": date(2023, 3, 1).isoformat(),
                "ends_on": date(2024, 3, 1).isoformat()},
    }  # fmt: skip


def _spoilt(number: int, one: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """As such lists arrive: one with a slip here and there."""
    slips: list[tuple[str, dict[str, Any]]] = [
        (MEMBERS, {"phone": "1.39E+10"}), (TERMS, {"ends_on": "2024-02-30"}), (MEMBERS, {"email": "former22@demo"}),
        (COMPANIES, {"credit_code": "9144030070846113X"}), (TERMS, {"tier": "金卡会员"}),
    ]  # fmt: skip
    if number < len(slips):
        sheet, cells = slips[number]
        one[sheet] |= cells
    return one


def _file(name: str, members: list[dict[str, dict[str, Any]]]) -> SimpleUploadedFile:
    tables = []
    for subject in (COMPANIES, MEMBERS, TERMS, BALANCES):
        columns = SUBJECTS[subject].columns
        rows = [[one[subject].get(column.name) for column in columns] for one in members if subject in one]
        tables.append((SUBJECTS[subject].zh, [[column.zh for column in columns], *rows]))
    return SimpleUploadedFile(name, as_workbook(tables))
