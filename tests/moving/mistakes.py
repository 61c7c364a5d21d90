"""The mistakes people and spreadsheets make, one by one: where, what is typed, and the word for it.

Each is put into a file that is right but for it. `faults` are (subject, column, code) of every row that must be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.moving.make import Sheets, phone


@dataclass(frozen=True)
class Mistake:
    name: str
    subject: str
    change: dict[str, Any]
    code: str
    column: str | None = None  # where it is told, if not where it is typed

    @property
    def where(self) -> str:
        return next(iter(self.change)) if self.column is None else self.column


NO_EMAIL = ["lin", "lin@", "@example.com", "lin@example", "lin example.com", "lin@@example.com", "lin@exa mple", "lin@example..com",
            ".lin@example.com", "lin.@example.com", "lin@-example.com", "lin@example.com;wang@example.com", "林@例子.公司",
            "mailto:lin@example.com", "lin@example.c", f"{'x' * 250}@example.com", "＠", "13800138000"]  # fmt: skip
NO_PHONE = ["138", "1380013800", "138001380000", "23800138000", "10000000000", "+8613", "abc", "138-ABCD-8000", "无", "13800138000/13900139000",
            "电话：13800138000", "0755", "+999 123456", "--", "12345678901"]  # fmt: skip
SHORTENED = ["1.38E+10", "1.38001e+10", "1E10"]
NO_CODE = [("91440300", "code_length"), ("9144030070846113XX1", "code_length"), ("91440300708461136O", "code_characters"),
           ("91440300708461136I", "code_characters"), ("914403007084611360", "code_check"), ("000000000000000000", "code_check"),
           (914403007084611e3, "code_number"), (91440300708461136, "code_number"), ("9.14403E+17", "code_number"),
           ("91440300-70846113", "code_length"), ("工商注册号未知", "code_length"), ("91440300708461136?", "code_characters")]  # fmt: skip
NO_DAY = [("2026-02-30", "day_none"), ("2026-13-01", "day_none"), ("2026-00-10", "day_none"), ("2025-02-29", "day_none"),
          ("20260231", "day_none"), ("2026年2月30日", "day_none"), ("26-03-01", "day"), ("03/01/2026", "day"), ("1.3.2026", "day"),
          ("2026-3", "day"), ("2026", "day"), ("三月一日", "day"), ("March 1, 2026", "day"), ("2026/03-01", "day"), ("昨天", "day"),
          ("1899-12-31", "day_far"), ("2226-03-01", "day_far"), ("1026-03-01", "day_far"), (date(1905, 7, 13), "day_far"),
          (3, "day"), (12345678901, "day"), ("46082x", "day")]  # fmt: skip
NO_AMOUNT = [("免费", "amount"), ("12.345", "amount"), ("1 200 元整", "amount"), ("1.200,50", "amount"), ("12,3a", "amount"),
             ("$100", "amount"), ("1e5", "amount"), ("0", "amount_positive"), ("0.00", "amount_positive"),
             ("-100", "amount_positive"), (-3, "amount_positive"), ("99999999999", "amount"), ("一千", "amount"), ("..", "amount")]  # fmt: skip
NO_SHARE = ["0", "-5", "101", "1000", "一半", "33.333", "30-40", "%", "3,5", "0.0"]
SHEET_ERRORS = ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"]
FORMULAS = ["=A1", "=SUM(A1:A3)", "＝A1", " =1+1", '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A0"]
UNLISTED = {
    "industry": ["互连网", "IT", "制造业、贸易", "x"], "city": ["深 圳 区", "Atlantis", "北京/上海", "?"],
    "stage": ["很好", "3", "growing up", "成长中期"], "role": ["老板", "CEO", "boss", "股东2"],
}  # fmt: skip
NEEDED = {
    "companies": ["credit_code", "legal_name"], "terms": ["member", "tier", "starts_on", "ends_on"],
    "balances": ["member", "amount", "as_of_on"], "attendance": ["member", "starts_at", "kind", "topic", "city"],
}  # fmt: skip
EVERY_TEXT = [("companies", "legal_name", 120), ("members", "full_name", 60), ("members", "wechat", 40),
              ("members", "title", 60), ("members", "about", 2000), ("members", "needs", 2000),
              ("members", "offers", 2000), ("attendance", "topic", 80)]  # fmt: skip
NOBODY = ["nobody@example.com", "13900009999", "m1@old-club.example.com", "ｎｏｂｏｄｙ@example.com"]


# Subject, column, the word, and what is typed; with pairs each has its own word.
CELLS: list[tuple[str, str, str, list[Any]]] = [
    ("members", "email", "email", NO_EMAIL),
    ("members", "phone", "phone", NO_PHONE),
    ("members", "phone", "phone_number", SHORTENED),
    ("companies", "credit_code", "", NO_CODE),
    ("members", "credit_code", "", NO_CODE),
    ("terms", "starts_on", "", NO_DAY),
    ("terms", "ends_on", "", NO_DAY),
    ("members", "verified_on", "", NO_DAY),
    ("balances", "as_of_on", "", NO_DAY),
    ("balances", "amount", "", NO_AMOUNT),
    ("members", "share_percent", "percent", NO_SHARE),
    *(("members", column, "listed", texts) for column, texts in UNLISTED.items()),
    ("terms", "tier", "listed", ["金卡", "vip", "member2"]),
    ("attendance", "kind", "listed", ["聚餐", "party", "圆 桌 会 议"]),
    ("attendance", "starts_at", "hour", ["2026-06-06 25:00", "2026-06-06 14:60"]),
    ("attendance", "starts_at", "day", ["06-06 14:00", "周六", "14:00"]),
    ("attendance", "table", "table", ["0", "21", "A", "第一桌", "1,2", "-1"]),
    ("members", "hide_me", "yes", ["也许", "2", "oui"]),
    ("members", "language", "language", ["法语", "fr", "de"]),
    ("members", "full_name", "sheet_error", SHEET_ERRORS),
    ("balances", "amount", "sheet_error", SHEET_ERRORS),
    ("members", "title", "formula", FORMULAS),
    ("companies", "legal_name", "formula", FORMULAS),
]


def typed() -> Iterator[Mistake]:
    """Cells that can't be read."""
    for subject, column, word, texts in CELLS:
        for one in texts:
            text, code = one if isinstance(one, tuple) else (one, word)
            yield Mistake(f"{subject} {column} {str(text)[:30]} {type(text).__name__}", subject, {column: text}, code)
    for subject, names in NEEDED.items():
        for column in names:
            yield Mistake(f"{subject} without {column}", subject, {column: None}, "needed")
            yield Mistake(f"{subject} with a blank {column}", subject, {column: " \u200b "}, "needed")
    for subject, column, most in EVERY_TEXT:
        yield Mistake(f"{subject} {column} too long", subject, {column: "长" * (most + 1)}, "long")


