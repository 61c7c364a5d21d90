"""Ends, notices, renewals and contact data, as pure functions."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.days import ZONE
from community.posts import rules

NOON = datetime(2026, 11, 21, 12, tzinfo=ZONE)
END = rules.expires_at(date(2026, 12, 21))


def test_a_post_is_valid_through_its_thirtieth_day_and_over_at_midnight():
    assert rules.last_day(NOON) == date(2026, 12, 21)
    assert rules.status_at("open", END, END - timedelta(microseconds=1)) == "open"
    assert rules.status_at("open", END, END) == "expired"
    assert rules.status_at("solved", END, END) == "solved"


def test_two_notices_a_week_and_a_day_before_and_none_outside():
    def noon(day: int) -> datetime:
        return datetime(2026, 12, day, 12, tzinfo=ZONE)

    assert [rules.notice_due(END, noon(day)) for day in (13, 14, 19, 20, 21)] == [None, 7, 7, 1, 1]
    assert rules.notice_due(END, END) is None
    assert rules.notice_valid_until(END, 7) == datetime(2026, 12, 20, tzinfo=ZONE)
    assert rules.notice_valid_until(END, 1) == END


@given(st.integers(0, 60 * 24 * 40))
def test_a_notice_that_is_due_is_still_valid(minutes):
    at = END - timedelta(minutes=minutes)
    step = rules.notice_due(END, at)
    assert step is None or at < rules.notice_valid_until(END, step)
    assert rules.may_renew("open", END, at) == (step is not None or at >= END)


def test_what_is_solved_or_closed_is_not_renewed():
    assert not any(rules.may_renew(status, END, END) for status in ("draft", "solved", "closed"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("打我电话 13800138000", "contact.phone"),
        ("138-0013-8000 随时", "contact.phone"),
        ("１３８００１３８０００", "contact.phone"),
        ("+86 138 0013 8000", "contact.phone"),
        ("一三八零零一三八零零零", "contact.phone"),
        ("座机 0755-26001234", "contact.phone"),
        ("微信号：linxiao88", "contact.wechat"),
        ("加我微信 linxiao_88", "contact.wechat"),
        ("vx: abc12345", "contact.wechat"),
        ("QQ 12345678", "contact.wechat"),
        ("写信到 lin.xiao@example.com", "contact.mail"),
        ("lin ＠ example．com", "contact.mail"),
    ],
)
def test_contact_data_is_seen_through_its_disguises(text, code):
    assert rules.contact_in(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "预算 200 万，五百套起，2026 年 12 月 21 日前",
        "做微信小程序开发，熟悉 WeChat Pay",
        "统一社会信用代码 91440300708461136T",
        "去年卖了 12345678 件，客单价 138.5",
        "找 @ 相关的人",
        "",
    ],
)
def test_what_is_no_contact_data_passes(text):
    assert rules.contact_in(text) == ""


@given(st.text(max_size=80))
def test_no_text_breaks_the_look_for_contact_data(text):
    assert rules.contact_in(text) in {"", "contact.phone", "contact.wechat", "contact.mail"}


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_no_mobile_number_slips_through(number, gap):
    assert rules.contact_in(f"找我：{gap.join(number)}，谢谢") == "contact.phone"
