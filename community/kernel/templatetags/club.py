"""What every template may use: dates and money for people, icons, and form controls with their labels tied to them.

Builtin in every template, so no `{% load %}`. The present instant is read here when a template hands none down:
a template is the last step of a view, and only the wording of a date hangs on it, never a rule.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, widgets
from django.utils import timezone
from django.utils.html import escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide import _render_icon
from phonenumber_field.phonenumber import to_python

from community.kernel import formats
from community.kernel.days import ZONE
from community.kernel.money import CNY, Money

register = template.Library()


def _language() -> str:
    return get_language() or "zh-hans"


@register.filter
def day(value: date | datetime | None, at: datetime | None = None) -> str:
    """`{{ event.starts_at|day }}` → 11 月 28 日 周六. Give `at` to say against which year."""
    return formats.day(value, at=at or timezone.now(), language=_language()) if value else ""


@register.filter
def day_time(value: datetime | None, at: datetime | None = None) -> str:
    """`{{ event.starts_at|day_time }}` → 11 月 28 日 周六 14:00."""
    return formats.day_time(value, at=at or timezone.now(), language=_language()) if value else ""


@register.filter
def time_range(start: datetime | None, end: datetime | None) -> str:
    """`{{ event.starts_at|time_range:event.ends_at }}` → 11 月 28 日 周六 14:00–17:00."""
    if not start or not end:
        return day_time(start)
    return formats.time_range(start, end, at=timezone.now(), language=_language())


@register.filter
def clock(value: datetime | None) -> str:
    """`{{ event.starts_at|clock }}` → 14:00."""
    return formats.clock(value) if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """`{{ event.starts_at|weekday }}` → 周六."""
    return formats.weekday(value, language=_language()) if value else ""


@register.filter
def until(value: datetime | None, at: datetime | None = None) -> str:
    """`{{ application.clock_ends_at|until }}` → 12 月 12 日 24:00 前, by 12 Dec, 24:00."""
    return formats.until(value, at=at or timezone.now(), language=_language()) if value else ""


@register.filter
def relative(value: datetime | None, at: datetime | None = None) -> str:
    """`{{ entry.at|relative }}` → 3 小时前; further than three days away, the day."""
    return formats.relative(value, at=at or timezone.now(), language=_language()) if value else ""


@register.filter
def days_left(value: date | datetime | None, at: datetime | None = None) -> int | str:
    """`{{ clock_ends_at|days_left }}` → 18: community days to the last day, 0 today, negative when it is past."""
    return formats.days_between(value, at=at or timezone.now()) if value else ""


@register.filter
def phone(value: str) -> str:
    """`{{ number|phone }}` → +86 139 1111 2222; what is no number stays as it is."""
    found = to_python(value)
    return found.as_international if found and found.is_valid() else str(value)


@register.filter
def plain_amount(value: Money) -> str:
    """`3800.00`, to be pasted into a bank's form."""
    return formats.plain_amount(value.amount, value.currency)


@register.filter
def money(value: Money | int | None, currency: str = CNY) -> str:
    """`{{ price|money }}` with Money or whole fen → ¥3,800; fen only when there are some."""
    if value is None or value == "":
        return ""
    if isinstance(value, Money):
        return formats.money(value.amount, value.currency, language=_language())
    return formats.money(int(value), currency, language=_language())


@register.filter
def iso(value: date | datetime | None) -> str:
    """The machine's spelling for `<time datetime>`, in community time."""
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat(timespec="minutes")
    return value.isoformat() if value else ""


@register.filter
def month(value: date | datetime | None) -> str:
    """The small line of a date tile: `11 月`, `Nov`."""
    if not value:
        return ""
    on = formats.on_day(value)
    return f"{on.month} 月" if formats.is_chinese(_language()) else formats.MONTHS_EN[on.month - 1]


@register.filter
def month_of_year(value: date) -> str:
    """A month by itself: `2026 年 10 月`, `Oct 2026`."""
    return formats.month_of_year(value, language=_language())


