"""R51: the first runs after an import send nothing for occasions already past; what is still to come is told as ever."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from community.billing.models import Invoice
from community.billing.services import renewals
from community.events.services import answering, reminding
from community.kernel.days import ZONE
from community.kernel.inbox import messages_of
from community.kernel.models import Message
from community.members.models import Person, Stake
from community.members.services import clock, documents, renewing, trainees, verifying
from tests import make as house
from tests.moving import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, tzinfo=ZONE)

# The last day of membership, as it was typed in the old books, and how many letters the day of the import may bring.
ENDS = {
    "three years ago": (date(2023, 11, 1), 0),
    "just out of grace": (date(2026, 11, 12), 0),
    "in grace, seventh day over": (date(2026, 11, 15), 0),
    "in grace": (date(2026, 11, 21), 0),
    "tomorrow, its notice is today's": (date(2026, 11, 27), 1),
    "in five days": (date(2026, 12, 1), 0),
    "in a week, its notice is today's": (date(2026, 12, 3), 1),
    "in twenty days": (date(2026, 12, 16), 0),
    "in thirty days, its notice is today's": (date(2026, 12, 26), 1),
    "in a year": (date(2027, 11, 1), 0),
}


def run_everything(at: datetime) -> None:
    renewing.expire_all_due(at=at)
    renewals.run(at=at)
    clock.lapse_all_due(at=at)
    clock.remind_all_due(at=at)
    trainees.end_all_due(at=at)
    trainees.remind_all_due(at=at)
    verifying.remind_all_due(at=at)
    documents.remind_untouched(at=at)
    answering.ask_all_due(at=at)
    reminding.remind_all_due(at=at)


def told() -> dict[str, int]:
    found: dict[str, int] = {}
    for who in Message.objects.exclude(error="passed").values_list("person__full_name", flat=True):
        found[who] = found.get(who, 0) + 1
    return found


@pytest.fixture
def admin():
    return house.person("管理员", roles=("administrator",))


def moved_in(admin, ends: dict[str, date], **changes: str) -> None:
    sheets: make.Sheets = {"companies": [], "members": [], "terms": []}
    for number, (name, ends_on) in enumerate(ends.items()):
        sheets["companies"].append(make.company(number))
        sheets["members"].append(make.member(number, full_name=name, **changes))
        sheets["terms"].append(make.term(number, ends_on.replace(year=ends_on.year - 1)))
    batch = make.carried(make.workbook(sheets), by=admin, at=AT)
    assert batch.status == "done", list(batch.rows.filter(result="error").values("title", "faults"))


def test_renewal_notices_whose_day_is_over_count_as_passed(admin):
    moved_in(admin, {name: ends_on for name, (ends_on, _) in ENDS.items()})
    for hours in (1, 2, 3):
        run_everything(AT + timedelta(hours=hours))
    assert told() == {name: count for name, (_, count) in ENDS.items() if count}
    passed = Message.objects.filter(error="passed", kind="billing/renewal")
    assert {row.person.full_name for row in passed} == {
        "in grace, seventh day over", "in grace", "in five days", "in twenty days",
    }  # fmt: skip
    # Who can still renew has the invoice, and reads nothing in their inbox that nobody sent.
    assert Invoice.objects.filter(person__full_name="in grace").exists()
    assert not messages_of(Person.objects.get(full_name="in grace")).exists()


def test_the_next_step_of_the_ladder_is_told(admin):
    moved_in(admin, {"in five days": date(2026, 12, 1)})
    run_everything(AT + timedelta(hours=1))
    assert told() == {}
    run_everything(datetime(2026, 11, 30, 12, tzinfo=ZONE))
    assert told() == {"in five days": 1}


def test_grace_that_ends_later_is_told(admin):
    moved_in(admin, {"in grace": date(2026, 11, 21)})
    run_everything(AT)
    run_everything(datetime(2026, 11, 28, 12, tzinfo=ZONE))
    run_everything(datetime(2026, 12, 6, 12, tzinfo=ZONE))
    assert told() == {"in grace": 2}  # the seventh day after, and the end


# Checked on, and the letters of that day: a notice that falls due today is written, an earlier one has passed.
@pytest.mark.parametrize(
    ("verified_on", "letters"),
    [
        ("2023-01-01", 0),
        ("2025-10-28", 1),
        ("2025-10-30", 0),
        ("2025-11-25", 0),
        ("2025-11-26", 1),
        ("2026-11-01", 0),
        ("", 0),
    ],
)
def test_checks_that_fell_due_before(admin, verified_on, letters):
    moved_in(admin, {"geprüft": date(2027, 6, 1)}, verified_on=verified_on)
    run_everything(AT)
    assert sum(told().values()) == letters


@pytest.mark.parametrize(("starts_on", "due_on"), [("2026-02-01", "2027-11-26"), ("2027-01-15", "2028-01-15")])
def test_a_company_nobody_looked_up_falls_due_a_year_after_the_import_or_the_first_day(admin, starts_on, due_on):
    moved_in(admin, {"新来的": date.fromisoformat(starts_on).replace(year=int(starts_on[:4]) + 1)}, verified_on="")
    assert Stake.objects.get().due_on == date.fromisoformat(due_on)
    run_everything(datetime(2026, 11, 27, 12, tzinfo=ZONE))
    assert not Message.objects.filter(kind="members/reverification_overdue").exists()


def test_what_was_imported_before_counts_from_its_day_or_the_first_of_the_membership(admin):
    """The migration: an import of an older version left no day behind."""
    moved_in(admin, {"早来的": date(2027, 2, 1), "晚来的": date(2028, 1, 15)}, verified_on="")
    checked = house.stake(house.member(), verified_on=date(2026, 1, 1))
    Stake.objects.update(imported_on=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("community.members.migrations.0006_unchecked_companies").IMPORTED)
    found = Stake.objects.exclude(pk=checked.pk).values_list("person__full_name", "imported_on")
    assert dict(found) == {"早来的": date(2026, 11, 26), "晚来的": date(2027, 1, 15)}
    checked.refresh_from_db()
    assert checked.imported_on is None


def test_nobody_is_asked_about_last_saturday(admin):
    sheets = make.club(3)
    sheets["attendance"] = [make.attendance(n, starts_at="2026-11-25 19:00") for n in range(3)]
    make.carried(make.workbook(sheets), by=admin, at=AT)
    run_everything(AT + timedelta(hours=2))
    assert told() == {}


def test_a_trainee_from_before(admin):
    sheets = make.club(1)
    sheets["members"].append(
        make.member(1, role="实习会员", credit_code="", verified_on="", share_percent="", sponsor=make.phone(0))
    )
    sheets["terms"].append(make.term(1, date(2026, 6, 20), tier="trainee", ends_early_on="2026-12-20"))
    sheets["members"].append(
        make.member(2, role="实习会员", credit_code="", verified_on="", share_percent="", sponsor="m0@old-club.example")
    )
    sheets["terms"].append(make.term(2, date(2026, 1, 10), tier="实习会员", ends_early_on="2026-07-10"))
    batch = make.carried(make.workbook(sheets), by=admin, at=AT)
    assert batch.status == "done", list(batch.rows.filter(result="error").values("title", "faults"))
    run_everything(AT)
    assert told() == {}
    run_everything(datetime(2026, 12, 13, 12, tzinfo=ZONE))
    assert told() == {"会员1": 1}  # seven days before
