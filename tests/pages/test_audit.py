"""The audit trail for administrators: everything, narrowed, in words, at one price."""

import importlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.kernel import audit
from community.kernel.models import AuditEntry
from community.kernel.states import Machine
from community.pages import audit as words
from tests.make import NOON, approved, member, person

RECORDED = re.compile(r'audit\.record(?:_all)?\(\s*f?"([a-z_]+)\.([a-z_]+)"')
EITHER = re.compile(r'"([a-z_]+)\.([a-z_]+)" if \w+ else "([a-z_]+)\.([a-z_]+)"')
DAY = timedelta(days=1)


def actions() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for path in Path("community").rglob("*.py"):
        source = path.read_text()
        found |= set(RECORDED.findall(source))
        if "audit.record" in source:
            found |= {pair for one, did, other, does in EITHER.findall(source) for pair in ((one, did), (other, does))}
    for path in Path("community").glob("*/states.py"):
        app = path.parent.name
        machines = [
            one for one in vars(importlib.import_module(f"community.{app}.states")).values() if isinstance(one, Machine)
        ]
        found |= {(machine.name, action) for machine in machines for action in machine.actions}
    return found


def test_every_action_of_the_house_has_its_words():
    assert len(actions()) > 200
    assert {subject for subject, _ in actions()} <= set(words.SUBJECTS)
    assert {happened for _, happened in actions()} <= set(words.HAPPENED)
    assert words.words_of("older.thing_gone") == ("older", "thing_gone")


@pytest.fixture
def admin(client, db, settings):
    settings.STAFF_SECOND_FACTOR = False
    who = person("管理员", roles=("administrator",))
    client.force_login(who)
    client.who = who
    client.page = lambda query="": client.get(
        f"/desk/audit/{query}", headers={"accept-language": "en"}
    ).content.decode()
    return client


def test_who_what_when_and_why(admin):
    other = approved().person
    audit.record("person.role", other, by=admin.who, at=NOON, reason="helps on Saturdays", data={"role": "organizer"})
    audit.record("term.expire", other, by=None, at=NOON)
    page = admin.page()
    for said in ("Person", "role given", other.name, "helps on Saturdays", "organizer", "管理员", "by rule"):
        assert said in page, said


def test_it_narrows_by_person_subject_and_days_and_says_when_nobody_is_meant(admin):
    one, two = member("欧阳一"), member("欧阳二")
    for days, who in ((0, one), (1, two), (2, one)):
        audit.record("goal.state", who, by=who, at=NOON + days * DAY, person_id=who.pk, reason=f"day {days}")
    audit.record("card.write", one, by=None, at=NOON, reason="card")

    def reasons(query: str) -> set[str]:
        return set(re.findall(r"<small>(day \d|card)</small>", admin.page(query)))

    assert reasons("?who=欧阳一") == {"day 0", "day 2", "card"}
    assert reasons(f"?who={two.email}") == {"day 1"}
    assert reasons("?what=goal") == {"day 0", "day 1", "day 2"}
    assert reasons(f"?since={NOON:%Y-%m-%d}&until={NOON:%Y-%m-%d}") == {"day 0", "card"}
    nobody = admin.page("?who=没有这个人&what=goal")
    assert "Nobody has this name" in nobody and "没有这个人" in nobody and "day 0" not in nobody
    assert "Nothing of the kind" in admin.page("?since=2031-01-01")
    for odd in ("?older=x", "?older=" + "9" * 60, "?what=nothing", "?since=yesterday", "?older=-1"):
        assert admin.get(f"/desk/audit/{odd}").status_code == 200


def test_page_after_page_gives_every_entry_once_and_costs_the_same(admin):
    who, seen, costs = member(), [], []
    for number in range(120):
        audit.record("card.write", who, by=who, at=NOON, reason=f"n{number}")
    query = "?what=card"
    while query:
        with CaptureQueriesContext(connection) as asked:
            page = admin.page(query)
        costs.append(len(asked))
        seen += re.findall(r"<small>(n\d+)</small>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        query = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [f"n{number}" for number in reversed(range(120))]
    assert AuditEntry.objects.count() >= 120 and len(set(costs)) == 1 and costs[0] <= 8, costs
