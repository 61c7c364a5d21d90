"""What waits for a member among needs, introductions and thanks: on the home page of those in good standing."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from community.matching.selectors import lists as matching
from community.posts import policies as posts_policies
from community.posts import selectors as posts
from community.posts.selectors import cards

NEEDS_MOST = 5


def of(person: Any, *, at: datetime) -> dict[str, Any]:
    """`needs`: those that found this person, with the reasons; `asks`: who waits for their word."""
    if not posts_policies.in_standing(person, at):
        return {}
    return {
        "refresh": cards.asks_to_refresh(person, at),
        "needs": list(matching.needs_for(person.pk, at=at)[:NEEDS_MOST]),
        "asks": _asks(person, at),
    }


def _asks(person: Any, at: datetime) -> list[dict[str, str]]:
    waiting = [_asked(one, person) for one in posts.waiting_for(person, at)]
    thanks = [
        {
            "title": _("%(name)s thanks you for your help") % {"name": one.post.author.name},
            "sub": one.post.title,
            "url": reverse("introductions"),
        }
        for one in posts.thanks_for(person)
    ]
    return [*waiting, *thanks]


def _asked(one: Any, person: Any) -> dict[str, str]:
    helps = one.post is not None and one.post.author_id == person.pk and one.post.kind != "offer"
    names = {"name": one.asker.name, "title": one.post.title if one.post else ""}
    title = _("%(name)s can help: “%(title)s”") if helps else _("%(name)s would like to meet you")
    return {"title": title % names, "sub": one.note, "url": one.get_absolute_url()}
