"""The format: one sheet a subject, its columns by name in both languages. What an export writes, an import reads."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

COMPANIES, MEMBERS, TERMS, BALANCES, ATTENDANCE = "companies", "members", "terms", "balances", "attendance"


@dataclass(frozen=True)
class Column:
    """`kind` says how a cell is read (`cells.READERS`); `most`: characters of a text."""

    name: str
    zh: str
    en: str
    kind: str
    note_zh: str
    note_en: str
    needed: bool = False
    most: int = 0

    def title(self, language: str) -> str:
        text = self.zh if language.startswith("zh") else self.en
        return f"{text}*" if self.needed else text


@dataclass(frozen=True)
class Subject:
    """One sheet. `file`: its name as a CSV."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


WHO = Column(
    "member", "会员", "Member", "who", "会员的邮箱，或手机号", "The member's e-mail, or mobile phone", needed=True
)  # fmt: skip

SUBJECTS = {
    subject.name: subject
    for subject in (
        Subject(COMPANIES, "公司", "Companies", (
            Column("credit_code", "统一社会信用代码", "Credit code", "code",
                   "18 位；请把这一列设为文本", "18 characters; format the column as text", needed=True),
            Column("legal_name", "公司名称", "Company name", "text",
                   "与登记一致", "As on the register", needed=True, most=120),
        )),
        Subject(MEMBERS, "会员", "Members", (
            Column("email", "邮箱", "E-mail", "email",
                   "会员用它登录；新会员必填", "What the member signs in with; needed for a new one", most=254),
            Column("full_name", "姓名", "Name", "text", "新会员必填", "Needed for a new member", most=60),
            Column("phone", "手机", "Mobile phone", "phone",
                   "大陆号码 11 位；其他地区带 + 和区号", "11 digits; from elsewhere with + and country code"),
            Column("wechat", "微信号", "WeChat", "text", "", "", most=40),
            Column("language", "语言", "Language", "language", "中文或 English", "中文 or English"),
            Column("title", "职务", "Position", "text", "", "", most=60),
            Column("industry", "行业", "Industry", "industry", "见“列表”一页", "See the sheet Lists"),
            Column("city", "城市", "City", "city", "见“列表”一页", "See the sheet Lists"),
            Column("stage", "企业阶段", "Stage", "stage", "见“列表”一页", "See the sheet Lists"),
            Column("credit_code", "公司信用代码", "Company's credit code", "code",
                   "这家公司要在“公司”一页里，或已在同桌", "In the sheet Companies, or in the club already"),
            Column("role", "在公司的身份", "Role in the company", "role",
                   "见“列表”一页；新会员必填", "See the sheet Lists; needed for a new member"),
            Column("share_percent", "持股比例", "Share in percent", "percent", "如 35 或 35%", "Such as 35 or 35%"),
            Column("verified_on", "身份核实日期", "Checked on", "day",
                   "最近一次在登记系统核实的日期", "The day the register was last looked at"),
            Column("sponsor", "推荐人", "Sponsor", "who",
                   "实习会员的推荐会员：邮箱或手机", "Of a trainee: the sponsoring member's e-mail or phone"),
            Column("about", "介绍", "About", "prose", "", "", most=2000),
            Column("needs", "需要什么", "Needs", "prose", "", "", most=2000),
            Column("offers", "能提供什么", "Offers", "prose", "", "", most=2000),
            Column("hide_me", "不列入名录", "Not in the directory", "yes", "是或否", "Yes or no"),
        )),
        Subject(TERMS, "会籍", "Terms", (
            WHO,
            Column("tier", "会员等级", "Tier", "tier", "见“列表”一页", "See the sheet Lists", needed=True),
            Column("starts_on", "开始", "Begins on", "day", "第一天", "The first day", needed=True),
            Column("ends_on", "结束", "Ends on", "day",
                   "到期后的第一天：2026-03-01 至 2027-03-01 为一年",
                   "The first day after it: 2026-03-01 to 2027-03-01 is a year", needed=True),
            Column("ends_early_on", "提前结束", "Ended early on", "day",
                   "中途退会，或实习期满的那天", "The day of leaving, or on which a trainee's months end"),
        )),
        Subject(BALANCES, "结余", "Balances", (
            WHO,
            Column("amount", "未用会费", "Fee not used up", "amount",
                   "元：已收、还没服务完的会费", "Yuan: paid, for days still to come", needed=True),
            Column("as_of_on", "截至", "As of", "day",
                   "这笔余额从哪天起算", "The first day it pays for", needed=True),
        )),
        Subject(ATTENDANCE, "到场", "Attendance", (
            WHO,
            Column("starts_at", "时间", "Began at", "moment",
                   "日期，或日期加时间", "The day, or day and time", needed=True),
            Column("kind", "活动类型", "Kind", "kind", "见“列表”一页", "See the sheet Lists", needed=True),
            Column("topic", "主题", "Topic", "text", "", "", needed=True, most=80),
            Column("city", "城市", "City", "city", "见“列表”一页", "See the sheet Lists", needed=True),
            Column("table", "桌号", "Table", "table",
                   "圆桌派的第几桌；不填为 1", "At a roundtable; 1 when empty"),
        )),
    )
}  # fmt: skip

