"""One's own card as a picture to pass on: a name and what one stands for, and nothing that leads to the person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.kernel import posters
from community.members.selectors import cards as known_cards
from community.posts import policies, rules
from community.posts.views.opening import for_members
from community.posts.views.profile import card_of


@require_safe
@for_members
def page(request: HttpRequest) -> HttpResponse:
    poster = _poster(request)
    picture = f"{reverse('profile_share_card')}?v={poster.version}" if posters.font() else ""
    context = {"picture": picture, "poster": poster, "address": f"{settings.BASE_URL}{reverse('join')}"}
    return render(request, "posts/share.html", context)


@require_safe
@for_members
def card(request: HttpRequest) -> HttpResponse:
    """Made for its owner alone: nobody has another's."""
    return posters.answer(_poster(request), private=True)


def _poster(request: HttpRequest) -> posters.Poster:
    """Of the card's fields those that every member may read; a phone, an address or a company's code never."""
    profile, known = card_of(request), known_cards.known([request.user.pk])[request.user.pk]
    said = {name: getattr(known, name) for name in ("company", "title", "industry", "city")} | {
        "offers": profile.offers
    }
    shown = {name: text for name, text in said.items() if text and profile.audience(name) == rules.MEMBERS}
    facts = (
        " · ".join(shown[name] for name in ("company", "title") if name in shown),
        " · ".join(shown[name] for name in ("industry", "city") if name in shown),
        " ".join(f"#{tag}" for tag in profile.tags),
        shown.get("offers", ""),
    )
    return posters.Poster(
        request.user.name,
        f"{settings.BASE_URL}{reverse('join')}",
        _("Member") if policies.in_standing(request.user, timezone.now()) else "",
        tuple(filter(None, facts)),
        (_("What this club is, and who may join: press or scan the code."),),
    )
