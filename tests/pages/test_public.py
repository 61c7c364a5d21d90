"""Pages for everybody, the probes, and what crawlers are told."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from community.members.services import applications
from community.pages import readiness
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: make.NOON)
    return make.NOON


def page(client, path, language="en", **headers):
    response = client.get(path, headers={"accept-language": language, **headers})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(("path", "english", "chinese"), [
    ("/", "Twelve founders, one table, every Saturday", "每周六，十二位老板坐一桌"),
    ("/join/", "The three weeks", "三周怎么算"),
])  # fmt: skip
def test_both_languages_without_an_account(client, path, english, chinese):
    assert english in page(client, path)
    assert chinese in page(client, path, "zh-CN")
    assert chinese in page(client, path, "fr")  # neither of ours: Chinese


def test_landing_shows_the_next_two_events_with_seats(client, now):
    full = events.event(topic="满座", starts_at=now + timedelta(days=2), seats_each=1)
    for day, topic in ((3, "第一场"), (5, "第二场"), (7, "第三场")):
        events.event(topic=topic, starts_at=now + timedelta(days=day))
    shown = page(client, "/")
    assert "第一场" in shown and "第二场" in shown and "11 seats left" in shown
    assert "第三场" not in shown and full.topic not in shown


def test_landing_without_events_says_so(client):
    assert "next dates are being set" in page(client, "/")


def test_the_one_button_leads_where_the_reader_stands(client, now):
    assert 'href="/accounts/signup/"' in page(client, "/")
    who = make.person()
    client.force_login(who)
    assert 'href="/application/edit/"' in page(client, "/join/")
    applications.start(who, at=now)
    assert 'href="/home/"' in page(client, "/join/")


def test_probes_need_no_session_and_say_what_is_wrong(client, monkeypatch):
    assert client.get("/healthz").json() == {"ok": True}
    assert client.get("/readyz").json() == {"ok": True, "database": True, "broker": True, "migrations": True}
    assert not client.cookies

    def gone(*args):
        raise ConnectionError

    monkeypatch.setattr(cache, "get", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "broker": False, "migrations": True}


def test_ready_only_when_every_migration_is_applied(client, monkeypatch):
    readiness._ask_migrations.cache_clear()
    monkeypatch.setattr(readiness.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    assert client.get("/readyz").json()["migrations"] is False
    monkeypatch.undo()
    assert client.get("/readyz").json()["migrations"] is True


def test_health_asks_neither_database_nor_broker(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200


def test_robots(client):
    text = client.get("/robots.txt")
    assert text.headers["content-type"].startswith("text/plain")
    assert "Disallow: /desk/" in text.content.decode()
