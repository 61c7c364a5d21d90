"""Dates and money as people read them, in community time whatever zone the server runs in.

Pure functions: the instant to compare with comes in as `at`, the language as a code ("zh-hans", "en"). Filters and
mails call them; nothing else writes a date or an amount.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

from community.kernel.days import ZONE, day_of

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR_DAYS = 3
NEAR_WORDS_ZH = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
NEAR_WORDS_EN = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def is_chinese(language: str) -> bool:
    return language.lower().startswith("zh")


def gap(*, language: str) -> str:
    """What stands between two sentences: nothing after a full-width stop, which brings its own room."""
    return "" if is_chinese(language) else " "


def on_day(value: date | datetime) -> date:
    """The community day of a day or an aware instant. Raises ValueError for a naive datetime."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no community day")
    return day_of(value)


def month_day(on: date, *, at: datetime, language: str) -> str:
    """`11 月 28 日`, `28 Nov`; with the year when it is not the year of `at`."""
    other_year = on.year != day_of(at).year
    if is_chinese(language):
        return f"{on.year} 年 {on.month} 月 {on.day} 日" if other_year else f"{on.month} 月 {on.day} 日"
    text = f"{on.day} {MONTHS_EN[on.month - 1]}"
    return f"{text} {on.year}" if other_year else text


def month_of_year(on: date, *, language: str) -> str:
    """`2026 年 10 月`, `Oct 2026`."""
    return f"{on.year} 年 {on.month} 月" if is_chinese(language) else f"{MONTHS_EN[on.month - 1]} {on.year}"


def day(value: date | datetime, *, at: datetime, language: str) -> str:
    """`11 月 28 日 周六`, `Sat 28 Nov`; with the year when it is not the year of `at`."""
    on = on_day(value)
    text = month_day(on, at=at, language=language)
    return (
        f"{text} {weekday(on, language=language)}"
        if is_chinese(language)
        else f"{weekday(on, language=language)} {text}"
    )


def weekday(value: date | datetime, *, language: str) -> str:
    """`周六`, `Sat`."""
    number = on_day(value).weekday()
    return f"周{WEEKDAYS_ZH[number]}" if is_chinese(language) else WEEKDAYS_EN[number]


def clock(value: datetime) -> str:
    """`14:00` in community time."""
    return value.astimezone(ZONE).strftime("%H:%M")


def day_time(value: datetime, *, at: datetime, language: str) -> str:
    """`11 月 28 日 周六 14:00`, `Sat 28 Nov, 14:00`."""
    join = " " if is_chinese(language) else ", "
    return f"{day(value, at=at, language=language)}{join}{clock(value)}"


def time_range(start: datetime, end: datetime, *, at: datetime, language: str) -> str:
    """`11 月 28 日 周六 14:00–17:00`; a range over several days names both. An end at midnight is 24:00 of its day."""
    first = day_time(start, at=at, language=language)
    last_day, last_clock = _closing(end)
    if last_day == day_of(start):
        return f"{first}–{last_clock}"
    join = " " if is_chinese(language) else ", "
    return f"{first} – {day(last_day, at=at, language=language)}{join}{last_clock}"


def until(end: datetime, *, at: datetime, language: str) -> str:
    """A deadline: `12 月 12 日 24:00 前`, `by 12 Dec, 24:00`. The instant of midnight after a day is that day's 24:00."""
    last_day, last_clock = _closing(end)
    text = month_day(last_day, at=at, language=language)
    return f"{text} {last_clock} 前" if is_chinese(language) else f"by {text}, {last_clock}"


def _closing(end: datetime) -> tuple[date, str]:
    local = end.astimezone(ZONE)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), clock(end)


def days_between(value: date | datetime, *, at: datetime) -> int:
    """Community days from the day of `at` to the last day a deadline leaves (negative when it is past)."""
    last = _closing(value)[0] if isinstance(value, datetime) else value
    return (last - day_of(at)).days


def relative(value: datetime, *, at: datetime, language: str) -> str:
    """`3 小时前`, `明天`; further away than three days it is the day itself, because nobody counts to eleven."""
    seconds = (value - at).total_seconds()
    apart = (on_day(value) - day_of(at)).days
    if abs(apart) > NEAR_DAYS:
        return day(value, at=at, language=language)
    zh = is_chinese(language)
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return "刚刚" if zh else "just now"
    if minutes < 60:
        return _ago(minutes, "分钟", "minute", past=seconds < 0, zh=zh)
    if apart == 0 or minutes < 6 * 60:
        return _ago(minutes // 60, "小时", "hour", past=seconds < 0, zh=zh)
    words = NEAR_WORDS_ZH if zh else NEAR_WORDS_EN
    return words[apart] if apart in words else _ago(abs(apart), "天", "day", past=apart < 0, zh=zh)


def _ago(count: int, unit_zh: str, unit_en: str, *, past: bool, zh: bool) -> str:
    if zh:
        return f"{count} {unit_zh}{'前' if past else '后'}"
    text = f"{count} {unit_en}{'' if count == 1 else 's'}"
    return f"{text} ago" if past else f"in {text}"


def money(amount: int, currency: str = "CNY", *, language: str) -> str:
    """Minor units as people write them: 380000 fen → `¥3,800`, 380050 → `¥3,800.50`.

    Yuan are `¥` in both languages; other currencies as the language's own custom names them.
    """
    precision = get_currency_precision(currency)
    whole, part = divmod(abs(amount), 10**precision)
    digits = f"{whole:,}" + (f".{part:0{precision}d}" if part else "")
    sign = "-" if amount < 0 else ""
    if currency == "CNY":
        return f"{sign}¥{digits}"
    locale = "zh_Hans_CN" if is_chinese(language) else "en"
    pattern = "¤#,##0." + "0" * precision if part else "¤#,##0"
    return format_currency(Decimal(amount).scaleb(-precision), currency, pattern, locale=locale, currency_digits=False)


def plain_amount(amount: int, currency: str = "CNY") -> str:
    """Minor units as a bank's form takes them: 380000 fen → `3800.00`."""
    return str(Decimal(amount).scaleb(-get_currency_precision(currency)))
