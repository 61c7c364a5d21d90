"""Signing in by phone and code, and changing the number: limited, expiring, and silent about who has an account."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from community.kernel import audit, gateway
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.models import Person
from community.members.services import erasing, phones
from tests import make

pytestmark = pytest.mark.django_db
AT = make.NOON
PHONE, TYPED = "+8613911112222", "139 1111 2222"
CODE_PAGE = "/accounts/login/code/"


@pytest.fixture(autouse=True)
def texts(monkeypatch) -> list[tuple[str, str]]:
    """What the worker was asked to send, at once."""
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr("community.members.accounts.ring", lambda task, phone, said: sent.append((phone, said)))
    return sent


def owner() -> Person:
    who = make.member("林晓")
    phones.show(who.pk, PHONE, at=AT)
    who.refresh_from_db()
    who.emailaddress_set.create(email=who.email, verified=True, primary=True)
    return who


def code_of(texts: list[tuple[str, str]]) -> str:
    found = re.search(r"\d{6}", texts[-1][1])
    assert found
    return found[0]


class TestSigningIn:
    def test_by_a_code_to_the_phone(self, client: Client, texts) -> None:
        who = owner()
        answer = client.post(reverse("account_request_login_code"), {"phone": TYPED})
        assert answer.status_code == 302 and texts[0][0] == PHONE
        client.post(answer["Location"], {"code": code_of(texts)})
        assert client.session["_auth_user_id"] == str(who.pk)

    def test_a_wrong_code_opens_nothing_and_three_end_it(self, client: Client, texts) -> None:
        owner()
        page = client.post(reverse("account_request_login_code"), {"phone": TYPED})["Location"]
        for _ in range(3):
            client.post(page, {"code": "000000" if code_of(texts) != "000000" else "111111"})
        client.post(page, {"code": code_of(texts)})
        assert "_auth_user_id" not in client.session

    def test_an_old_code_opens_nothing(self, client: Client, texts, monkeypatch) -> None:
        owner()
        page = client.post(reverse("account_request_login_code"), {"phone": TYPED})["Location"]
        import time

        later = time.time() + 3600
        monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: later)
        client.post(page, {"code": code_of(texts)})
        assert "_auth_user_id" not in client.session

    def test_nobody_learns_who_has_an_account(self, client: Client, texts) -> None:
        owner()
        known = client.post(reverse("account_request_login_code"), {"phone": TYPED}, follow=True)
        unknown = Client().post(reverse("account_request_login_code"), {"phone": "13700001111"}, follow=True)
        assert len(texts) == 1 and known.redirect_chain == unknown.redirect_chain

        def plain(page: str) -> str:
            return re.sub(r'value="[^"]*"|CSRFToken": "\w+"|nonce-?[^"]*|\+?86\s?[\d\s]+|\+86\d+', "", page)

        assert plain(known.content.decode()) == plain(unknown.content.decode())

    def test_a_number_that_was_never_shown_signs_nobody_in(self, client: Client, texts) -> None:
        who = make.person()
        Person.objects.filter(pk=who.pk).update(phone=PHONE)
        client.post(reverse("account_request_login_code"), {"phone": TYPED})
        assert not texts

    def test_asked_too_often_it_waits(self, client: Client, texts) -> None:
        owner()
        cache.clear()
        for _ in range(30):
            client.post(reverse("account_request_login_code"), {"phone": TYPED})
        assert 1 <= len(texts) <= 20, "30 asked for"

    def test_neither_address_nor_number_is_said_at_the_field(self, client: Client, texts) -> None:
        page = client.post(reverse("account_request_login_code"), {"email": "", "phone": " "})
        assert page.status_code == 200 and not texts
        assert 'id="id_email_error"' in page.content.decode() and "验证码会发到那里" in page.content.decode()

    def test_with_the_password_too(self, client: Client) -> None:
        who = owner()
        who.set_password("only-for-tests-1")
        who.save()
        client.post(reverse("account_login"), {"login": TYPED, "password": "only-for-tests-1"})
        assert client.session["_auth_user_id"] == str(who.pk)


class TestChanging:
    def test_shown_by_a_code_then_kept_told_and_on_record(self, client: Client, texts) -> None:
        who = make.member()
        make.sign_in(client, who)
        client.post(reverse("account_change_phone"), {"phone": TYPED})
        who.refresh_from_db()
        assert not who.phone, "not before it is shown"
        client.post(reverse("account_verify_phone"), {"code": code_of(texts)})
        who.refresh_from_db()
        assert str(who.phone) == PHONE and who.phone_verified_at
        assert audit.about(who.pk, "person.phone").count() == 1
        assert Message.objects.filter(person=who, kind="members/phone_changed").count() == 1

    def test_one_number_one_account(self) -> None:
        owner()
        other = make.member()
        with pytest.raises(RuleBroken, match=r"phone\.taken"):
            phones.show(other.pk, PHONE, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=other.pk).update(phone=PHONE, phone_verified_at=AT)

    def test_another_number_in_an_application_has_shown_nothing(self) -> None:
        who = make.person()
        phones.show(who.pk, PHONE, at=AT)
        make.submitted(who, phone="+8613800138000")
        who.refresh_from_db()
        assert str(who.phone) == "+8613800138000" and who.phone_verified_at is None

    def test_erased_it_is_free_again(self) -> None:
        erasing.erase(owner().pk, by=None, at=AT)
        phones.show(make.member().pk, PHONE, at=AT)


class TestSending:
    def test_without_a_service_into_the_mailbox(self, settings) -> None:
        settings.SMS_URL = ""
        gateway.text(PHONE, "code 123456")
        assert mail.outbox[-1].to == ["8613911112222@sms.demo.test"] and "123456" in mail.outbox[-1].body

    def test_a_service_that_fails_raises_nothing(self, settings) -> None:
        settings.SMS_URL = "http://127.0.0.1:9/"
        gateway.text(PHONE, "code 123456")
        assert not mail.outbox
