"""Names that a letter carries in both languages, in the one it is read in."""

from django import template
from django.utils.translation import get_language

from community.kernel.formats import is_chinese
from community.members.selectors.stages import STAGE_NAMES

register = template.Library()


@register.filter
def in_language(names: dict[str, str]) -> str:
    """{"zh": …, "en": …}, as `Programme.names` gives them."""
    return names["zh" if is_chinese(get_language() or "zh-hans") else "en"]


@register.filter
def stage_name(code: str) -> str:
    return str(STAGE_NAMES.get(code, ""))
