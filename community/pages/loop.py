"""What waits for a member among needs, introductions and thanks: on the home page of those in good standing."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from community.matching.selectors import lists as matching
from community.posts import selectors as posts
from community.posts import states
from community.posts.selectors import cards

NEEDS_MOST = 5


def of(person: Any, *, at: datetime) -> dict[str, Any]:
    """`needs`: those that found this member, with the reasons; `asks`: who waits for their word; `under_way`: what waits
    for others, and their own open posts."""
    going = posts.going_on(person, at)
    mine = [one for one in going if one.asked_id == person.pk and one.status == states.ASKED]
    return {
        "refresh": cards.asks_to_refresh(person, at),
        "needs": list(matching.needs_for(person.pk, at=at)[:NEEDS_MOST]),
        "asks": [*(_asked(one, person) for one in mine), *_thanks(person)],
        "under_way": [_going(one, person) for one in going if one not in mine],
        "posts": posts.open_of(person, at),
    }


def _thanks(person: Any) -> list[dict[str, str]]:
    return [
        {
            "title": _("%(name)s thanks you for your help") % {"name": one.post.author.name},
            "sub": one.post.title,
            "url": reverse("introductions"),
        }
        for one in posts.thanks_for(person)
    ]


def _going(one: Any, person: Any) -> dict[str, str]:
    """An introduction that waits for the other's word, or for the two to talk."""
    other = one.asked if one.asker_id == person.pk else one.asker
    title = _("Talk with %(name)s") if one.status == states.ACCEPTED else _("%(name)s has been asked")
    return {"title": title % {"name": other.name}, "sub": one.post.title if one.post else "",
            "state": one.get_status_display(), "url": one.get_absolute_url()}  # fmt: skip


def _asked(one: Any, person: Any) -> dict[str, str]:
    helps = one.post is not None and one.post.author_id == person.pk and one.post.kind != "offer"
    names = {"name": one.asker.name, "title": one.post.title if one.post else ""}
    title = _("%(name)s can help: “%(title)s”") if helps else _("%(name)s would like to meet you")
    return {"title": title % names, "sub": one.note, "url": one.get_absolute_url()}
