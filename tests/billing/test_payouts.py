"""R20: each payout of the provider arrives as one row of the bank's statement; what differs or stays away is named."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from community.billing import rules
from community.billing.models import Arrival, Line, ReconciliationItem, Statement, StatementRow
from community.billing.selectors import matching, report
from community.billing.selectors import payouts as lists
from community.billing.services import importing, payouts, reconciling
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.kernel.money import Money
from devtools.stripe_double import Account
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, MINUTE
from tests.billing.payouts import arrived, booked, books, give_back, hand_in, send, sent, statement

pytestmark = pytest.mark.django_db
PAGE = "/desk/billing/reconciliation/"
BANK, TRANSIT, FEES, STRIPE = Line.Account.BANK, Line.Account.TRANSIT, Line.Account.FEES, Line.Account.STRIPE
SENT = rules.Moved(Money(250_000, "HKD"), date(2026, 11, 20))


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def differences() -> set[tuple[str, str]]:
    return set(ReconciliationItem.objects.filter(closed_at=None).values_list("kind", "subject"))


def row(amount: int = 250_000, days: int = 0, currency: str = "HKD") -> rules.Moved:
    return rules.Moved(Money(amount, currency), SENT.on + timedelta(days=days))


class TestRules:
    @pytest.mark.parametrize(("days", "found"), [(-1, []), (0, [(0, 0)]), (10, [(0, 0)]), (11, [])])
    def test_on_its_day_or_up_to_ten_days_later(self, days, found) -> None:
        assert rules.payout_pairs([SENT], [row(days=days)]) == found

    def test_not_another_amount_or_currency_and_nothing_ambiguous(self) -> None:
        assert rules.payout_pairs([SENT], [row(249_999), row(currency="CNY")]) == []
        assert rules.payout_pairs([SENT], [row(), row()]) == []
        assert rules.payout_pairs([SENT, SENT], [row()]) == []
        assert rules.payout_pairs([SENT, SENT], [row(), row()]) == []

    @given(
        sent=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30)), max_size=8),
        rows=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30)), max_size=8),
    )
    def test_each_at_most_once_and_always_the_same_money(self, sent, rows) -> None:
        ours, theirs = ([row(amount, days) for amount, days in some] for some in (sent, rows))
        pairs = rules.payout_pairs(ours, theirs)
        assert len({one for one, _ in pairs}) == len(pairs) == len({other for _, other in pairs})
        for one, other in pairs:
            assert ours[one].money == theirs[other].money and timedelta() <= theirs[other].on - ours[one].on

    @pytest.mark.parametrize(
        ("other", "code"),
        [
            (row(currency="CNY"), "payout.currency"),
            (row(days=-1), "payout.before"),
            (row(250_001), "payout.more"),
            (row(249_999), "payout.differs"),
            (row(days=60), ""),
        ],
    )
    def test_why_it_is_not_this_row(self, other, code) -> None:
        assert rules.why_not_this_row(SENT, other, "") == code

    @pytest.mark.parametrize(
        ("payer", "memo", "named"),
        [
            ("STRIPE PAYMENTS UK LTD", "", True),
            ("", "来自Stripe的付款", True),
            ("ＳＴＲＩＰＥ", "", True),
            ("Pinstripe Tailors", "", False),
            ("Stripes4u", "", False),
            ("林晓", "会费", False),
        ],
    )
    def test_a_row_that_names_the_provider(self, payer, memo, named) -> None:
        assert rules.names_provider(payer, memo) is named


class TestByItself:
    def test_the_row_finds_its_payout_when_the_statement_is_taken(self, at, double) -> None:
        payout = sent(double, at)
        assert (books(BANK), books(TRANSIT), books(STRIPE)) == (0, 250_000, -250_000)
        [found] = statement(at, "2500")
        arrival = Arrival.objects.get()
        assert (found.status, arrival.row, arrival.payout, arrival.found_by) == ("arrived", found, payout, None)
        assert (books(BANK), books(TRANSIT), books(FEES)) == (250_000, 0, 0)
        assert AuditEntry.objects.get(action="statement_row.arrive").actor is None
        assert differences() == set()
        billing.assert_whole(at)

    def test_a_statement_from_before_the_providers_record_is_fetched(self, at, double) -> None:
        [found] = statement(at, "2500")
        assert differences() == {("stray", found.serial)} and books(BANK) == 0
        payout = sent(double, at)
        assert Arrival.objects.get().payout == payout and differences() == set()
        billing.assert_whole(at)

    @pytest.mark.parametrize(
        ("amount", "currency", "days"),
        [("2500", "CNY", 1), ("2499", "HKD", 1), ("2500", "HKD", 4), ("2500", "HKD", -8)],
        ids=["another currency", "another amount", "before it left", "too late"],
    )
    def test_what_is_not_it_waits_and_is_said(self, at, double, amount, currency, days) -> None:
        sent(double, at)
        [found] = statement(at, amount, currency=currency, days=days)
        assert found.status == "new" and differences() == {("stray", found.serial)}
        assert (books(BANK), books(BANK, "CNY"), books(TRANSIT)) == (0, 0, 250_000)
        billing.assert_whole(at)

    def test_two_alike_are_left_to_somebody(self, at, double) -> None:
        sent(double, at)
        sent(double, at)
        [found] = statement(at, "2500")
        assert found.status == "new" and not Arrival.objects.exists()

    def test_a_members_transfer_of_the_same_amount_is_never_taken_for_one(self, at, double) -> None:
        double.account = Account(settles_in="cny")
        bill = billing.invoice(at)
        billing.entity()
        sent(double, at, bill.amount)
        [named] = statement(at, "3800", currency="CNY", payer=bill.person.full_name)
        assert named.status == "new" and not Arrival.objects.exists()
        [known] = matching.suggestions([named]).values()
        assert known.invoices == [bill]

    def test_the_same_row_on_two_statements_arrives_once(self, at, double) -> None:
        sent(double, at)
        first, second = (hand_in(at, "2500", serials=("P-1",)) for _ in range(2))
        for one in (first, second):
            importing.take(one, by=billing.treasurer(), at=at)
        assert StatementRow.objects.count() == Arrival.objects.count() == 1
        assert books(BANK) == 250_000
        billing.assert_whole(at)


class TestByHand:
    def test_a_difference_needs_a_reason_and_is_booked_as_a_fee(self, at, double) -> None:
        payout, by = sent(double, at), billing.treasurer()
        [found] = statement(at, "2485")
        with refused("payout.differs"):
            payouts.match(payout, found, by=by, at=at)
        payouts.match(payout, found, by=by, reason="the bank's fee", at=at)
        assert (books(BANK), books(TRANSIT), books(FEES)) == (248_500, 0, 1_500)
        entry = AuditEntry.objects.get(action="statement_row.arrive")
        assert (entry.actor, entry.reason, entry.data) == (by, "the bank's fee", {"payout": payout.source_id})
        assert differences() == set()
        billing.assert_whole(at)

    def test_once_and_in_its_own_currency(self, at, double) -> None:
        payout, by = sent(double, at), billing.treasurer()
        first, second = statement(at, "2485", "2486")
        [foreign] = statement(at, "2500", currency="CNY")
        with refused("payout.currency"):
            payouts.match(payout, foreign, by=by, reason="fee", at=at)
        payouts.match(payout, first, by=by, reason="fee", at=at)
        with refused("payout.stale"):
            payouts.match(payout, second, by=by, reason="fee", at=at)
        with refused("statement_row.stale"):
            payouts.match(sent(double, at, 260_000), first, by=by, reason="fee", at=at)
        for act in (importing.set_aside, importing.reopen):
            first.refresh_from_db()
            with refused("statement_row.stale"):
                act(first, by=by, reason="x", at=at)
        with refused("statement_row.stale"):
            importing.record(first, [], by=by, at=at)
        assert books(BANK) == 248_500

    def test_what_arrived_is_no_transfer_and_what_was_written_down_no_payout(self, at, double) -> None:
        payout = sent(double, at)
        [row] = statement(at, "2500")
        with refused("transfer.serial_known"):
            billing.recorded(at, serial=row.serial)
        [other] = statement(at, "2400")
        billing.recorded(at, serial=other.serial)
        payouts.take_back(Arrival.objects.get(), by=billing.treasurer(), reason="x", at=at)
        with refused("statement_row.stale"):
            payouts.match(payout, other, by=billing.treasurer(), reason="fee", at=at)

    def test_a_wrong_one_is_booked_back_and_not_put_together_again(self, at, double) -> None:
        payout, by = sent(double, at), billing.treasurer()
        [wrong] = statement(at, "2500")
        arrival = Arrival.objects.get()
        payouts.take_back(arrival, by=by, reason="a customer's", at=at)
        wrong.refresh_from_db()
        assert wrong.status == "new" and (books(BANK), books(TRANSIT)) == (0, 250_000)
        assert {("stray", wrong.serial)} == differences()
        with refused("arrival.stale"):
            payouts.take_back(arrival, by=by, reason="x", at=at)
        assert payouts.look(at=at) == 0
        billing.assert_whole(at)
        payouts.match(payout, wrong, by=by, at=at)  # it was, after all
        assert books(BANK) == 250_000
        billing.assert_whole(at)


class TestLate:
    def test_after_five_days_somebody_asks_until_it_is_there(self, at, double) -> None:
        payout = sent(double, at, days=0)
        payouts.report(at=at + rules.PAYOUT_EXPECTED - MINUTE)
        assert differences() == set()
        late = at + rules.PAYOUT_EXPECTED + MINUTE
        for _ in range(2):
            payouts.report(at=late)
        assert differences() == {("late", payout.source_id)}
        statement(late, "2500")
        assert differences() == set()
        payouts.take_back(Arrival.objects.get(), by=billing.treasurer(), reason="x", at=late)
        assert ("late", payout.source_id) in differences()
        ReconciliationItem.objects.filter(kind="stray").delete()
        item = ReconciliationItem.objects.get()
        reconciling.explain(item, by=billing.treasurer(), reason="the bank looks for it", at=late)
        payouts.report(at=late + DAY)
        assert differences() & {("late", payout.source_id)} == set()


class TestGoingBack:
    @pytest.mark.parametrize("word", rules.PAYOUT_BACK)
    def test_what_failed_or_was_cancelled_is_at_the_provider_again(self, at, double, word) -> None:
        payout = sent(double, at, days=9)
        assert differences() == {("late", payout.source_id)}
        give_back(double, at, payout.source_id, word=word)
        reconciling.run(at=at + MINUTE)
        assert (books(BANK), books(TRANSIT), books(STRIPE)) == (0, 0, 0)
        assert differences() == set() and not lists.on_the_way().exists()
        [found] = statement(at, "2500")
        assert found.status == "new"
        with refused("payout.stale"):
            payouts.match(payout, found, by=billing.treasurer(), at=at)
        billing.assert_whole(at)

    def test_told_before_the_payout_itself(self, at, double) -> None:
        id_ = send(double, at)
        give_back(double, at - 5 * DAY, id_)
        reconciling.run(at=at)
        assert (books(TRANSIT), differences()) == (0, set())
        billing.assert_whole(at)

    def test_it_had_arrived_somebody_takes_the_match_back(self, at, double) -> None:
        payout = sent(double, at)
        statement(at, "2500")
        give_back(double, at, payout.source_id)
        reconciling.run(at=at + MINUTE)
        assert differences() == {("came_back", payout.source_id)}
        assert (books(BANK), books(TRANSIT)) == (250_000, -250_000)
        billing.assert_whole(at)
        payouts.take_back(Arrival.objects.get(), by=billing.treasurer(), reason="sent back", at=at)
        assert (books(BANK), books(TRANSIT)) == (0, 0)
        assert ("came_back", payout.source_id) not in differences()
        billing.assert_whole(at)

    def test_what_the_provider_fetches_from_the_bank_leaves_there_at_once(self, at, double) -> None:
        send(double, at, -4_000)
        reconciling.run(at=at)
        assert (books(BANK), books(TRANSIT), books(STRIPE)) == (-4_000, 0, 4_000)
        assert not lists.on_the_way().exists()
        billing.assert_whole(at)


def test_payouts_booked_to_the_bank_before_are_on_their_way(at, double) -> None:
    """The migration: what an older version booked to the bank is looked for there as well."""
    from importlib import import_module

    from django.apps import apps
    from django.db import connection

    from community.billing.models import Journal, ProviderEntry
    from community.billing.services import ledger

    old = ledger.post("stripe:txn_old", [(BANK, Money(900)), (STRIPE, Money(-900))], at=at)
    ProviderEntry.objects.create(
        external_id="txn_old", type="payout", source_id="po_old", amount=-900, fee=0, net=-900, currency="CNY",
        moved_at=at - DAY, settled_at=at, journal=old,
    )  # fmt: skip
    import_module("community.billing.migrations.0006_payouts").to_transit(apps, connection.schema_editor())
    assert (books(BANK, "CNY"), books(TRANSIT, "CNY")) == (0, 900)
    assert Journal.objects.count() == 2
    [found] = statement(at, "9", currency="CNY", days=0)
    assert found.status == "arrived"
    billing.assert_whole(at)


class TestDesk:
    @pytest.fixture
    def desk(self, client):
        return make.sign_in(client, staff("treasurer"))

    def test_each_state_says_what_to_do(self, at, desk) -> None:
        arrived(at, 111_100)
        waiting, late = booked(at), booked(at, 77_700, days=rules.PAYOUT_EXPECTED.days + 1)
        [short] = statement(at, "2485")
        page = desk.get(PAGE)
        board = page.context["payouts"]
        assert [(one.payout, one.is_late, one.rows) for one in board.waiting] == [
            (late, True, []), (waiting, False, [short]),
        ]  # fmt: skip
        assert (board.count, board.late) == (2, 1) and late.source_id in page.content.decode()
        path = f"/desk/billing/payouts/{waiting.external_id}/arrived/"
        for typed, word in (({"serial": short.serial}, short.serial), ({"serial": "nobody", "reason": "因为"}, "因为")):
            refusal = desk.post(path, typed)
            assert refusal.status_code == 422 and word in refusal.content.decode()
        assert desk.post(path, {"serial": short.serial, "reason": "bank fee"}).status_code == 302
        arrival = Arrival.objects.get(payout=waiting)
        assert "bank fee" in desk.get(PAGE).content.decode()
        back = f"/desk/billing/arrivals/{arrival.public_id}/take-back/"
        assert desk.post(back, {"reason": ""}).status_code == 422
        assert desk.post(back, {"reason": "another"}).status_code == 302
        assert desk.post(back, {"reason": "another"}).status_code == 422
        billing.assert_whole(at)

    def test_a_payout_is_never_offered_as_a_members_transfer(self, at, desk) -> None:
        booked(at)
        [of_provider] = statement(at, "2485")
        page = desk.get("/desk/billing/statements/").content.decode()
        assert f"/rows/{of_provider.public_id}/record/" not in page and "#payouts" in page
        [other] = statement(at, "20", payer="林晓")
        assert f"/rows/{other.public_id}/record/" in desk.get("/desk/billing/statements/").content.decode()

    def test_the_statement_asks_for_the_account_when_there_is_more_than_one(self, at, desk) -> None:
        page = "/desk/billing/statements/"
        assert 'type="hidden" name="currency" value="CNY"' in desk.get(page).content.decode()
        billing.entity(currency="HKD", payee="Tongzhuo Hong Kong")
        booked(at, currency="USD")
        found = desk.get(page).content.decode()
        assert "HKD · Tongzhuo Hong Kong" in found and '<option value="USD"' in found
        day = day_of(at).isoformat()
        file = SimpleUploadedFile("s.csv", f"date,serial,payer,credit\n{day},U1,STRIPE,2500\n".encode())
        answer = desk.post(page, {"file": file, "currency": "HKD"})
        handed_in = Statement.objects.latest("pk")
        assert handed_in.currency == "HKD" and "HK$2,500" in desk.get(answer.url).content.decode()
        file.seek(0)
        assert desk.post(page, {"file": file, "currency": "EUR"}).status_code == 422

    def test_the_month_counts_what_arrived_and_what_is_on_its_way(self, at) -> None:
        arrived(at, 111_100)
        booked(at)
        first = day_of(at - DAY).replace(day=1)
        figures = report.month(first)
        assert figures.arrived == [(1, Money(111_100, "HKD"))]
        assert report.month(day_of(at).replace(day=1)).on_the_way == [Money(250_000, "HKD")]

    def test_as_many_queries_for_forty_as_for_three(self, at, desk, django_assert_max_num_queries) -> None:
        def some(number: int) -> None:
            for one in range(number):
                booked(at, 1_000_000 + one, days=one % 9 + 2)
            rows = statement(at, *["9999.00"] * (number + 1))
            for payout, found in zip(lists.on_the_way()[: number // 2], rows, strict=False):
                payouts.match(payout, found, by=None, reason="fee", at=at)

        some(3)
        with django_assert_max_num_queries(30) as few:
            desk.get(PAGE)
        some(40)
        with django_assert_max_num_queries(len(few.captured_queries)):
            desk.get(PAGE)
