"""R11: a sponsor who stands by the trainee, six months to show a company, an end that needs no sweep."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from community.kernel.days import ZONE, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members import policies, rules, selectors
from community.members.models import Application, Term, Tier
from community.members.selectors import companies as lists
from community.members.services import admission, applications, companies, reviewing, trainees, verifying
from tests import make

pytestmark = pytest.mark.django_db
AUGUST = datetime(2026, 8, 31, 12, tzinfo=ZONE)


def trainee(at: datetime = AUGUST) -> Application:
    """Somebody admitted as a trainee at `at`, through the services."""
    sponsor = make.member("沈一帆", since=at - timedelta(days=60))
    who = make.person("苏禾")
    application = make.submitted(who, at=at - timedelta(days=3), role="trainee", sponsor=sponsor)
    by = make.reviewer()
    reviewing.claim(application.pk, by=by, at=at - timedelta(days=2))
    reviewing.approve(application.pk, by=by, at=at - timedelta(days=2))
    admission.record_attendance(who.pk, began_at=at - timedelta(days=1), by=by, at=at)
    tier = Tier.objects.get(code="trainee")
    admission.record_payment(who.pk, application_id=application.pk, tier_id=tier.pk, paid_at=at, by=None, at=at)
    application.refresh_from_db()
    assert application.status == "admitted"
    return application


def kinds(person) -> list[str]:
    return list(Message.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


class TestSponsor:
    def test_is_told_once_and_may_decline_until_it_is_decided(self) -> None:
        sponsor = make.member()
        application = make.submitted(role="trainee", sponsor=sponsor)
        assert kinds(sponsor) == ["members/sponsor_named"]
        client = Client()
        client.force_login(sponsor)
        path = f"/sponsoring/{application.public_id}/"
        assert application.full_name in client.get(path).content.decode()
        assert client.post(f"{path}decline/").status_code == 302
        application.refresh_from_db()
        assert application.sponsor_declined_at and client.get(path).status_code == 200
        with pytest.raises(RuleBroken, match=r"sponsor\.decided"):
            trainees.decline(application.pk, by=sponsor, at=make.NOON)
        by = make.reviewer()
        reviewing.claim(application.pk, by=by, at=make.NOON)
        with pytest.raises(RuleBroken, match=r"review\.sponsor"):
            reviewing.approve(application.pk, by=by, at=make.NOON)

    def test_another_sponsor_is_asked_afresh(self) -> None:
        first, second = make.member(), make.member()
        application = make.submitted(role="trainee", sponsor=first)
        trainees.decline(application.pk, by=first, at=make.NOON)
        by = make.reviewer()
        reviewing.claim(application.pk, by=by, at=make.NOON)
        reviewing.ask(application.pk, reason="请换一位推荐人", fields=["sponsor"], by=by, at=make.NOON)
        applications.submit(
            application.pk, make.clean(role="trainee", sponsor=second), by=application.person, at=make.NOON
        )
        application.refresh_from_db()
        assert application.sponsor_declined_at is None and kinds(second) == ["members/sponsor_named"]
        assert policies.papers_in_order(application, at=make.NOON)

    def test_a_sponsor_whose_membership_ended_vouches_for_nobody(self) -> None:
        application = make.submitted(role="trainee", sponsor=make.member())
        assert not policies.papers_in_order(application, at=make.NOON + timedelta(days=900))

    def test_strangers_find_no_page(self) -> None:
        application = make.submitted(role="trainee", sponsor=make.member())
        client = Client()
        client.force_login(make.member())
        assert client.get(f"/sponsoring/{application.public_id}/").status_code == 404


def test_six_months_are_the_same_day_or_the_months_last() -> None:
    assert rules.trainee_until(date(2026, 8, 31)) == date(2027, 2, 28)
    assert rules.trainee_until(date(2026, 3, 5)) == date(2026, 9, 5)


def test_six_months_without_a_company_end_the_membership() -> None:
    application = trainee()
    who, end = application.person, date(2027, 2, 28)
    assert Term.objects.get(person=who).ends_early_on == end
    last = end - timedelta(days=1)
    assert policies.standing_of(who, last) == "active" and who in selectors.members_in_good_standing(last)
    # No sweep has run, and it is over all the same, without grace.
    assert policies.standing_of(who, end) == "expired" and who not in selectors.members_in_good_standing(end)
    before = start_of(last)
    assert not policies.may_book(who, starts_at=start_of(end), qualifying=True, at=before)
    assert trainees.end_all_due(at=start_of(end) - timedelta(seconds=1)) == 0
    assert trainees.end_all_due(at=start_of(end) + timedelta(days=3)) == 1
    assert trainees.end_all_due(at=start_of(end) + timedelta(days=4)) == 0
    assert Term.objects.get(person=who).ends_on == end and kinds(who)[-1] == "members/trainee_ended"
    assert AuditEntry.objects.filter(action="term.end", person=who).count() == 1
    assert policies.standing_of(who, end) == "expired" and policies.may_apply(who, at=start_of(end))
    assert not trainees.end_if_due(who.pk, at=start_of(end))


def test_notices_thirty_and_seven_days_before_once_each() -> None:
    who, end = trainee().person, date(2027, 2, 28)
    sent = []
    for days in (45, 31, 30, 20, 7, 6, 1, 0, -5):
        at = start_of(end - timedelta(days=days)) + timedelta(hours=9)
        assert trainees.remind_all_due(at=at) == trainees.remind_all_due(at=at) + (days in (30, 7))
        sent.append(kinds(who).count("members/trainee_reminder"))
    assert sent == [0, 0, 1, 1, 2, 2, 2, 2, 2]
    first, second = Message.objects.filter(kind="members/trainee_reminder").order_by("pk")
    assert first.valid_until == start_of(end - timedelta(days=7)) and second.valid_until == start_of(end)


def test_a_registered_company_makes_a_member_like_others() -> None:
    application = trainee()
    who, at = application.person, AUGUST + timedelta(days=100)
    assert lists.trainee_term(who, at.date()) is not None
    change = make.change(who, at=at)
    looked = verifying.Looked("公示系统", at.date(), "confirmed")
    companies.approve_change(change.pk, looked, by=make.reviewer(), at=at)
    application.refresh_from_db()
    assert application.converted_at == at and not application.is_trainee
    assert policies.standing_of(who, date(2027, 3, 10)) == "active" and lists.trainee_term(who, at.date()) is None
    assert [tier.code for tier in selectors.tiers_for(who)] == ["member"]
    assert trainees.end_all_due(at=start_of(date(2027, 3, 1))) == 0
    assert trainees.remind_all_due(at=start_of(date(2027, 2, 20))) == 0
