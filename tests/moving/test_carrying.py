"""Carrying an import out and undoing it: all of it, or nothing; and nobody is written to."""

from datetime import date, datetime, timedelta

import pytest

from community.billing.models import OpeningBalance
from community.billing.services import ledger
from community.events.models import Event, Signup
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Application, Company, Person, Stake, Term
from community.members.policies import in_good_standing
from community.moving.models import Row
from community.moving.services import carrying
from community.pages import invariants
from tests import make as house
from tests.moving import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, tzinfo=ZONE)


@pytest.fixture
def admin():
    return house.person("管理员", roles=("administrator",))


def broken() -> dict[str, list[str]]:
    return {name: rows for name, rows in invariants.broken(AT).items() if rows}


def test_a_small_club_moves_in(admin):
    batch = make.carried(make.workbook(make.club(30)), by=admin, at=AT)
    assert batch.status == "done"
    assert batch.total("new") == 150
    person = Person.objects.get(email="m7@old-club.example")
    assert (person.full_name, str(person.phone)) == ("会员7", "+8613900000007")
    assert not person.has_usable_password()
    assert in_good_standing(person, AT.date())
    assert Stake.objects.get(person=person).verified_on == date(2026, 10, 1)
    assert Application.objects.get(person=person).company.legal_name == "深圳（旧）第7有限公司"
    assert Term.objects.get(person=person).application.status == "admitted"
    assert OpeningBalance.objects.get(person=person).amount == 120_050
    assert ledger.balances()["deferred_income", "CNY"] == -30 * 120_050
    assert Signup.objects.filter(person=person, status="attended").count() == 1
    assert Event.objects.get().table_count == 3
    assert broken() == {}


def test_every_row_has_its_entry_with_the_import_as_its_reason(admin):
    batch = make.carried(make.workbook(make.club(3)), by=admin, at=AT)
    entries = AuditEntry.objects.filter(reason=batch.reason, actor=admin)
    counted = {(entry.subject_type, entry.subject_id) for entry in entries}
    for model in (
        Person.objects.filter(email__endswith="old-club.example"),
        Company.objects,
        Term.objects,
        Event.objects,
    ):
        for row in model.all():
            assert (row._meta.label, row.pk) in counted


def test_undone_the_club_is_as_before(admin):
    house.member("原有会员", since=AT - timedelta(days=90))
    before, wrong = make.everything(), broken()
    batch = make.carried(make.workbook(make.club(30)), by=admin, at=AT)
    assert make.everything() != before
    batch = make.undone(batch, by=admin, at=AT + timedelta(minutes=5))
    assert (batch.status, batch.stays) == ("undone", [])
    after = make.everything()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert set(ledger.balances().values()) <= {0}
    assert broken() == wrong


def test_cells_of_people_one_has_are_changed_and_put_back(admin):
    old = house.member("原名", since=AT - timedelta(days=90))
    before = make.everything()
    content = make.workbook({"members": [{"email": old.email, "full_name": "新名", "title": "董事长", "wechat": ""}]})
    batch = make.carried(content, by=admin, at=AT)
    assert [(c[0], c[1], c[2]) for c in Row.objects.get(batch=batch).changes] == [
        ("full_name", "原名", "新名"), ("title", "", "董事长"),
    ]  # fmt: skip
    old.refresh_from_db()
    assert (old.full_name, old.name_key) == ("新名", "xin ming")
    batch = make.undone(batch, by=admin, at=AT + timedelta(minutes=5))
    assert batch.status == "undone"
    assert make.everything() == before


def test_what_has_lived_on_since_stays_and_says_why(admin):
    batch = make.carried(make.workbook(make.club(3)), by=admin, at=AT)
    Person.objects.filter(email="m1@old-club.example").update(wechat="neu")
    everything = make.everything()
    batch = make.undone(batch, by=admin, at=AT + timedelta(minutes=5))
    assert batch.status == "done"
    assert [(label, code) for label, _, code, _ in batch.stays] == [("members.Person", "changed")]
    assert make.everything() == everything


def test_what_is_used_since_stays(admin):
    batch = make.carried(make.workbook(make.club(3)), by=admin, at=AT)
    person = Person.objects.get(email="m1@old-club.example")
    house.change(person, at=AT)
    batch = make.undone(batch, by=admin, at=AT + timedelta(minutes=5))
    assert ["members.Person", person.pk, "used", "members.CompanyChange"] in batch.stays


def test_nothing_is_written_to_anybody(admin):
    make.carried(make.workbook(make.club(30)), by=admin, at=AT)
    assert not Message.objects.exclude(error="passed").exists()


def test_mistakes_are_never_carried_out(admin):
    sheets = make.club(3)
    sheets["terms"][1]["ends_on"] = "2026-02-30"
    batch = make.handed_in(make.workbook(sheets), by=admin, at=AT)
    assert batch.total("error") >= 1
    with pytest.raises(RuleBroken, match="batch.mistakes"):
        carrying.order(batch, by=admin, at=AT)
    assert not Person.objects.filter(email__endswith="old-club.example").exists()


def test_a_club_that_changed_meanwhile_is_looked_at_afresh(admin):
    batch = make.handed_in(make.workbook(make.club(3)), by=admin, at=AT)
    house.person("先来的", email="m1@old-club.example")
    carrying.order(batch, by=admin, at=AT)
    carrying.carry(batch.pk, at=AT)
    batch.refresh_from_db()
    assert (batch.status, batch.refused) == ("read", "batch.differs")
    assert not Person.objects.filter(email="m0@old-club.example").exists()
    assert Row.objects.filter(batch=batch, result="changed").exists()


def test_pressed_twice_it_is_carried_out_once(admin):
    batch = make.carried(make.workbook(make.club(3)), by=admin, at=AT)
    carrying.carry(batch.pk, at=AT)
    assert Person.objects.filter(email__endswith="old-club.example").count() == 3
    again = make.handed_in(make.workbook(make.club(3)), by=admin, at=AT)
    assert (again.total("unchanged"), again.total("new"), again.total("error")) == (15, 0, 0)
    with pytest.raises(RuleBroken, match="batch.nothing"):
        carrying.order(again, by=admin, at=AT)
