"""Needs and what came of them, behind the club's figures (R30–R34)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from community.kernel.money import Money
from community.posts import rules, states
from community.posts.models import Answer, Post, Thanks

# What a stretch of time brought a person here: answers below their posts, introductions both agreed to, business.
BROUGHT = """
SELECT p.key, (
    SELECT count(*) FROM posts_answer a JOIN posts_post o ON o.id = a.post_id
    WHERE o.author_id = p.person AND a.author_id <> p.person AND a.removed_at IS NULL
        AND a.written_at >= p.begins AND a.written_at < p.ends
) + (
    SELECT count(*) FROM posts_introduction i WHERE (i.asker_id = p.person OR i.asked_id = p.person)
        AND i.status = ANY(%s) AND i.answered_at >= p.begins AND i.answered_at < p.ends
) + (
    SELECT count(*) FROM posts_thanks t JOIN posts_post o ON o.id = t.post_id
    WHERE t.business AND (t.helper_id = p.person OR o.author_id = p.person)
        AND t.confirmed_at >= p.begins AND t.confirmed_at < p.ends
)
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS p(key, person, begins, ends)
"""
IN_TIME = Q(first_answered_at__lte=F("opened_at") + rules.ANSWER_WITHIN)
SOLVED = Q(status=states.SOLVED)


def asked(since: datetime, until: datetime, authors: QuerySet[Any] | None = None) -> QuerySet[Post]:
    """Needs and dilemmas opened in a period, the latest first; by authors of a query's keys."""
    rows = Post.objects.filter(opened_at__gte=since, opened_at__lt=until).exclude(kind=rules.OFFER)
    return (rows if authors is None else rows.filter(author__in=authors)).order_by("-opened_at", "-pk")


def due(rows: QuerySet[Post], at: datetime) -> QuerySet[Post]:
    """Those of them old enough to be judged, or answered in time already."""
    return rows.filter(IN_TIME | Q(opened_at__lte=at - rules.ANSWER_WITHIN))


def with_business(since: datetime, until: datetime, authors: QuerySet[Any] | None = None) -> QuerySet[Post]:
    """Posts whose business the helper confirmed in a period."""
    rows = Post.objects.filter(Exists(_deals(since, until).filter(post=OuterRef("pk"))))
    return (rows if authors is None else rows.filter(author__in=authors)).order_by("-opened_at", "-pk")


def amount(posts: QuerySet[Post], since: datetime, until: datetime) -> tuple[Money | None, int]:
    """What the confirmed business comes to, None below five people; and how many people named an amount. Two queries."""
    deals = _deals(since, until).filter(amount__isnull=False, post__in=posts.order_by().values("pk"))
    parties = {pk for pair in deals.values_list("helper", "post__author") for pk in pair}
    if len(parties) < rules.PARTIES_LEAST:
        return None, len(parties)
    return Money(deals.aggregate(sum=Sum("amount"))["sum"]), len(parties)


def _deals(since: datetime, until: datetime) -> QuerySet[Thanks]:
    return Thanks.objects.filter(business=True, confirmed_at__gte=since, confirmed_at__lt=until)


def spoke_in(since: datetime, until: datetime) -> Q:
    """Of people: who opened a post, or answered one."""
    opened = Post.objects.filter(opened_at__gte=since, opened_at__lt=until)
    said = Answer.objects.filter(removed_at=None, written_at__gte=since, written_at__lt=until)
    return Q(pk__in=opened.values("author")) | Q(pk__in=said.values("author"))


def brought(periods: Iterable[tuple[int, int, datetime, datetime]]) -> dict[int, int]:
    """How many answers, introductions and pieces of business each (key, person, since, until) had, by key; one query."""
    columns = [list(column) for column in zip(*periods, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT, [list(states.INTRODUCED), *columns])
        return dict(cursor.fetchall())
