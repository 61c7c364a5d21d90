"""What the organizer's office looks after: needs that nobody answers, and what was reported (R33)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from community.kernel.counting import in_one
from community.matching.selectors import lists as matching
from community.posts import rules
from community.posts.models import MemberReport, Report
from community.posts.selectors.lists import open_posts

OFFICE_LISTS = ("unanswered", "unread", "reports")


def _unanswered(at: datetime) -> QuerySet[Any]:
    """R33: needs and dilemmas open for 72 hours without an answer, the oldest first."""
    return _silent(at).filter(opened_at__lte=at - rules.ANSWER_WITHIN)


def _unread(at: datetime) -> QuerySet[Any]:
    """Handed over after 48 hours: needs and dilemmas without an answer that not everybody whom they found has read, or
    that found nobody. After 72 hours they stand among the unanswered."""
    late = _silent(at).filter(opened_at__lte=at - rules.READ_WITHIN, opened_at__gt=at - rules.ANSWER_WITHIN)
    return late.exclude(public_id__in=matching.read_by_all())


def _silent(at: datetime) -> QuerySet[Any]:
    silent = open_posts(at).filter(first_answered_at=None).exclude(kind=rules.OFFER)
    return silent.select_related("author", "city", "industry").order_by("opened_at", "pk")


def _reports(at: datetime) -> QuerySet[Any]:
    reports = Report.objects.filter(settled_at=None)
    return reports.select_related("post__author", "answer__author", "reporter").order_by("made_at", "pk")


def reported_people(reader: Any) -> QuerySet[MemberReport]:
    """Members somebody reported, the oldest first; a report about the reader does not exist for them."""
    rows = MemberReport.objects.filter(settled_at=None).exclude(person=reader)
    return rows.select_related("person", "reporter").order_by("made_at", "pk")


def people_reported_before(moment: datetime) -> int:
    return MemberReport.objects.filter(settled_at=None, made_at__lt=moment).count()


def reports_older_than(moment: datetime) -> int:
    return Report.objects.filter(settled_at=None, made_at__lt=moment).count()


LISTS = {"unanswered": _unanswered, "unread": _unread, "reports": _reports}


def office_list(name: str, at: datetime) -> QuerySet[Any]:
    return LISTS[name](at)


def office_sizes(at: datetime) -> dict[str, int]:
    """One query for all of them."""
    return dict.fromkeys(OFFICE_LISTS, 0) | in_one({name: LISTS[name](at) for name in OFFICE_LISTS})