MEANT: list[tuple[Any, ...]] = [
    ("new member without e-mail", "members", {"email": ""}, "needed_new"),
    ( "member without anything to know them by", "members", {"email": "", "phone": "", "credit_code": ""}, "needed" ),
    ("company nobody told of", "members", {"credit_code": "91350100M000100Y43"}, "unknown_company"),
    ("trainee without a sponsor", "members", {"role": "实习会员"}, "sponsor_needed", "sponsor"),
    ("sponsor nobody knows", "members", {"sponsor": "nobody@example.com"}, "sponsor_unknown"),
    ("sponsors themselves", "members", {"sponsor": "m1@old-club.example"}, "sponsor_self"),
    ( "trainee in the members' tier", "members", {"role": "实习会员", "sponsor": phone(0)}, "trainee_tier", "tier" ),
    ("another's phone", "members", {"phone": phone(0)}, "phone_shared"),
    ("the same e-mail twice", "members", {"email": "m0@old-club.example"}, "twice"),
    ("phone of somebody in the club", "members", {"phone": "13700000001"}, "phone_elsewhere"),
    ( "another name for a phone of the club", "members", {"email": "", "phone": "13700000001"}, "name_differs", "full_name", ),
    ("somebody who is applying", "members", {"email": "applies@example.test", "phone": ""}, "applying", ""),
    ( "an account that was closed", "members", {"email": "closed@example.test", "phone": ""}, "shut", "email" ),
    ( "company of a member of the club", "members", {"email": "old@example.test", "phone": ""}, "decided", "credit_code", ),
    ("no term", "members", {"email": "elsewhere@old-club.example"}, "no_term", ""),
    ("ends before it begins", "terms", {"ends_on": "2026-02-28"}, "term_backwards"),
    ("ends the day it begins", "terms", {"ends_on": "2026-03-01"}, "term_backwards"),
    ("a term of eleven years", "terms", {"ends_on": "2037-03-02"}, "term_long"),
    ("begins in two years", "terms", {"starts_on": "2028-11-01", "ends_on": "2029-11-01"}, "term_ahead"),
    ("overlaps a term of the club", "terms", {"member": "old@example.test"}, "overlap", "starts_on"),
    ("a recorded term with another end", "terms", {"member": "old@example.test", "starts_on": "2026-08-28", "ends_on": "2028-08-28"}, "term_differs", "ends_on"),
    ("the same term twice", "terms", {"member": "m0@old-club.example"}, "overlap_row", "starts_on"),
    ("balance tomorrow", "balances", {"as_of_on": "2026-11-27"}, "balance_ahead"),
    ("balance before the term", "balances", {"as_of_on": "2026-02-28"}, "balance_outside"),
    ("two balances of a day", "balances", {"member": "m0@old-club.example"}, "twice", "as_of_on"),
    ("attendance to come", "attendance", {"starts_at": "2026-12-05 14:00"}, "event_ahead"),
    ("attendance under way", "attendance", {"starts_at": "2026-11-26 11:00"}, "event_ahead"),
    ("there twice", "attendance", {"member": "m0@old-club.example"}, "twice", "member"),
    ("one event in two cities", "attendance", {"city": "上海"}, "event_city"),
    ("a table at a visit", "attendance", {"kind": "visit"}, "no_tables", "table"),
    ( "an event of the club without them", "attendance", {"topic": "我们的圆桌", "starts_at": "2026-11-07 14:00"}, "event_here", "topic", ),
    ("a thirteenth at the table", "attendance", {"table": "1"}, "table_full"),
]  # fmt: skip


def meant() -> Iterator[Mistake]:
    """Cells that can be read and can't be so."""
    for subject in ("terms", "balances", "attendance"):
        for who in NOBODY:
            yield Mistake(f"{subject} of {who}", subject, {"member": who}, "unknown_member")
    for column in ("full_name", "role", "credit_code"):
        yield Mistake(f"new member without {column}", "members", {column: ""}, "needed_new")
    for on in ("2026-02-01", "2027-03-02", "2026-03-01"):
        yield Mistake(f"ended early on {on}", "terms", {"ends_early_on": on}, "early_outside")
    for one in MEANT:
        yield Mistake(*one)


def all_mistakes() -> list[Mistake]:
    return [*typed(), *meant()]


def made(mistake: Mistake, sheets: Sheets, number: int = 1) -> Sheets:
    """The file with this one mistake in the row of member `number`."""
    row = sheets[mistake.subject][number]
    if mistake.name == "a thirteenth at the table":
        row = sheets["attendance"][12]
    row |= mistake.change
    return sheets
