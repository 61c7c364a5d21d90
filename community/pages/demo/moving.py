"""What the club brought along: a list of former members that was carried out, and a newer one with mistakes in it."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from community.kernel.sheets import as_workbook
from community.moving.rules.columns import COMPANIES, MEMBERS, SUBJECTS, TERMS
from community.moving.services import carrying, looking
from community.pages.demo.codes import credit_code
from community.pages.demo.setting import Setting

FORMER = (
    ("魏子衡", "深圳衡山模具有限公司", "总经理"),
    ("邱雨桐", "广州桐里家居有限公司", "创始人"),
    ("潘立群", "东莞群力电子有限公司", "董事长"),
    ("丁海宁", "佛山海宁陶瓷有限公司", "总经理"),
    ("贺一鸣", "深圳一鸣教育咨询有限公司", "创始人"),
    ("殷若兰", "珠海若兰食品有限公司", "创始人"),
)
FIRST = 880_000  # of the invented codes and phones: nobody else in the demo club has them


def build(setting: Setting) -> None:
    by = setting.staff["admin"]
    former = [_sheets(setting, number, *one) for number, one in enumerate(FORMER)]
    at = setting.at(-12, 20)
    batch = looking.hand_in(_file("2023 届会员名册.xlsx", former), by=by, at=at)
    looking.look(batch.pk, at=at)
    batch.refresh_from_db()
    carrying.order(batch, by=by, at=setting.at(-12, 21))
    carrying.carry(batch.pk, at=setting.at(-12, 21))
    wrong = [_sheets(setting, number + 20, *one) for number, one in enumerate(FORMER)]
    at = setting.at(-1, 19)
    batch = looking.hand_in(
        _file("2024 届会员名册（未核对）.xlsx", [_spoilt(n, one) for n, one in enumerate(wrong)]), by=by, at=at
    )
    looking.look(batch.pk, at=at)


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
    for subject in (COMPANIES, MEMBERS, TERMS):
        columns = SUBJECTS[subject].columns
        rows = [[one[subject].get(column.name) for column in columns] for one in members]
        tables.append((SUBJECTS[subject].zh, [[column.zh for column in columns], *rows]))
    return SimpleUploadedFile(name, as_workbook(tables))
