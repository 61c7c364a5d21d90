"""One's own card: what it says, who may read it, and the quarterly minute."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.members.selectors import blocks
from community.posts.forms import ProfileForm, RefreshForm
from community.posts.models import Profile
from community.posts.selectors import cards
from community.posts.services import profiles
from community.posts.views.opening import for_members


def card_of(request: HttpRequest) -> Profile:
    """The stored card, or what it will be when it is written first: looking changes nothing."""
    found = Profile.objects.filter(person=request.user).first()
    return found or Profile(person=request.user, **cards.first_words(request.user))


@require_http_methods(["GET", "POST"])
@for_members
def edit(request: HttpRequest) -> HttpResponse:
    profile = card_of(request)
    form = ProfileForm(request.POST or None, initial=_initial(profile))
    if request.method == "POST" and form.is_valid():
        profiles.write(request.user, at=timezone.now(), **form.details)
        messages.success(request, _("Your card is saved."))
        return redirect("profile")
    context = {"form": form, "at": timezone.now(), "readers": cards.readers_of(request.user)}
    context["blocked"] = blocks.blocked_by(request.user)
    return render(request, "posts/profile.html", context)


def _initial(profile: Profile) -> dict[str, Any]:
    names = ("about", "needs", "offers")
    stated = {f"see_{name}": profile.audience(name) for name in ProfileForm.SHOWN}
    return (
        {name: getattr(profile, name) for name in names}
        | {"tags": " ".join(profile.tags), "hide_me": profile.person.hide_me}
        | stated
    )


@require_http_methods(["GET", "POST"])
@for_members
def refresh(request: HttpRequest) -> HttpResponse:
    """What I need and what I offer, filled in already: a minute once a quarter."""
    profile = card_of(request)
    form = RefreshForm(request.POST or None, initial={"needs": profile.needs, "offers": profile.offers})
    if request.method == "POST" and form.is_valid():
        profiles.write(request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. That was this quarter's minute."))
        return redirect("home")
    return render(request, "posts/refresh.html", {"form": form})
