"""The demo club: complete, clean by every invariant, and the same every time."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from community.billing.models import Invoice, Payment
from community.events.models import Event, Signup
from community.kernel.days import start_of
from community.kernel.models import Message
from community.members import policies, rules, selectors
from community.members.models import Application, Company, Person, Term
from community.pages.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, club, founders
from community.pages.demo.codes import credit_code
from community.pages.demo.setting import Setting
from tests import make

pytestmark = pytest.mark.django_db
START = date(2026, 11, 22)
NOW = start_of(START) + timedelta(hours=9)


def build(**changes):
    return club.build(**{"start": START, "members": 20, "weeks": 4, "seed": 3, "at": NOW} | changes)


def verify(at=NOW):
    """What the command says, and with which code it ends."""
    out, code = StringIO(), 0
    try:
        call_command("verify", at=at, stdout=out)
    except SystemExit as ended:
        code = ended.code
    return json.loads(out.getvalue()), code


def fingerprint():
    """Everything but the unguessable: who, what, when and how much."""
    return [
        list(Person.objects.order_by("email").values_list("email", "full_name", "joined_at")),
        list(Application.objects.order_by("person__email").values_list("status", "draft", "submitted_at", "paid_at")),
        list(Company.objects.order_by("credit_code").values_list("credit_code", "legal_name")),
        list(Event.objects.order_by("starts_at", "topic").values_list("topic", "starts_at", "status")),
        sorted(Signup.objects.values_list("event__topic", "person__email", "status", "seat__number")),
        list(Invoice.objects.order_by("number").values_list("number", "amount", "status", "person__email")),
    ]


def person(name):
    return Person.objects.get(email=f"{name}@demo.test")


def status(name):
    application = selectors.live_application(person(name))
    return policies.status_at(application, NOW) if application else ""


def test_a_whole_club_with_every_account_in_its_state():
    build()
    connection.check_constraints()
    report, code = verify()
    assert (report["broken"], code, report["ok"]) == ({}, 0, True)
    assert {one.email for one in DEMO_ACCOUNTS} <= set(Person.objects.values_list("email", flat=True))
    for one in DEMO_ACCOUNTS:
        account = Person.objects.get(email=one.email)
        assert account.check_password(DEMO_PASSWORD)
        assert EmailAddress.objects.filter(user=account, verified=True, primary=True).exists()
        assert set(account.groups.values_list("name", flat=True)) == set(one.roles)
    assert {name: status(name) for name in ("visitor", "applicant", "approved", "lapsed", "member", "trainee")} == {
        "visitor": "", "applicant": "submitted", "approved": "approved", "lapsed": "lapsed", "member": "admitted",
        "trainee": "admitted",
    }  # fmt: skip
    for founder in Person.objects.filter(email__endswith="@club.test")[:20]:
        key = founder.name_key
        founder.save()
        assert founder.name_key == key  # made in bulk as if made one by one
    for name in ("member", "host", "expiring", "trainee"):
        assert policies.in_good_standing(person(name), START)
    assert Term.objects.get(person=person("expiring")).ends_on == START + timedelta(days=12)
    assert not Signup.objects.filter(person=person("approved")).exists()
    assert Application.objects.get(person=person("approved")).clock_ends_at > NOW
    first = Event.objects.get(host=person("host"), status="open", starts_at__gt=NOW)
    assert Signup.objects.filter(event=first, person=person("member"), status="confirmed").exists()
    assert 0 < first.seats.filter(signups=None).count() <= 6
    assert not Message.objects.filter(status="waiting").exclude(person__email__endswith="@demo.test").exists()
    assert Message.objects.filter(status="waiting").count() <= 2 * len(DEMO_ACCOUNTS)
    assert not Signup.objects.filter(confirmed_at__gt=NOW).exists()
    assert not Signup.objects.filter(status="attended", event__starts_at__gt=NOW).exists()
    assert set(Payment.objects.values_list("status", flat=True)) == {"applied", "held", "surplus"}
    assert not Company.objects.exclude(credit_code__startswith="91999999").exists()


@pytest.mark.slow
def test_the_same_every_time_and_another_for_another_seed():
    def club_of(seed):
        with transaction.atomic():
            build(seed=seed, members=2, weeks=0)
            found = fingerprint()
            transaction.set_rollback(True)
        return found

    assert club_of(3) == club_of(3)
    named = [founders.name(Setting(start=START, seed=seed, members=0, weeks=0).dice("founders")) for seed in range(20)]
    assert len(set(named)) > 15


@pytest.mark.slow
@pytest.mark.parametrize("start", [date(2028, 2, 29), date(2026, 11, 21), date(2027, 1, 1)])
def test_any_start_day_and_any_size(start):
    build(start=start, members=2, weeks=0, at=start_of(start))
    assert verify(start_of(start))[0]["broken"] == {}


def test_codes_are_right_in_form():
    assert all(rules.credit_code(credit_code(number)) == credit_code(number) for number in range(300))


def test_refuses_a_database_with_people(settings):
    Person.objects.create_user("real@example.test")
    with pytest.raises(CommandError, match="already"):
        call_command("seed")
    call_command("seed", if_empty=True)
    assert Person.objects.count() == 1
    settings.TESTING = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("seed", if_empty=True)


def test_verify_names_what_is_broken():
    make.submitted(at=NOW)
    broken = Term.objects.get(person=make.member())
    broken.delete()
    report, code = verify()
    assert code == 1 and not report["ok"]
    assert report["broken"]["members.admitted_without_term"]["first"] == [broken.application.public_id]
    Application.objects.filter(status="submitted").update(status="draft")
    assert verify()[0]["broken"]["audit.members.Application_out_of_step"]["count"] > 0


def test_verify_sees_a_guard_switched_off():
    assert verify()[1] == 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER ALL")
    guards = ["kernel.AuditEntry:append_only", "kernel.AuditEntry:masked_only"]
    assert sorted(verify()[0]["broken"]["database.triggers_missing"]["first"]) == guards
