"""Parts of pages (django-cotton), builtin in every template in place of the library's own two tags.

While a tag is parsed it needs the table of all tags and filters, and the library (2.8.0) keeps a copy of it for each part on
each page: 3 KB a part, which nothing asks for again. Here they let go of it.
"""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django_cotton.templatetags._component import cotton_component
from django_cotton.templatetags._vars import cotton_cvars

register = template.Library()


def lean(parsed: Callable[[Parser, Token], Any]) -> Callable[[Parser, Token], Node]:
    def tag(parser: Parser, token: Token) -> Node:
        node = parsed(parser, token)
        node.active_library = None
        return node

    return tag


register.tag("cotton", lean(cotton_component))
register.tag("cotton:vars", lean(cotton_cvars))
