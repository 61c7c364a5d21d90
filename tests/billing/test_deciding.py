"""At the treasurers' desk nothing typed is lost: what is refused stands on a page of its own, with all of it."""

import pytest

from community.billing.models import ReconciliationItem
from community.billing.services import importing
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing

pytestmark = pytest.mark.django_db
WHY = "写到一半的理由"


@pytest.fixture
def desk(client):
    return make.sign_in(client, staff("treasurer"))


def kept(answer, *words: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 422 and 'role="alert"' in page
    for word in words:
        assert word in page


def test_somebody_was_first(at, desk, double):
    _, row = billing.statement(at)
    importing.set_aside(row, by=billing.treasurer(), reason="interest", at=at)
    kept(desk.post(f"/desk/billing/rows/{row.public_id}/aside/", {"reason": WHY}), WHY)
    transfer = billing.recorded(at, billing.invoice(at))
    kept(desk.post(f"/desk/billing/transfers/{transfer.public_id}/reverse/", {"reason": WHY}), WHY)
    item = ReconciliationItem.objects.create(
        kind="foreign", subject="txn", amount=1, currency="CNY", found_at=at, closed_at=at
    )
    kept(desk.post(f"/desk/billing/reconciliation/{item.public_id}/explain/", {"reason": WHY}), WHY)


def test_too_long_or_missing_it_is_said_at_the_field(at, desk):
    _, row = billing.statement(at)
    long = WHY * 60
    kept(desk.post(f"/desk/billing/rows/{row.public_id}/aside/", {"reason": long}), long)
    kept(desk.post(f"/desk/billing/rows/{row.public_id}/aside/", {"reason": ""}))
    row.refresh_from_db()
    assert row.status == "new"


def test_amount_number_and_serial_stay(at, desk):
    refund = billing.refund_by_bank(at, None)
    payment = refund.payment
    back = f"/desk/billing/money/{payment.public_id}/refund/"
    kept(desk.post(back, {"reason": WHY, "amount": "99999"}), WHY, "99999")
    kept(
        desk.post(f"/desk/billing/money/{payment.public_id}/accept/", {"reason": WHY, "number": "2026-999999"}),
        WHY,
        "2026-999999",
    )
    kept(desk.post(f"/desk/billing/refunds/{refund.public_id}/sent/", {"serial": "Q1", "sent_on": "2026-02-30"}), "Q1")
    kept(
        desk.post(f"/desk/billing/rows/{billing.statement(at)[1].public_id}/record/", {"invoices": "2026-999998"}),
        "2026-999998",
    )


def test_corrected_it_is_done_and_leads_back_to_the_list(at, desk):
    _, row = billing.statement(at)
    answer = desk.post(f"/desk/billing/rows/{row.public_id}/aside/", {"reason": WHY})
    assert answer.status_code == 302 and answer["Location"] == "/desk/billing/statements/"