@register.filter
def month_date(value: date | datetime | None) -> str:
    """The big line of a date tile: `28`."""
    return str(formats.on_day(value).day) if value else ""


# A line without any of them has nothing for `urlize` to find.
LINKABLE = re.compile(r"://|www\.|@|\.(?:com|edu|gov|int|mil|net|org)", re.IGNORECASE)


@register.filter
def letter_links(paragraph: str) -> SafeString:
    """A letter's paragraph as HTML: an address of ours stands behind the words before it, on its line or the line above.

    Any other address stays in sight, linked as `urlize` does it: what a member wrote never hides where it leads.
    """
    lines: list[str] = []
    words = ""
    for line in str(paragraph).split("\n"):
        before, _, address = line.strip().rpartition(" ")
        if not address.startswith(f"{settings.BASE_URL}/"):
            lines.append(urlize(line, autoescape=True) if LINKABLE.search(line) else escape(line))
            words = line
            continue
        if not before and words:
            lines.pop()
        named = (before or words or address).strip().removeprefix("- ").rstrip(":：")
        lines.append(format_html('<a href="{}">{}</a>', address, named))
        words = ""
    return mark_safe("<br>".join(lines))


@register.filter
def initial(name: str) -> str:
    """The one letter of an avatar: 陈明 → 陈, Ann Lee → A."""
    return str(name or "").strip()[:1].upper() or "·"


BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("HuaweiBrowser", "Huawei"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """`Chrome · Windows` for a browser's long name of itself; an unknown one shows how it calls itself."""
    found = [next((label for mark, label in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent[:60]


@lru_cache(maxsize=256)
def _icon(name: str, size: int) -> SafeString:
    return mark_safe(_render_icon(name, size, **{"aria-hidden": "true", "focusable": "false"}))


@register.simple_tag
def gap() -> str:
    """`{% gap %}` between two sentences of ours: a space in English, nothing in Chinese."""
    return formats.gap(language=_language())


@register.simple_tag
def icon(name: str, size: int = 20) -> str:
    """`{% icon "check" %}`: a Lucide icon, inline and silent for screen readers. Rendered once per process and size."""
    return _icon(str(name), int(size))


def _kind(widget: widgets.Widget) -> str:
    """How the field component lays a control out: `check`, `choices`, `file` or `line`."""
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.RadioSelect):  # CheckboxSelectMultiple is one, too
        return "choices"
    return "file" if isinstance(widget, widgets.FileInput) else "line"


@register.filter
def field_kind(field: BoundField) -> str:
    return _kind(field.field.widget)


def _css_class(widget: widgets.Widget) -> str:
    classes = (
        (widgets.CheckboxSelectMultiple, "checkbox"),
        (widgets.RadioSelect, "radio"),
        (widgets.CheckboxInput, "checkbox"),
        (widgets.Select, "select"),
        (widgets.Textarea, "textarea"),
        (widgets.FileInput, "file-input"),
    )
    return next((name for kind, name in classes if isinstance(widget, kind)), "input")


def _described_by(field: BoundField) -> str:
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> str:
    """The bare control of a bound field with the house's class, tied to its help and error for screen readers.

    Keyword arguments become attributes, `data_credit_code=True` → `data-credit-code`; False takes one away.
    """
    own = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None and value != ""}
    described = " ".join(filter(None, [_described_by(field), own.pop("aria-describedby", "")]))
    if described:
        own["aria-describedby"] = described
    widget = field.field.widget
    own["class"] = " ".join(filter(None, [widget.attrs.get("class", ""), _css_class(widget), own.get("class", "")]))
    return field.as_widget(attrs=own)


@register.simple_tag
def choices(field: BoundField) -> list[Any]:
    """The options of a radio or check box field, each with the house's class; iterate and show `option.tag`."""
    widget = field.field.widget
    widget.attrs.setdefault("class", _css_class(widget))
    return list(field)


@register.simple_tag(takes_context=True)
def page_link(context: template.Context, number: int) -> str:
    """The address of another page of the list shown, with the filters it is shown by."""
    query = context["request"].GET.copy()
    query["page"] = number
    return f"?{query.urlencode()}"
