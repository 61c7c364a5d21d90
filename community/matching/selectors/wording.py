"""Reasons in words, in the reader's language. They say the same to both sides."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from community.kernel import formats


def said(reasons: list[dict[str, Any]], *, at: datetime) -> list[str]:
    """One short sentence a reason, strongest first. What a later version stored and this one can't say is left out."""
    return [sentence for reason in reasons if (sentence := _said(reason, at))]


def _said(reason: dict[str, Any], at: datetime) -> str:
    language = get_language() or "zh-hans"
    kind = reason.get("kind")
    if kind == "met":
        on = formats.month_day(formats.on_day(_instant(reason["met_at"])), at=at, language=language)
        return _("Last in touch on %(day)s") % {"day": on}
    if kind == "helped":
        count = reason["count"]
        return ngettext("Helped with %(count)s need like this", "Helped with %(count)s needs like this", count) % {
            "count": count
        }
    if kind == "words":
        # Translators: stands between two words of a list
        words = pgettext("list", ", ").join(reason["words"])
        return _("Words in common: %(words)s") % {"words": words}
    named = {**reason, "name": reason.get("zh" if formats.is_chinese(language) else "en", "")}
    plain = {
        "offer": _("Offers “%(title)s”"),
        "card": _("On the card: “%(title)s”"),
        "answer": _("Answered “%(title)s”"),
        "meaning": _("Close in meaning"),
        "topic": _("The same topic"),
        "industry": _("The same trade: %(name)s"),
        "city": _("The same city: %(name)s"),
        "stage": _("At a similar stage"),
    }
    return plain[kind] % named if kind in plain else ""


def _instant(value: Any) -> datetime:
    """Stored reasons carry text; a letter has it as a time again."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
