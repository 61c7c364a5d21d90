"""What a new member has done among needs, offers and people, as marks to be read with the person in one query."""

from django.db.models import Exists, OuterRef, Q

from community.posts import rules, states
from community.posts.models import Introduction, Post, Profile


def marks() -> dict[str, Exists]:
    """`card`: it says what they need and what they offer. `post`: a need or an offer was published. `introduced`: both
    said yes. `asked`: they asked somebody of the directory for a talk."""
    cards = Profile.objects.filter(person=OuterRef("pk")).exclude(needs="").exclude(offers="")
    posted = Post.objects.filter(author=OuterRef("pk"), opened_at__isnull=False, kind__in=[rules.NEED, rules.OFFER])
    of_both = Introduction.objects.filter(Q(asker=OuterRef("pk")) | Q(asked=OuterRef("pk")))
    return {
        "card": Exists(cards),
        "post": Exists(posted),
        "introduced": Exists(of_both.filter(status__in=states.INTRODUCED)),
        "asked": Exists(Introduction.objects.filter(asker=OuterRef("pk"))),
    }
