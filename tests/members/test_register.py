"""The interface to the register: one contract checked from both sides, every bad answer is no answer."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from community.members import gateway
from community.members.models import Company, RegisterAnswer
from community.members.services import registering
from devtools import register_double
from devtools.register_double import ACTIVE, CLOSED, KEY, Double
from tests import make

UNKNOWN = "914403001922038216"


@pytest.fixture
def double(settings, monkeypatch) -> Iterator[Double]:
    monkeypatch.setattr(gateway, "SECONDS", 0.4)
    with Double() as running:
        settings.REGISTRY_URL, settings.REGISTRY_KEY = running.url, KEY
        yield running
        assert running.faults == [], "the question breaks the contract"


def test_what_is_there_and_what_is_not(double) -> None:
    entry = gateway.register().look_up(ACTIVE)
    assert entry is not None and entry.status == gateway.ACTIVE and entry.shareholders == ("林晓", "陈明")
    assert entry.legal_representative == "林晓" and entry.as_of_on.isoformat() == "2026-11-20"
    closed = gateway.register().look_up(CLOSED)
    assert closed is not None and closed.status == gateway.NOT_ACTIVE
    assert gateway.register().look_up(UNKNOWN) is None


def changed(**fields: object) -> bytes:
    return json.dumps({**(register_double.answer_of(ACTIVE) or {}), **fields}).encode()


@pytest.mark.parametrize(
    ("way", "code"),
    [
        (401, "http_401"), (403, "http_403"), (429, "http_429"), (500, "http_500"), (503, "http_503"),
        ("redirect", "http_302"), ("slow", "timeout"), ("drip", "slow"),
        (b"", "garbage"), (b"<html>", "garbage"), (b"[]", "garbage"), (b"null", "garbage"), (b"\xff\xfe", "garbage"),
        (b"[" * 100_000, "garbage"), (b"x" * (gateway.MOST_BYTES + 10), "too_long"),
        (changed(name=""), "garbage"), (changed(name=7), "garbage"), (changed(name="x" * 121), "garbage"),
        (changed(name="a\u202eb"), "garbage"), (changed(status="maybe"), "garbage"), (changed(as_of="gestern"), "garbage"),
        (changed(shareholders="林晓"), "found"), (changed(shareholders=[1]), "garbage"), (changed(shareholders=None), "garbage"),
        (changed(credit_code=CLOSED), "another_company"),
    ],
    ids=range(25),
)  # fmt: skip
def test_anything_else_is_no_answer(double, way, code: str) -> None:
    double.ways = [way]
    if code == "found":  # a word is a list of letters to Python; harmless
        assert gateway.register().look_up(ACTIVE) is not None
        return
    with pytest.raises(gateway.Unreachable) as failed:
        gateway.register().look_up(ACTIVE)
    assert failed.value.code == code and len(double.asked) == 1


def test_nobody_listens(settings) -> None:
    settings.REGISTRY_URL = "http://127.0.0.1:9"
    with pytest.raises(gateway.Unreachable, match="connection"):
        gateway.register().look_up(ACTIVE)


def test_by_hand_is_the_default(settings) -> None:
    assert settings.REGISTRY_URL == "" and not gateway.can_be_asked()
    assert isinstance(gateway.register(), gateway.Manual)
    with pytest.raises(gateway.Unreachable, match="manual"):
        gateway.register().look_up(ACTIVE)


def test_the_double_checks_both_sides() -> None:
    assert register_double.question_faults("POST", "/x", {}) and register_double.answer_faults({"name": 7, "more": 1})


@pytest.mark.django_db
class TestAtTheDesk:
    def page(self, company: Company) -> str:
        return self.client.get(f"/desk/companies/{company.public_id}/").content.decode()

    @pytest.fixture(autouse=True)
    def _desk(self, settings, double) -> None:
        settings.STAFF_SECOND_FACTOR = False
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(make.reviewer())

    def company(self, code: str, name: str = "林晓") -> Company:
        company = Company.objects.create(credit_code=code, legal_name="深圳云帆科技有限公司")
        make.stake(make.member(name), company=company, verified_on=make.NOON.date())
        return company

    def test_the_answer_fills_in_the_form_and_decides_nothing(self) -> None:
        company = self.company(ACTIVE)
        assert "Ask the register" in self.page(company)
        answer = self.client.post(f"/desk/companies/{company.public_id}/register/", follow=True)
        page = self.page(company)
        assert answer.status_code == 200 and "陈明" in page and '<option value="confirmed" selected>' in page
        company.refresh_from_db()
        assert company.verified_at is None and not company.verifications.exists()

    def test_a_failure_is_told_and_fills_in_nothing(self, double) -> None:
        company = self.company(ACTIVE)
        double.ways = [500]
        self.client.post(f"/desk/companies/{company.public_id}/register/")
        assert RegisterAnswer.objects.get().error == "http_500" and "selected" not in self.page(company)

    def test_what_an_answer_speaks_for(self) -> None:
        by = make.reviewer()
        said = [registering.ask(self.company(code), by=by, at=make.NOON) for code in (ACTIVE, CLOSED, UNKNOWN)]
        assert [registering.suggested(answer, ["林晓"]) for answer in said] == ["confirmed", "not_active", "not_found"]
        assert registering.suggested(said[0], ["林晓", "别人"]) == "role_differs"
        assert registering.suggested(RegisterAnswer(outcome="failed"), ["林晓"]) == ""
