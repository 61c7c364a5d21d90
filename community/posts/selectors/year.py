"""What a stretch of time brought one member among needs and offers (R40)."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from community.billing.ports import Exchange
from community.posts import states
from community.posts.models import Answer, Introduction, Thanks


def exchanged(person: Any, since: datetime, until: datetime) -> Exchange:
    """Answers below others' posts and others' below one's own, removed ones left out; introductions in which both said yes;
    business that its helper confirmed, whichever side one was on. Facts of [since, until), in three queries."""
    mine = Q(author=person) ^ Q(post__author=person)  # to oneself is neither
    said = Answer.objects.filter(mine, removed_at=None, written_at__gte=since, written_at__lt=until)
    counts = said.aggregate(given=Count("pk", filter=Q(author=person)), got=Count("pk", filter=~Q(author=person)))
    agreed = Introduction.objects.filter(Q(asker=person) | Q(asked=person), status__in=states.INTRODUCED)
    deals = Thanks.objects.filter(Q(helper=person) | Q(post__author=person), business=True)
    return Exchange(
        answers_got=counts["got"],
        answers_given=counts["given"],
        introductions=agreed.filter(answered_at__gte=since, answered_at__lt=until).count(),
        deals=deals.filter(confirmed_at__gte=since, confirmed_at__lt=until).count(),
    )
