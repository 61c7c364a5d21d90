"""Dates and money as people read them: community time, both languages, no surprises at edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone, translation
from django.utils.html import urlize
from hypothesis import given
from hypothesis import strategies as st

from community.kernel import formats
from community.kernel.days import ZONE, end_of
from community.kernel.money import Money
from community.kernel.templatetags.club import letter_links

AT = datetime(2026, 11, 22, 10, 0, tzinfo=ZONE)
START = datetime(2026, 11, 28, 14, 0, tzinfo=ZONE)
ZH, EN = "zh-hans", "en"


def show(source: str, language: str, **values: object) -> str:
    with translation.override(language):
        return engines["django"].from_string(source).render(values)


@pytest.mark.parametrize(("language", "text"), [(ZH, "11 月 28 日 周六"), (EN, "Sat 28 Nov")])
def test_day(language, text):
    assert formats.day(START, at=AT, language=language) == text
    assert formats.day(date(2026, 11, 28), at=AT, language=language) == text


@pytest.mark.parametrize(("language", "text"), [(ZH, "2027 年 1 月 2 日 周六"), (EN, "Sat 2 Jan 2027")])
def test_a_day_of_another_year_names_it(language, text):
    assert formats.day(date(2027, 1, 2), at=AT, language=language) == text


@pytest.mark.parametrize(("language", "text"), [(ZH, "2026 年 10 月：好。再来。"), (EN, "Oct 2026：Good. Again.")])
def test_a_month_by_itself_and_what_stands_between_two_sentences(language, text):
    one, two = ("好。", "再来。") if language == ZH else ("Good.", "Again.")
    assert (
        show("{{ on|month_of_year }}：{{ one }}{% gap %}{{ two }}", language, on=date(2026, 10, 1), one=one, two=two)
        == text
    )


def test_the_year_is_the_communitys_not_the_servers():
    """31 December 17:00 UTC is New Year's morning in Shanghai."""
    at = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert formats.day(at, at=at, language=ZH) == "1 月 1 日 周五"
    assert formats.day(date(2026, 12, 31), at=at, language=ZH) == "2026 年 12 月 31 日 周四"


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")])
def test_instants_are_shown_in_community_time_whatever_zone_they_come_in(zone):
    assert formats.day_time(START.astimezone(zone), at=AT.astimezone(zone), language=ZH) == "11 月 28 日 周六 14:00"
    with timezone.override(zone):
        assert show("{{ start|day_time:at }}", ZH, start=START.astimezone(zone), at=AT) == "11 月 28 日 周六 14:00"


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        formats.day(datetime(2026, 11, 28, 14, 0), at=AT, language=ZH)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("end", "language", "text"),
    [
        (START.replace(hour=17), ZH, "11 月 28 日 周六 14:00–17:00"),
        (START.replace(hour=17), EN, "Sat 28 Nov, 14:00–17:00"),
        (end_of(date(2026, 11, 28)), ZH, "11 月 28 日 周六 14:00–24:00"),
        (START + timedelta(days=1), ZH, "11 月 28 日 周六 14:00 – 11 月 29 日 周日 14:00"),
        (START + timedelta(days=1), EN, "Sat 28 Nov, 14:00 – Sun 29 Nov, 14:00"),
    ],
)
def test_time_range(end, language, text):
    assert formats.time_range(START, end, at=AT, language=language) == text


@pytest.mark.parametrize(
    ("end", "language", "text"),
    [
        (end_of(date(2026, 12, 12)), ZH, "12 月 12 日 24:00 前"),
        (end_of(date(2026, 12, 12)), EN, "by 12 Dec, 24:00"),
        (datetime(2026, 12, 12, 15, 59, 59, tzinfo=UTC), ZH, "12 月 12 日 23:59 前"),
        (datetime(2026, 12, 12, 16, 0, 1, tzinfo=UTC), ZH, "12 月 13 日 00:00 前"),
        (START, ZH, "11 月 28 日 14:00 前"),
    ],
)
def test_r5_a_deadline_at_midnight_is_24_oclock_of_its_last_day(end, language, text):
    assert formats.until(end, at=AT, language=language) == text


def test_days_left_counts_community_days_to_the_last_one():
    end = end_of(date(2026, 12, 12))
    assert formats.days_between(end, at=AT) == 20
    assert formats.days_between(end, at=end - timedelta(seconds=1)) == 0
    assert formats.days_between(end, at=end) == -1
    assert formats.days_between(date(2026, 11, 23), at=AT) == 1


@pytest.mark.parametrize(
    ("apart", "zh", "en"),
    [
        (timedelta(seconds=-20), "刚刚", "just now"),
        (timedelta(minutes=-1), "1 分钟前", "1 minute ago"),
        (timedelta(minutes=59), "59 分钟后", "in 59 minutes"),
        (timedelta(hours=-3), "3 小时前", "3 hours ago"),
        (timedelta(hours=13), "13 小时后", "in 13 hours"),
        (timedelta(days=1), "明天", "tomorrow"),
        (timedelta(days=-1), "昨天", "yesterday"),
        (timedelta(days=2), "后天", "in 2 days"),
        (timedelta(days=-3), "3 天前", "3 days ago"),
        (timedelta(days=4), "11 月 26 日 周四", "Thu 26 Nov"),
        (timedelta(days=-4), "11 月 18 日 周三", "Wed 18 Nov"),
    ],
)
def test_relative_only_within_three_days(apart, zh, en):
    assert formats.relative(AT + apart, at=AT, language=ZH) == zh
    assert formats.relative(AT + apart, at=AT, language=EN) == en


