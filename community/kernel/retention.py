"""What is deleted by itself (R3, R52): the rules as people read them, what each of them did, and the kernel's own sweeps.

Every sweep writes down how much went on which day; the administrators' page is made from that. Nothing else of what went
is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.translation import gettext_lazy as _

from community.kernel.days import day_of
from community.kernel.models import Message

WORDS_KEPT = timedelta(days=2 * 365)
LATELY_DAYS = 30


@dataclass(frozen=True)
class Rule:
    """One rule in words: what goes, and when."""

    name: str
    title: Any
    after: Any


RULES = {
    rule.name: rule
    for rule in (
        Rule("papers", _("Papers of applications"), _("90 days after approval; 30 days after any other end")),
        Rule("drafts", _("Drafts nobody touches"), _("180 days after the last touch, two notices before")),
        Rule("orphans", _("Files that belong to nothing any more"), _("a day after they were left behind")),
        Rule("exports", _("Files of people's own data"), _("7 days after they were made")),
        Rule(
            "erasures", _("People who asked to be forgotten"), _("7 days after they asked, when no money is on its way")
        ),
        Rule("imports", _("What imported files held"), _("30 days after they were carried out or handed in")),
        Rule("whole_club", _("Files of the whole club"), _("7 days after they were asked for")),
        Rule("guests", _("Names of guests"), _("30 days after the event")),
        Rule("sessions", _("Sessions that are over"), _("the night after they ended")),
        Rule("messages", _("Words of messages"), _("two years after they were written; that one was sent stays")),
        Rule("runs", _("Runs of jobs"), _("30 days after they ran")),
    )
}
NOTE = """
INSERT INTO kernel_swept (rule, swept_on, rows) VALUES (%s, %s, %s)
ON CONFLICT (rule, swept_on) DO UPDATE SET rows = kernel_swept.rows + EXCLUDED.rows
"""


def swept(rule: str, rows: int, *, at: datetime) -> int:
    """Write down how much a rule deleted; the same number back. Nothing deleted leaves no row."""
    assert rule in RULES, rule
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [rule, day_of(at), rows])
    return rows


def forget_sessions(*, at: datetime) -> int:
    return Session.objects.filter(expire_date__lt=at).delete()[0]


def forget_words(*, at: datetime) -> int:
    """Messages lose their words when they are two years old; occasion and date stay, so that none is sent twice."""
    return Message.objects.filter(created_at__lt=at - WORDS_KEPT).exclude(context={}).update(context={})


@dataclass(frozen=True)
class Report:
    """What one rule did: in all, in the last thirty days, and when it last found something."""

    rule: Rule
    lately: int
    all: int
    last_on: Any


def report(*, at: datetime) -> list[Report]:
    """Every rule in its order; one question."""
    since = day_of(at) - timedelta(days=LATELY_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule, sum(rows), sum(rows) FILTER (WHERE swept_on > %s), max(swept_on) FROM kernel_swept GROUP BY rule",
            [since],
        )
        found = {name: (int(rows), int(lately or 0), last_on) for name, rows, lately, last_on in cursor.fetchall()}
    reports = []
    for rule in RULES.values():
        rows, lately, last_on = found.get(rule.name, (0, 0, None))
        reports.append(Report(rule, lately, rows, last_on))
    return reports
