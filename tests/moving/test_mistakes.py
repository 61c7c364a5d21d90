"""Three hundred kinds of mistakes (issue: each named, nothing half done), one by one and all in one file of five thousand rows."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community.kernel.days import ZONE
from community.members.models import Person
from community.moving import wording
from community.moving.models import Row
from community.moving.rules import known, planning
from community.moving.selectors import club
from community.moving.services import carrying
from tests import make as house
from tests.events import make as events
from tests.moving import make
from tests.moving.mistakes import Mistake, all_mistakes, made

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, tzinfo=ZONE)


@pytest.fixture
def admin():
    return house.person("管理员", roles=("administrator",))


@pytest.fixture
def people():
    """Who was in the club before."""
    old = house.member("老会员", since=datetime(2026, 8, 28, 12, tzinfo=ZONE))
    Person.objects.filter(pk=old.pk).update(email="old@example.test", phone="+8613700000001")
    house.submitted(house.person("申请人", email="applies@example.test"), at=AT)
    closed = house.person("离开的", email="closed@example.test")
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    event = events.event(topic="我们的圆桌")
    type(event).objects.filter(pk=event.pk).update(
        starts_at=datetime(2026, 11, 7, 14, tzinfo=ZONE), ends_at=datetime(2026, 11, 7, 17, tzinfo=ZONE)
    )


def planned(sheets: make.Sheets, now: known.Club) -> planning.Plan:
    lines = {
        subject: known.lines_of(subject, enumerate(rows, 2), now.lists) for subject, rows in sheets.items()
    }  # fmt: skip
    return planning.plan(lines, now, AT)


def test_there_are_three_hundred_kinds():
    names = [mistake.name for mistake in all_mistakes()]
    assert len(set(names)) == len(names) >= 300


def test_every_word_has_its_mistake():
    """No sentence that no test ever sees; those left are proved by name beside it."""
    seen = {mistake.code for mistake in all_mistakes()}
    elsewhere = {
        "two_people",
        "several",
        "no_row",
        "no_membership",
        "no_card",
        "balance_differs",
        "room_full",
        "trainee_end",
    }
    assert set(wording.FAULTS) == seen | elsewhere


def test_each_is_named_with_its_row_and_column(people):
    """The file is right but for one mistake: that row, that column, that word, what was found; and no other row is wrong
    but those that hang on it."""
    now = club.club()
    assert not planned(make.club(14), now).faulty
    for mistake in all_mistakes():
        plan = planned(made(mistake, make.club(14)), now)
        found = {
            (line.subject, line.number, fault.column, fault.code) for line in plan.lines for fault in line.faults
        }  # fmt: skip
        row = 14 if mistake.name == "a thirteenth at the table" else 3
        subject = "terms" if mistake.code == "trainee_tier" else mistake.subject
        assert (subject, row, mistake.where, mistake.code) in found, (mistake, found)
        others = {one for one in found if one[1] != row}
        assert others <= {(m, n, c, e) for m, n, c, e in others if e in ("phone_shared", "twice")}, (mistake, others)
        assert all(line.result == "error" for line in plan.lines if line.faults)


def test_every_word_is_a_sentence_in_both_languages():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for code in wording.FAULTS:
                assert "%(" not in wording.fault(code, "found", "more")


def five_thousand(mistakes: list[Mistake]) -> tuple[make.Sheets, set[tuple[str, int, str, str]]]:
    """A thousand members in five sheets; the n-th mistake in the row of member 2n+1, where it is alone."""
    sheets = make.club(1000)
    for number, row in enumerate(sheets["attendance"]):
        row |= {"topic": f"第 {number // 2} 场", "table": "1"}
    wanted = set()
    for place, mistake in enumerate(mistakes):
        number = 2 * place + 1
        sheets[mistake.subject][number] |= mistake.change
        wanted.add((mistake.subject, number + 2, mistake.where, mistake.code))
    return sheets, wanted


def test_five_thousand_rows_with_all_of_them(admin, people):
    mistakes = list(_alone())
    assert len(mistakes) >= 300
    sheets, wanted = five_thousand(mistakes)
    before = make.everything()
    content = make.workbook(sheets)
    started = time.monotonic()
    batch = make.handed_in(content, by=admin, at=AT)
    took = time.monotonic() - started
    assert batch.status == "read", (batch.refused, batch.facts)
    found = {
        (row.subject, row.number, fault[0], fault[1]) for row in Row.objects.filter(batch=batch) for fault in row.faults
    }  # fmt: skip
    assert wanted - found == set()
    assert sum(len(rows) for rows in sheets.values()) == 5000 == Row.objects.filter(batch=batch).count()
    with pytest.raises(Exception, match="batch.mistakes"):
        carrying.order(batch, by=admin, at=AT)
    after = make.everything()
    assert {name for name in after if after[name] != before[name]} == set()
    assert took < 30


PLACED = ("a thirteenth at the table", "sponsors themselves", "there twice", "trainee in the members' tier",
          "one event in two cities")  # fmt: skip


def _alone() -> Iterator[Mistake]:
    """Those that don't need somebody else's row at a certain place. A formula is none once an apostrophe makes it text."""
    return (one for one in all_mistakes() if one.name not in PLACED and one.code != "formula")


@pytest.mark.slow
def test_five_thousand_rows_are_carried_out_and_undone_within_a_minute(admin):
    content = make.workbook(make.club(1000))
    before = make.everything()
    started = time.monotonic()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        batch = make.carried(content, by=admin, at=AT)
    took = time.monotonic() - started
    assert batch.total("new") == 5000
    assert len(asked) < 200
    assert took < 45
    batch = make.undone(batch, by=admin, at=AT + timedelta(minutes=1))
    assert batch.status == "undone"
    assert make.everything() == before


def test_as_many_statements_for_three_members_as_for_a_hundred(admin):
    counts = []
    for size in (3, 100):
        content = make.workbook(make.club(size))
        with CaptureQueriesContext(connection) as asked:
            batch = make.carried(content, by=admin, at=AT)
        counts.append(len(asked))
        with CaptureQueriesContext(connection) as back:
            make.undone(batch, by=admin, at=AT + timedelta(minutes=1))
        counts.append(len(back))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]
