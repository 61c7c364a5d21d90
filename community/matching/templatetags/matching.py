from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from community.matching.selectors import wording

register = template.Library()


@register.filter
def said(reasons: list[dict[str, Any]], at: datetime | None = None) -> list[str]:
    """Why somebody fits, as short sentences in the reader's language: `{% for reason in match.reasons|said %}`."""
    return wording.said(reasons, at=at or timezone.now())
