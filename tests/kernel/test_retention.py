"""What is deleted by itself, by which rule, and the administrators' page of it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from community.kernel import outbox, retention
from community.kernel.models import Message, Swept
from tests import make

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


def lately(rule: str, at=AT) -> retention.Report:
    return next(one for one in retention.report(at=at) if one.rule.name == rule)


def test_one_row_a_rule_and_day_and_none_for_nothing() -> None:
    assert retention.swept("papers", 0, at=AT) == 0 and not Swept.objects.exists()
    assert [retention.swept("papers", n, at=AT) for n in (2, 3)] == [2, 3]
    retention.swept("papers", 4, at=AT - 31 * DAY)
    found = lately("papers")
    assert (found.lately, found.all, found.last_on) == (5, 9, AT.date())
    assert Swept.objects.count() == 2 and lately("guests").last_on is None


def test_sessions_that_are_over_go_and_others_stay() -> None:
    for days in (-1, 1):
        store = SessionStore()
        store["x"] = 1
        store.set_expiry(AT + days * DAY)
        store.save()
        Session.objects.filter(session_key=store.session_key).update(expire_date=AT + days * DAY)
    assert retention.forget_sessions(at=AT) == 1 and Session.objects.count() == 1
    assert retention.forget_sessions(at=AT) == 0


def test_words_of_two_years_go_and_the_occasion_stays() -> None:
    who = make.person()
    for number, at in enumerate((AT - retention.WORDS_KEPT, AT - retention.WORDS_KEPT - DAY)):
        outbox.post("members/role_taken", who, occasion=f"o{number}", at=at, context={"role": "reviewer"})
    assert retention.forget_words(at=AT) == 1 and retention.forget_words(at=AT) == 0
    assert not Message.objects.get(occasion="o1").context and Message.objects.get(occasion="o0").context
    assert not outbox.post("members/role_taken", who, occasion="o1", at=AT, context={"role": "reviewer"})


def test_the_page_names_every_rule(client: Client, settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    retention.swept("exports", 7, at=AT)
    make.sign_in(client, make.person(roles=("administrator",)))
    page = client.get(reverse("desk_deleted"), headers={"accept-language": "en"}).content.decode()
    for rule in retention.RULES.values():
        assert str(rule.title).split()[0] in page
    assert "7 in all" in page
