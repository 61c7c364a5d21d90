"""`manage.py create_staff`: roles for people, with or without an account, on record."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from community.kernel.models import AuditEntry
from community.members.models import Person
from tests import make

pytestmark = pytest.mark.django_db


def create(email, *roles):
    out = StringIO()
    call_command("create_staff", email, *[f"--role={role}" for role in roles], stdout=out)
    return out.getvalue()


def test_new_person_with_two_roles():
    said = create("Boss@Example.test", "reviewer", "treasurer")
    who = Person.objects.get(email="boss@example.test")
    assert set(who.groups.values_list("name", flat=True)) == {"reviewer", "treasurer"}
    assert not who.has_usable_password() and not who.is_superuser
    assert EmailAddress.objects.get(user=who).verified and EmailAddress.objects.get(user=who).primary
    assert "/accounts/password/reset/" in said and "/accounts/2fa/" in said
    actions = AuditEntry.objects.filter(person=who).order_by("pk").values_list("action", "new")
    assert list(actions) == [("person.create", ""), ("person.role", "reviewer"), ("person.role", "treasurer")]


def test_again_changes_nothing():
    create("boss@example.test", "administrator")
    before = AuditEntry.objects.count()
    assert "nothing to add; holds administrator" in create("BOSS@example.test", "administrator")
    assert AuditEntry.objects.count() == before and Person.objects.count() == 1
    assert Person.objects.get().is_superuser


def test_existing_person_keeps_password_and_roles():
    who = make.person(roles=("organizer",), email="x@example.test", password="kept-password-1")
    said = create("x@example.test", "reviewer")
    who.refresh_from_db()
    assert who.check_password("kept-password-1") and "password" not in said.lower().replace("/accounts/password", "")
    assert "added reviewer; holds organizer, reviewer" in said


@pytest.mark.parametrize(("email", "roles"), [("no address", ["reviewer"]), ("a@example.test", ["king"])])
def test_refuses_nonsense(email, roles):
    with pytest.raises(CommandError):
        call_command("create_staff", email, *[f"--role={role}" for role in roles])
    assert not Person.objects.exists()