# Sheets that are there to be read by people; an import passes them over.
NOTES = {"zh": "说明", "en": "Notes"}
LISTS = {"zh": "列表", "en": "Lists"}
READING = {
    "invoices": {"zh": "账单（仅供查阅）", "en": "Invoices (to read)"},
    "journals": {"zh": "账簿（仅供查阅）", "en": "Ledger (to read)"},
    "posts": {"zh": "需求与资源（仅供查阅）", "en": "Posts (to read)"},
}

WORDS = {  # of cells an export writes
    "zh": {True: "是", False: "否", "zh-hans": "中文", "en": "English"},
    "en": {True: "Yes", False: "No", "zh-hans": "中文", "en": "English"},
}
# Both languages side by side in the template: whoever fills it in may not be who asked for it.
HOW_TO = (
    ("标 * 的列必填；空着的格子不会覆盖已有内容。", "Columns marked * must be filled in; empty cells overwrite nothing."),
    ("会员按邮箱识别，其次手机，再次公司信用代码。", "Members are known by e-mail, else by phone, else by the company's credit code."),
    ("先预检，再执行；整批可撤销，过去的事不会发通知。",
     "It is looked through first, then carried out; it can be undone as a whole, and nobody hears of what is past."),
)  # fmt: skip
HOW_TO_HEADINGS = ("表", "列", "必填", "说明", "Sheet", "Column", "Needed", "Note")


# What old lists call things, besides the names the club itself shows.
ALSO = {
    "role": {
        "法人": "legal_representative", "法人代表": "legal_representative", "法定代表人": "legal_representative",
        "股东": "shareholder", "经营者": "operator", "合伙人": "partner", "实习会员": "trainee", "trainee": "trainee",
        "operator": "operator", "partner": "partner",
    },
    "kind": {"圆桌": "roundtable", "走访": "visit", "课程": "class", "运动": "sport", "旅行": "trip", "线上": "online"},
}  # fmt: skip


def folded(text: object) -> str:
    """A heading or a name from a list as it is compared: narrow letters, no blanks, stars or case."""
    plain = unicodedata.normalize("NFKC", str("" if text is None else text))
    return re.sub(r"[\s*\u200b\ufeff_]+", "", plain).casefold()


_TITLES = {
    folded(title): subject.name
    for subject in SUBJECTS.values()
    for title in (subject.name, subject.zh, subject.en)
}  # fmt: skip
_PASSED_OVER = {folded(title) for names in (NOTES, LISTS, *READING.values()) for title in names.values()}


def subject_of(title: str) -> str | None:
    """Which subject a sheet or file of this title is."""
    return _TITLES.get(folded(title))


def passed_over(title: str) -> bool:
    return folded(title) in _PASSED_OVER


def column_of(subject: str, heading: object) -> str | None:
    wanted = folded(heading)
    for column in SUBJECTS[subject].columns:
        if wanted in (folded(column.name), folded(column.zh), folded(column.en)):
            return column.name
    return None


def subject_by_headings(headings: Iterable[object]) -> str | None:
    """The subject of a lone table without a title: the one that knows every heading and misses none it needs."""
    found = [heading for heading in headings if folded(heading)]
    for subject in SUBJECTS.values():
        named = {column_of(subject.name, heading) for heading in found}
        if found and None not in named and {c.name for c in subject.columns if c.needed} <= named:
            return subject.name
    return None
