"""What somebody agreed to: by purpose and version, in their words, and taken back with what follows (R52)."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from community.billing.models import AutoRenewal
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.members import rules
from community.members.models import Consent, Document
from community.members.selectors import consents
from community.members.services import consenting, taking_back
from tests import make
from tests.billing import make as billing

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_written_with_the_application_in_the_words_they_read() -> None:
    who = make.person(language="en")
    make.submitted(who)
    given = Consent.objects.get(person=who)
    assert (given.version, given.language, given.given_at) == (rules.CONSENT_VERSION, "en", AT)
    assert given.words.startswith("I agree that the club stores")


def test_the_same_version_is_one_consent_and_a_newer_takes_its_place(monkeypatch) -> None:
    who = make.submitted().person
    consenting.give(who, "application", at=AT + DAY)
    assert Consent.objects.filter(person=who).count() == 1
    monkeypatch.setattr(rules, "CONSENT_VERSION", "2030-01")
    consenting.give(who, "application", at=AT + DAY)
    versions = dict(Consent.objects.filter(person=who).values_list("version", "withdrawn_at"))
    assert versions == {"2026-11": AT + DAY, "2030-01": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(person=who, purpose="application", version="x", words="x", language="en", given_at=AT)


def test_taken_back_the_application_ends_and_papers_go(django_capture_on_commit_callbacks, tmp_path) -> None:
    application = make.submitted()
    Document.objects.get().file.save("x", ContentFile(b"licence"))
    (listed,) = consents.all_of(application.person)
    assert "ends at once" in str(listed.follows) or "立即结束" in str(listed.follows)
    with django_capture_on_commit_callbacks(execute=True):
        taking_back.withdraw(application.person, "application", at=AT + DAY)
    application.refresh_from_db()
    assert application.status == "withdrawn" and not Document.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert Consent.objects.get().withdrawn_at == AT + DAY
    assert audit.about(application.person_id, "consent.withdraw").count() == 1
    with pytest.raises(RuleBroken, match=r"consent\.none"):
        taking_back.withdraw(application.person, "application", at=AT + DAY)


def test_a_member_leaves_or_is_erased_instead() -> None:
    who = make.member()
    consenting.give(who, "application", at=AT)
    with pytest.raises(RuleBroken, match=r"consent\.member"):
        taking_back.withdraw(who, "application", at=AT)
    who.terms.update(ends_on=AT.date() - 30 * DAY)
    taking_back.withdraw(who, "application", at=AT)


def test_other_floors_consents_are_listed_with_their_place(at, double) -> None:
    bill = billing.invoice(at)
    billing.with_card(bill, double, at)
    card = AutoRenewal.objects.get()
    listed = consents.all_of(bill.person)
    assert [one.given_at for one in listed] == sorted((one.given_at for one in listed), reverse=True)
    found = next(one for one in listed if one.where == "billing")
    assert (found.words, found.version, found.given_at) == (card.consent, card.consent_version, card.consented_at)


def test_the_page_says_what_follows_before(client: Client) -> None:
    application = make.submitted()
    make.sign_in(client, application.person)
    page = client.get(reverse("my_data"), headers={"accept-language": "en"}).content.decode()
    assert page.count("your papers are deleted") == 2, "beside it, and once more before the last tap"
    client.post(reverse("consent_withdraw", args=["application"]))
    application.refresh_from_db()
    assert application.status == "withdrawn"
    assert client.post(reverse("consent_withdraw", args=["anything"])).status_code == 302
