"""What files held of people goes by itself, and with a person who is erased (R52)."""

from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.members.models import Person
from community.members.services import erasing
from community.moving.models import Batch, Made, Overwritten, Row
from community.moving.services import exporting, forgetting, sweeping, undoing
from tests import make as house
from tests.moving import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, tzinfo=ZONE)


@pytest.fixture
def admin():
    return house.person("管理员", roles=("administrator",))


def kept(batch: Batch) -> int:
    batch.refresh_from_db()
    return sum(rows.objects.filter(batch=batch).count() for rows in (Row, Made, Overwritten)) + bool(batch.file)


def test_after_thirty_days_only_counts_stay(admin):
    batch = make.carried(make.workbook(make.club(3)), by=admin, at=AT)
    name, storage = batch.file.name, batch.file.storage
    assert forgetting.forget_imports(at=AT + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert kept(batch) and storage.exists(name)
    assert forgetting.forget_imports(at=AT + timedelta(days=30)) == 1
    assert not kept(batch) and not storage.exists(name)
    assert batch.total("new") == 15
    with pytest.raises(RuleBroken, match="batch.forgotten"):
        undoing.leave(batch, by=admin, at=AT + timedelta(days=31))


def test_whoever_is_erased_stands_in_no_file(admin):
    batch = make.carried(make.workbook(make.club(3)), by=admin, at=AT)
    looked = make.handed_in(make.workbook(make.club(3)), by=admin, at=AT)
    other = make.handed_in(make.workbook({"members": [{"email": admin.email, "full_name": "管理员"}]}), by=admin, at=AT)
    export = exporting.ask("xlsx", by=admin, at=AT)
    exporting.make(export.pk, at=AT)
    person = Person.objects.get(email="m1@old-club.example")
    erasing.erase(person.pk, by=admin, at=AT + timedelta(days=1))
    assert not kept(batch) and not kept(looked) and kept(other)
    export.refresh_from_db()
    assert export.status == "gone" and not export.file


def test_a_file_that_no_row_names_goes_after_a_day_and_a_batchs_stays():
    batch = make.handed_in(make.workbook(make.club(1)), by=house.person(roles=("administrator",)), at=timezone.now())
    default_storage.save("moving/left-behind", ContentFile(b"x"))
    assert sweeping.sweep_orphans(at=timezone.now()) == 0
    assert sweeping.sweep_orphans(at=timezone.now() + timedelta(days=2)) >= 1
    assert default_storage.exists(batch.file.name) and not default_storage.exists("moving/left-behind")