@pytest.mark.parametrize(
    ("fen", "text"),
    [(380000, "¥3,800"), (380050, "¥3,800.50"), (5, "¥0.05"), (0, "¥0"), (-380000, "-¥3,800"), (-1, "-¥0.01")],
)
def test_money_shows_fen_only_when_there_are_some(fen, text):
    assert formats.money(fen, language=ZH) == formats.money(fen, language=EN) == text
    assert show("{{ value|money }}", EN, value=Money(fen)) == text
    assert show("{{ value|money }}", ZH, value=fen) == text


def test_money_keeps_every_fen_of_a_large_amount():
    assert formats.money(90_071_992_547_409_93, language=ZH) == "¥90,071,992,547,409.93"
    assert formats.money(90_071_992_547_409_93, "EUR", language=EN) == "€90,071,992,547,409.93"


def test_money_of_other_currencies():
    assert formats.money(123400, "USD", language=EN) == "$1,234"
    assert formats.money(1234, "JPY", language=EN) == "¥1,234"
    assert formats.money(123450, "USD", language=ZH) == "US$1,234.50"


def test_filters_show_nothing_for_nothing():
    names = [
        "day",
        "day_time",
        "until",
        "relative",
        "clock",
        "weekday",
        "days_left",
        "money",
        "iso",
        "month",
        "month_date",
    ]
    for name in names:
        assert show(f"[{{{{ nothing|{name} }}}}]", ZH, nothing=None) == "[]", name


def test_tile_lines_and_machine_time():
    assert (
        show("{{ d|month }}/{{ d|month_date }}/{{ d|iso }}", ZH, d=START.astimezone(UTC))
        == "11 月/28/2026-11-28T14:00+08:00"
    )
    assert show("{{ d|month }}/{{ d|weekday }}/{{ d|clock }}", EN, d=START) == "Nov/Sat/14:00"


@pytest.mark.parametrize(
    ("name", "letter"), [("陈明", "陈"), ("ann lee", "A"), ("  李婷", "李"), ("", "·"), ("𠮷田", "𠮷")]
)
def test_initial(name, letter):
    assert show("{{ name|initial }}", ZH, name=name) == letter


@pytest.mark.parametrize(
    ("user_agent", "text"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0.50",
            "WeChat · iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
            "Safari · Mac",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_device(user_agent, text):
    assert show("{{ ua|device }}", ZH, ua=user_agent) == text


class TestLinksOfALetter:
    @pytest.fixture(autouse=True)
    def _ours(self, settings):
        settings.BASE_URL = "https://club.example"

    @pytest.mark.parametrize(
        ("text", "html"),
        [
            (
                "- 第一个职业经理人 · 剩 7 席\n  https://club.example/events/x/",
                '<a href="https://club.example/events/x/">第一个职业经理人 · 剩 7 席</a>',
            ),
            ("不再提醒： https://club.example/q/1/", '<a href="https://club.example/q/1/">不再提醒</a>'),
            (
                "Two lines\nNo more: https://club.example/q/",
                'Two lines<br><a href="https://club.example/q/">No more</a>',
            ),
            ("https://club.example/a/", '<a href="https://club.example/a/">https://club.example/a/</a>'),
            (
                "A\nhttps://club.example/a/\nhttps://club.example/b/",
                '<a href="https://club.example/a/">A</a><br><a href="https://club.example/b/">https://club.example/b/</a>',
            ),
        ],
    )
    def test_an_address_of_ours_stands_behind_its_words(self, text, html):
        assert show("{{ text|letter_links }}", ZH, text=text) == html

    @pytest.mark.parametrize(
        "address", ["https://club.example.evil.test/x/", "https://evil.test/?https://club.example/"]
    )
    def test_any_other_address_stays_in_sight(self, address):
        html = show("{{ text|letter_links }}", ZH, text=f"Sign in here: {address}\nand <b>now</b>")
        assert f">{address}</a>" in html and "&lt;b&gt;now" in html

    @given(
        st.lists(
            st.sampled_from(
                [
                    "议题：",
                    "www.a.cn",
                    "b.com",
                    "x@y.cn",
                    "https://c/d",
                    "<&>",
                    "e。",
                    " ",
                    " ",
                    "周六 14:00",
                    "3.5",
                    "F.ORG/g",
                    "WWW.H",
                    "HTTP://I",
                    ".",
                    ":",
                    "@",
                    "&amp;",
                    "(j.net)",
                ]
            )
        ).map("".join)
    )
    def test_a_line_without_ours_is_what_urlize_makes_of_it(self, line):
        assert letter_links(line) == urlize(line, autoescape=True)
