"""R20: the provider's own record against ours, to the fen; events that never came; income by the month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.billing import gateway, rules, selectors
from community.billing.models import (
    Dispute,
    Journal,
    Payment,
    ProviderEntry,
    ReconciliationItem,
    ReconciliationRun,
    Refund,
    WebhookEvent,
)
from community.billing.services import backfilling, reconciling, refunds, releasing, transfers
from community.kernel.days import day_of, months_later
from community.kernel.errors import RuleBroken
from devtools.stripe_double import Account
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR, MINUTE

pytestmark = pytest.mark.django_db


def balance(double) -> dict[str, int]:
    """What the stand-in says its balance is."""
    found: dict[str, int] = {}
    for entry in double.store.all("balance_transaction"):
        currency = entry["currency"].upper()
        found[currency] = found.get(currency, 0) + entry["net"]
    return found


def books(account: str, currency: str) -> int:
    from community.billing.services import ledger

    return ledger.balances().get((account, currency), 0)


def assert_same(double) -> None:
    for currency, net in balance(double).items():
        assert books("stripe", currency) == net, currency
    assert not ReconciliationItem.objects.filter(closed_at=None).exists()


def everything(at, double) -> None:
    """Paid, paid and refunded, a part refunded, a refund that came back, disputed and lost, disputed and won."""
    for step in ("plain", "refund", "part", "back", "lost", "won"):
        payment = billing.paid(at, double, attended=True)
        charge = next(c["id"] for c in double.store.all("charge") if c["payment_intent"] == payment.external_id)
        if step in ("refund", "part", "back"):
            amount = 12_345 if step == "part" else None
            refunds.refund_payment(payment, by=billing.treasurer(), reason=step, at=at, amount=amount)
            billing.deliver(double, at)
        if step == "back":
            double.fail_refund(Refund.objects.get(payment=payment).external_id)
        if step in ("lost", "won"):
            dispute = double.dispute(charge)
            double.close_dispute(dispute["id"], won=step == "won")
        billing.deliver(double, at)


@pytest.mark.parametrize("currency", ["hkd", "cny"])
def test_books_equal_the_providers_balance_to_the_fen(at, double, currency) -> None:
    double.account = Account(settles_in=currency)
    everything(at, double)
    reconciling.run(at=at + MINUTE)
    assert_same(double)
    before = Journal.objects.count()
    reconciling.run(at=at + DAY)
    assert Journal.objects.count() == before  # each movement once
    assert ProviderEntry.objects.filter(settled_at=None).count() == 0
    billing.assert_whole(at)


def test_what_nobody_told_is_fetched_by_its_source(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    double.pay(billing.start(bill, at))
    double.lose_deliveries()
    reconciling.run(at=at + MINUTE)
    assert Payment.objects.get().status == "applied" and billing.status_of(bill.person) == "admitted"
    assert_same(double)


def test_a_refund_made_in_the_dashboard_and_never_told(at, double) -> None:
    payment = billing.paid(at, double, attended=True)
    double.dashboard_refund(payment.external_id, 100)
    double.lose_deliveries()
    reconciling.run(at=at + MINUTE)
    assert Refund.objects.get().origin == "provider"
    assert_same(double)


def test_money_of_another_system_is_reported_until_it_is_explained(at, double, client) -> None:
    bill = billing.invoice(at)
    session = billing.start(bill, at)
    double.store.note(session)["intent_data"]["metadata"]["attempt"] = "of-another-system"
    double.pay(session)
    for _ in range(2):
        reconciling.run(at=at + MINUTE)
    item = ReconciliationItem.objects.get()
    assert (item.kind, item.currency) == ("foreign", "HKD")
    client.force_login(staff("treasurer"))
    page = "/desk/billing/reconciliation/"
    assert item.subject in client.get(page).content.decode()
    client.post(f"{page}{item.public_id}/explain/", {"reason": ""})
    assert ReconciliationItem.objects.get().closed_at is None
    client.post(f"{page}{item.public_id}/explain/", {"reason": "the shop's"})
    assert ReconciliationItem.objects.get().reason == "the shop's"
    with pytest.raises(RuleBroken, match="reconciliation.stale"):
        reconciling.explain(item, by=billing.treasurer(), reason="x", at=at)
    assert item.subject not in client.get(page).content.decode()


def test_a_movement_of_another_amount_is_found(at, double) -> None:
    double.account = Account(settles_in="cny")
    billing.paid(at, double)
    entry = double.store.all("balance_transaction")[0]
    entry["amount"] -= 1
    entry["net"] -= 1
    reconciling.run(at=at + MINUTE)
    item = ReconciliationItem.objects.get()
    assert (item.kind, item.amount) == ("differs", -1)
    entry["amount"] += 1


def test_a_movement_that_is_missing_is_found_and_gone_when_it_comes(at, double) -> None:
    billing.paid(at, double)
    entries = double.store.all("balance_transaction")
    Payment.objects.update(received_at=at - DAY)
    hidden = entries[0]["created"]
    entries[0]["created"] = int((at - timedelta(days=900)).timestamp())
    reconciling.run(at=at + MINUTE)
    assert ReconciliationItem.objects.get(closed_at=None).kind == "missing"
    entries[0]["created"] = hidden
    reconciling.run(at=at + 2 * MINUTE)
    assert ReconciliationItem.objects.get().closed_at is not None
    assert_same(double)


def test_a_provider_that_does_not_answer_leaves_a_run_to_repeat(at, double) -> None:
    billing.paid(at, double)
    double.fault(500, on="GET /v1/balance_transactions", times=9)
    with pytest.raises(gateway.Unreachable):
        reconciling.run(at=at + MINUTE)
    assert ReconciliationRun.objects.get().finished_at is None
    double.faults.planned.clear()
    reconciling.run(at=at + 2 * MINUTE)
    assert_same(double)


class TestBackfill:
    def test_the_endpoint_was_down_for_four_days(self, at, double) -> None:
        billing.paid(at, double, attended=True)
        WebhookEvent.objects.update(received_at=at - 4 * DAY)
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        double.lose_deliveries()
        assert backfilling.run(at=at + 4 * DAY) > 0
        billing.work(at + 4 * DAY)
        bill.refresh_from_db()
        assert bill.status == "paid"
        assert backfilling.run(at=at + 4 * DAY) == 0  # each event once
        billing.assert_whole(at + 4 * DAY, double)

    def test_more_than_a_page(self, at, double) -> None:
        for _ in range(30):
            billing.invoice(at)
        for bill in selectors.Invoice.objects.all():
            double.pay(billing.start(bill, at))
        double.lose_deliveries()
        backfilling.run(at=at + MINUTE)
        billing.work(at + HOUR)
        assert Payment.objects.count() == 30


class TestIncome:
    def test_by_day_over_the_term_and_never_more(self, at) -> None:
        bill = billing.invoice(at, attended=True)
        billing.transferred(at, bill)
        term = bill.application.terms.get()
        month, total = term.starts_on.replace(day=1), 0
        for number in range(14):
            releasing.release(months_later(month, number), at=at)
            assert releasing.release(months_later(month, number), at=at) == 0
            now = -billing.books("income")
            until = months_later(month, number + 1)
            assert now >= total and now == rules.earned(FEE, term.starts_on, term.ends_on, until)
            total = now
            billing.assert_whole(at)
        assert (total, billing.books("deferred_income")) == (FEE, 0)

    def test_a_refund_takes_back_what_was_income(self, at, double) -> None:
        payment = billing.paid(at, double, attended=True)
        month = day_of(at).replace(day=1)
        releasing.release(month, at=at)
        refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at)
        billing.deliver(double, at)
        billing.assert_whole(at, double)
        releasing.release(months_later(month, 1), at=at)
        assert (billing.books("income"), billing.books("deferred_income")) == (0, 0)
        billing.assert_whole(at, double)

    def test_a_reversed_transfer_too(self, at) -> None:
        payment = billing.transferred(at, billing.invoice(at, attended=True))
        month = day_of(at).replace(day=1)
        releasing.release(month, at=at)
        transfers.reverse(payment.transfer, by=billing.treasurer(), reason="x", at=at)
        releasing.release(months_later(month, 1), at=at)
        assert (billing.books("income"), billing.books("deferred_income")) == (0, 0)
        billing.assert_whole(at)

    def test_nothing_before_there_is_a_term(self, at) -> None:
        billing.transferred(at, billing.invoice(at))
        assert releasing.release(day_of(at).replace(day=1), at=at) == 0


@given(
    net=st.integers(0, 10**9), start=st.dates(date(2024, 1, 1), date(2030, 1, 1)), cuts=st.lists(st.integers(-40, 500)),
)  # fmt: skip
def test_shares_of_months_add_up_whatever_the_days(net, start, cuts) -> None:
    """Over 29 February and month ends: never back, never more than the fee, all of it at the end."""
    end = months_later(start, 12)
    found = [rules.earned(net, start, end, start + timedelta(days=cut)) for cut in sorted(cuts)]
    assert found == sorted(found) and all(0 <= share <= net for share in found)
    assert rules.earned(net, start, end, end) == net and rules.earned(net, start, end, start) == 0


def test_the_dispute_fee_is_booked_as_a_fee(at, double) -> None:
    double.account = Account(settles_in="cny")
    payment = billing.paid(at, double, attended=True)
    double.dispute(next(c["id"] for c in double.store.all("charge")))
    billing.deliver(double, at)
    reconciling.run(at=at + MINUTE)
    assert Dispute.objects.get().payment == payment
    assert books("fees", "CNY") == double.account.fee(FEE) + double.account.dispute_fee
    assert_same(double)
