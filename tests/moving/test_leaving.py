"""R18 for those whose fee was paid before the club moved here: what they read, and what the treasurer settles by hand."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from community.billing.models import Leaving, Payment, Refund
from community.billing.selectors import year
from community.billing.services import leaving, ledger
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import share
from community.members.models import Person
from tests import make as house
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.moving import make

pytestmark = pytest.mark.django_db
BALANCE = 120_050


def brought(at: datetime, *, balance: bool, starts_on: date) -> Person:
    """Somebody who moved in with a running year."""
    sheets = make.club(1) | {"terms": [make.term(0, starts_on)], "attendance": []}
    sheets["balances"] = [make.balance(0, as_of_on=starts_on.isoformat())] if balance else []
    batch = make.carried(make.workbook(sheets), by=house.person("管理员", roles=("administrator",)), at=at)
    assert batch.status == "done"
    return Person.objects.get(email="m0@old-club.example")


@pytest.mark.parametrize("balance", [True, False])
def test_the_case_is_there_and_only_a_hand_settles_it(balance):
    at = timezone.now()
    who = brought(at, balance=balance, starts_on=day_of(at) - timedelta(days=100))
    page = Client()
    page.force_login(who)
    said = page.get("/billing/leave/").context["unused"]
    days = year.year_of(who, at)
    assert days is not None and days.elsewhere and (bool(said.before), said.unknown) == (balance, not balance)
    text = page.get("/billing/").content.decode()
    assert "启用本平台之前" in text and "¥0" not in text.partition("额外收费")[0]
    before = ledger.balances()
    assert page.post("/billing/leave/now/", {"words": "搬走了"}).status_code == 302
    case = Leaving.objects.get()
    whole = (days.last_on - days.since_on).days + 1
    unused = share(BALANCE, whole - 100, whole) if balance else 0
    assert (case.unused, case.before, case.paid) == (unused, unused, 0) and said.before.amount == unused
    desk = house.sign_in(Client(), staff("treasurer"))
    text = desk.get("/desk/billing/leavings/").content.decode()
    assert who.name in text and 'name="refund"' not in text and "由你手工" in text
    assert ("¥1,200.50" in desk.get(f"/desk/billing/people/{who.public_id}/").content.decode()) == balance
    with pytest.raises(RuleBroken, match=r"leaving\.paid_elsewhere"):
        leaving.decide(case, decision="退回", refund=True, by=billing.treasurer(), at=at)
    leaving.decide(case, decision="已从账户转回，流水号 88", by=billing.treasurer(), at=at)
    assert not Payment.objects.exists() and not Refund.objects.exists() and ledger.balances() == before
    billing.assert_whole(at)


def test_a_year_that_began_yesterday_gives_nothing_back_by_itself():
    """R18's 72 hours are of a fee that was paid here."""
    at = timezone.now()
    who = brought(at, balance=True, starts_on=day_of(at) - timedelta(days=1))
    page = Client()
    page.force_login(who)
    assert not page.get("/billing/leave/").context["may_change_mind"]
    with pytest.raises(RuleBroken, match=r"leaving\.too_late"):
        leaving.change_mind(who, at=at)


def test_a_member_of_whom_nothing_is_owed_leaves_without_a_case(at):
    who = house.member()
    assert leaving.leave(who, reason="", at=at) is None
