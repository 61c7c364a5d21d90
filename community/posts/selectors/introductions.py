"""Who was led to whom, and what came of it (R32, R33)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from community.members import selectors as members
from community.members.selectors import blocks
from community.posts import rules, states
from community.posts.models import Answer, Introduction, Post, Thanks

QUIET_KNOWN = timedelta(days=30)  # older ones are history


def of_person(person: Any) -> QuerySet[Introduction]:
    """Every introduction of somebody, the newest first; of those from whom they are apart, none."""
    apart = blocks.either_way(person)
    rows = Introduction.objects.filter(Q(asker=person) & ~Q(asked__in=apart) | Q(asked=person) & ~Q(asker__in=apart))
    return rows.select_related("asker", "asked", "post").order_by("-asked_at", "-pk")


def going_on(person: Any, at: datetime) -> list[Introduction]:
    """What is under way between this person and others, the oldest first: asked and not answered, or agreed and not
    talked yet; twenty at most."""
    asked = Q(status=states.ASKED, expires_at__gt=at)
    rows = of_person(person).filter(asked | Q(status=states.ACCEPTED))
    return list(rows.order_by("asked_at", "pk")[:20])


def thanks_for(person: Any) -> list[Thanks]:
    """Thanks this person has not answered yet, the newest first; twenty at most."""
    rows = Thanks.objects.filter(helper=person, confirmed_at=None, refused_at=None)
    return list(rows.select_related("post__author").order_by("-thanked_at")[:20])


def waiting_for_many(person_ids: Iterable[int], at: datetime) -> dict[int, list[Introduction]]:
    """Who asks them and waits for a word, by the person asked, the oldest first; one query."""
    found: dict[int, list[Introduction]] = {}
    rows = Introduction.objects.filter(asked__in=list(person_ids), status=states.ASKED, expires_at__gt=at)
    for row in rows.select_related("asker", "post").order_by("asked_at", "pk"):
        found.setdefault(row.asked_id, []).append(row)
    return found


def thanks_for_many(person_ids: Iterable[int]) -> dict[int, list[Thanks]]:
    """`thanks_for` of many at once; one query."""
    found: dict[int, list[Thanks]] = {}
    rows = Thanks.objects.filter(helper__in=list(person_ids), confirmed_at=None, refused_at=None)
    for row in rows.select_related("post__author").order_by("-thanked_at", "-pk"):
        found.setdefault(row.helper_id, []).append(row)
    return found


def quiet(at: datetime) -> int:
    """R32: how many agreed to talk so long ago that both were asked twice, and nobody has said that they did."""
    since = at - timedelta(days=max(rules.QUIET_DAYS))
    return Introduction.objects.filter(
        status=states.ACCEPTED, answered_at__lte=since, answered_at__gt=since - QUIET_KNOWN
    ).count()


def between(post: Post, person: Any) -> Introduction | None:
    """The introduction of somebody with the author of a post, about it; the live or latest one."""
    return of_person(person).filter(Q(asker=post.author_id) | Q(asked=post.author_id), post=post).first()


def with_person(person: Any, other: Any) -> Introduction | None:
    """The latest introduction of two people that isn't over, whatever it was about."""
    rows = of_person(person).filter(Q(asker=other) | Q(asked=other))
    return rows.filter(status__in=[states.ASKED, *states.INTRODUCED]).first()


def about(post: Post) -> dict[int, Introduction]:
    """The introductions of a post's author about it, by the other person's key; the latest of each."""
    rows = Introduction.objects.filter(post=post).select_related("asker", "asked").order_by("asked_at", "pk")
    return {row.asked_id if row.asker_id == post.author_id else row.asker_id: row for row in rows}


def helpers_of(post: Post) -> list[Any]:
    """Whom an author can thank: who answered or was introduced about the post; a hundred at most."""
    said = Answer.objects.filter(post=post, removed_at=None).values("author")
    rows = Introduction.objects.filter(post=post, status__in=states.INTRODUCED)
    keys = {pk for pair in rows.values_list("asker", "asked") for pk in pair} | set(
        said.values_list("author", flat=True)
    )
    found = members.people_by_id(keys - {post.author_id})
    return sorted(found.values(), key=lambda person: person.name_key)[:100]


@dataclass(frozen=True)
class Credit:
    """What somebody gave in a period (R40): answers, best answers, confirmed thanks, people introduced to."""

    answers: int
    best: int
    thanks: int
    introductions: int


def credit(person: Any, since: datetime, until: datetime) -> Credit:
    """Facts of [since, until); three queries."""
    mine = Answer.objects.filter(author=person, removed_at=None, written_at__gte=since, written_at__lt=until)
    given = mine.exclude(post__author=person).aggregate(
        n=Count("pk"), best=Count("pk", filter=Q(best_of__isnull=False))
    )
    thanks = Thanks.objects.filter(helper=person, confirmed_at__gte=since, confirmed_at__lt=until).count()
    met = of_person(person).filter(status__in=states.INTRODUCED, answered_at__gte=since, answered_at__lt=until).count()
    return Credit(given["n"], given["best"], thanks, met)


@dataclass(frozen=True)
class Figures:
    """Of the needs and dilemmas opened in a period. `amount` in fen is None below five parties."""

    opened: int
    answered: int  # within 72 hours
    due: int  # those old enough to be judged, or answered
    solved: int
    deals: int
    amount: int | None
    share: int | None  # per cent of the answers that the most asked tenth gave

    @property
    def in_time(self) -> int | None:
        return round(100 * self.answered / self.due) if self.due else None


def in_time(since: datetime, until: datetime, at: datetime) -> int | None:
    """R33: per cent of the needs and dilemmas of a period that had an answer within 72 hours; one query."""
    _, fast, due = _answered(since, until, at)
    return round(100 * sum(fast) / sum(due)) if any(due) else None


def _answered(since: datetime, until: datetime, at: datetime) -> tuple[list[Any], list[bool], list[bool]]:
    """The rows, which of them were answered in time, and which are old enough to be judged, or answered."""
    asked = Post.objects.filter(opened_at__gte=since, opened_at__lt=until).exclude(kind=rules.OFFER)
    rows = list(asked.values_list("opened_at", "first_answered_at", "status"))
    fast = [first is not None and first - opened <= rules.ANSWER_WITHIN for opened, first, _ in rows]
    due = [ok or at - opened > rules.ANSWER_WITHIN for ok, (opened, _, _) in zip(fast, rows, strict=True)]
    return rows, fast, due


def figures(since: datetime, until: datetime, at: datetime) -> Figures:
    """R33, R34 on the desk: aggregates only; five queries."""
    rows, fast, due = _answered(since, until, at)
    deals = Thanks.objects.filter(business=True, confirmed_at__gte=since, confirmed_at__lt=until)
    parties = {pk for pair in deals.filter(amount__isnull=False).values_list("helper", "post__author") for pk in pair}
    amount = deals.aggregate(sum=Sum("amount"))["sum"] if len(parties) >= rules.PARTIES_LEAST else None
    said = Answer.objects.filter(removed_at=None, written_at__gte=since, written_at__lt=until).order_by()
    counts = sorted(said.values("author").annotate(n=Count("pk")).values_list("n", flat=True), reverse=True)
    top = counts[: max(1, len(counts) // 10)] if counts else []
    return Figures(
        opened=len(rows), answered=sum(fast), due=sum(due),
        solved=sum(status == states.SOLVED for _, _, status in rows), deals=deals.count(), amount=amount,
        share=round(100 * sum(top) / sum(counts)) if counts else None,
    )  # fmt: skip
