"""The audit trail (R50) grows and nothing else: the database itself refuses to change or remove an entry."""

import pytest
from django.db import DatabaseError, connection, transaction

from community.kernel import audit
from community.kernel.models import AuditEntry
from tests.make import NOON, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> AuditEntry:
    return audit.record("person.greet", person(), by=None, at=NOON, reason="as it was")


TAMPERINGS = {
    "save": lambda entry: entry.save(),
    "update": lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(reason="as it never was"),
    "delete": lambda entry: entry.delete(),
    "delete many": lambda entry: AuditEntry.objects.all().delete(),
    "update in SQL": lambda entry: connection.cursor().execute("UPDATE kernel_auditentry SET reason = ''"),
    "delete in SQL": lambda entry: connection.cursor().execute("DELETE FROM kernel_auditentry"),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_the_database_refuses_to_change_or_remove_an_entry(entry, tamper):
    with pytest.raises(DatabaseError, match="Cannot (update or )?delete"), transaction.atomic():
        tamper(entry)
    entry.refresh_from_db()
    assert entry.reason == "as it was"


def test_an_entry_names_whom_it_concerns(entry):
    whom = person()
    assert audit.record("person.greet", whom, by=None, at=NOON).person_id == whom.pk
    assert audit.record("person.greet", whom, by=None, at=NOON, person_id=entry.person_id).person_id == entry.person_id


def test_a_trail_is_about_one_thing_oldest_first():
    one, other = person(), person()
    audit.record("person.second", one, by=None, at=NOON.replace(hour=14))
    audit.record("person.first", one, by=None, at=NOON.replace(hour=13))
    audit.record("person.else", other, by=None, at=NOON)
    assert [entry.action for entry in audit.trail(one)] == ["person.first", "person.second"]
