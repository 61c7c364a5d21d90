"""For `manage.py verify`."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from community.kernel.days import day_of
from community.members import selectors as members
from community.posts import states
from community.posts.models import Answer, Post

SWEPT = timedelta(minutes=10)


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """What must hold among posts: name → public ids of what breaks it."""
    left_open = Post.objects.filter(status=states.OPEN, expires_at__lte=at - SWEPT)
    standing = members.members_in_good_standing(day_of(at - SWEPT)).order_by().values("pk")
    homeless = Post.objects.filter(status=states.OPEN).exclude(author__in=standing)
    astray = Answer.objects.filter(parent__isnull=False).exclude(
        Q(parent__post=F("post")) & Q(parent__parent__isnull=True)
    )
    foreign = Post.objects.filter(best__isnull=False).exclude(best__post=F("pk"))
    return {
        "post_left_open": list(left_open.values_list("public_id", flat=True)),
        "post_of_nobody_in_standing": list(homeless.values_list("public_id", flat=True)),
        "reply_astray": list(astray.values_list("public_id", flat=True)),
        "best_answer_of_another": list(foreign.values_list("public_id", flat=True)),
    }
