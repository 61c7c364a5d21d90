"""What is set for the club, said to administrators: every answer of the server's, and none of its secrets."""

import re
from pathlib import Path

import pytest
from django.test import Client

from community.pages import settings as said
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(settings):
    settings.STAFF_SECOND_FACTOR = False
    client = Client(headers={"accept-language": "en"})
    client.force_login(make.person("管理员", roles=("administrator",)))
    return lambda: client.get("/desk/settings/").content.decode()


def test_secrets_are_said_to_be_there_and_never_shown(opened, settings):
    secrets = {
        "STRIPE_SECRET_KEY": "sk_live_secret-1-word", "SMS_KEY": "secret-2-word", "REGISTRY_KEY": "secret-3-word",
        "EMAIL_HOST_PASSWORD": "secret-4-word", "SENTRY_DSN": "https://secret-6-word@x.test/1",
        "SMS_URL": "https://secret-7-word.test/", "REGISTRY_URL": "https://secret-8-word.test/", "MATCHING_ENCODER_KEY": "secret-9-word",
    }  # fmt: skip
    for name, value in secrets.items():
        setattr(settings, name, value)
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_secret-word"]
    settings.STAFF_ROBOTS = ["complaints=wecom://secret-word"]
    settings.STRIPE_API_BASE = said.PROVIDER
    html = opened()
    assert "secret-" not in html
    assert "live: real money" in html and "complaints" in html and "set up" in html


def test_each_setting_says_where_it_is_changed_and_what_is_missing_counts(opened, settings):
    settings.ICP_TEXT, settings.EVIDENCE_KEYS, settings.DEMO = "", [], False
    settings.BASE_URL, settings.EMAIL_HOST = "https://club.test", "mail.club.test"
    settings.DEFAULT_FROM_EMAIL = "同桌 <club@club.test>"
    html, rows = opened(), [one for group in said.groups() for one in group.settings]
    assert {one.by for one in rows if one.wants} == {"ICP_TEXT", "EVIDENCE_KEYS"}
    assert said.missing() == 2 == html.count("Missing")
    assert len(rows) == len({one.label for one in rows}) and all(
        one.label in html.replace("&#x27;", "'") for one in rows
    )
    known = set(re.findall(r"`([A-Z_]+)`", Path("README.md").read_text()))
    assert {one.by for one in rows if one.by.isupper()} <= known
    settings.ICP_TEXT = "粤ICP备00000000号"
    assert said.missing() == 1
