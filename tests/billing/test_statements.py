"""R19: bank statements. Read as banks write them, taken once by serial, matched with a reason, hostile cells harmless."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from community.billing import rules, statements
from community.billing.models import BankTransfer, Journal, Payment, ReconciliationItem, Statement, StatementRow
from community.billing.selectors import matching
from community.billing.services import importing, payouts, transfers
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import FEE
from tests.billing.payouts import arrived

HEAD = "交易日期,交易流水号,对方户名,收入金额(元),支出金额(元),摘要\n"


def upload(text: str | bytes, name: str = "流水.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_encodings_and_a_preamble(self, encoding) -> None:
        text = (
            f'账户:7559\n起止:20261101-20261130\n{HEAD}2026-11-28,A1,深圳云帆,"3,800.00",,会费QX7K2M\n合计,,,3800,,\n'
        )
        found = statements.read(text.encode(encoding))
        assert found.faults == [] and found.outward == 0
        assert found.movements == [statements.Movement(4, "A1", date(2026, 11, 28), "深圳云帆", 380_000, "会费QX7K2M")]

    def test_a_workbook_with_numbers_and_days(self) -> None:
        book, out = Workbook(), io.BytesIO()
        book.active.append(["记账日期", "流水号", "付款人", "交易金额", "收支"])
        book.active.append([date(2026, 11, 28), 20261128000123, "林晓", 3800.5, "收入"])
        book.active.append([date(2026, 11, 28), 20261128000124, "房租", 9000, "支出"])
        book.save(out)
        found = statements.read(out.getvalue())
        assert [(m.serial, m.amount, m.value_on.day) for m in found.movements] == [("20261128000123", 380_050, 28)]
        assert found.outward == 1

    @pytest.mark.parametrize(
        ("cell", "fen"),
        [
            ("3,800.00", 380_000),
            ("¥3800", 380_000),
            ("３８００．５０", 380_050),
            ("3800.500", 380_050),
            ("+1", 100),
            ("", 0),
        ],
    )
    def test_amounts(self, cell, fen) -> None:
        assert statements.fen(cell) == fen

    @pytest.mark.parametrize("cell", ["3800.001", "1e3", "=1+1", "NaN", "0x10", "三千", "999999999999", "1.2.3"])
    def test_no_amounts(self, cell) -> None:
        with pytest.raises(ValueError, match="amount"):
            statements.fen(cell)

    def test_wrong_rows_are_named_and_left_out(self) -> None:
        text = (
            HEAD
            + "2026-02-30,A1,x,1,,\n2026-11-28,,x,1,,\n2026-11-28,A3,x,abc,,\n2026-11-28,A4,x,,5,\n2026/11/28,A5,x,1,,\n"
        )
        found = statements.read(text.encode())
        assert found.faults == [(2, "value_on"), (3, "serial"), (4, "amount")]
        assert [m.serial for m in found.movements] == ["A5"] and found.outward == 1

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "columns"), (b"hello", "columns"), (b"PK\x03\x04broken", "kind"), (b"\x00\x01\x02", "kind"),
            (b"x" * (5 * 1024 * 1024 + 1), "size"), ((HEAD + "2026-11-28,A,x,1,,\n" * 5001).encode(), "rows"),
        ],
    )  # fmt: skip
    def test_what_is_no_statement(self, content, code) -> None:
        with pytest.raises(statements.Unreadable, match=code):
            statements.read(content)

    def test_a_workbook_that_unpacks_to_gigabytes(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/worksheets/sheet1.xml", b"0" * (statements.MOST_UNPACKED + 1))
        with pytest.raises(statements.Unreadable, match="size"):
            statements.read(out.getvalue())


@pytest.mark.parametrize(
    ("amount", "named", "alike", "why"),
    [
        (FEE, [FEE], 0, "reference"), (2 * FEE, [FEE, FEE], 0, "reference"), (1, [FEE], 5, "reference_part"),
        (FEE + 1, [FEE], 0, "reference_differs"), (FEE, [FEE, FEE], 1, "reference_differs"), (FEE, [], 1, "name"),
        (FEE, [], 2, ""), (FEE, [], 0, ""),
    ],
)  # fmt: skip
def test_the_rule_of_matching(amount, named, alike, why) -> None:
    assert rules.match(amount, named, alike) == why


@pytest.mark.django_db
class TestTaking:
    def test_from_the_file_to_the_receipt(self, at, client) -> None:
        billing.entity()
        bill, by_name = billing.invoice(at, attended=True), billing.invoice(at)
        code = transfers.begin(bill, person=bill.person, at=at).code
        day = day_of(at).isoformat()
        text = (
            HEAD + f"{day},B1,别人的公司,3800.00,,“会费” {code.lower()}；谢谢\n"
            f'{day},B2,{by_name.person.full_name},3800,,\n{day},B3,谁,12,,=HYPERLINK("http://x")\n{day},B4,房东,,100,\n'
        )
        client.force_login(staff("treasurer"))
        answer = client.post("/desk/billing/statements/", {"file": upload(text.encode("gb18030"))})
        assert not StatementRow.objects.exists()
        shown = client.get(answer.url).content.decode()
        assert "B1" in shown and "=HYPERLINK(&quot;" in shown and "http://x&quot;" in shown
        assert client.post(answer.url).url == "/desk/billing/statements/"
        rows = {row.serial: row for row in StatementRow.objects.all()}
        assert set(rows) == {"B1", "B2", "B3"}
        found = matching.suggestions(rows.values())
        assert (found[rows["B1"].pk].why, found[rows["B1"].pk].invoices) == ("reference", [bill])
        assert (found[rows["B2"].pk].why, found[rows["B2"].pk].invoices) == ("name", [by_name])
        assert rows["B3"].pk not in found
        assert client.get("/desk/billing/statements/").status_code == 200
        client.post(f"/desk/billing/rows/{rows['B1'].public_id}/record/", {"invoices": code})
        client.post(f"/desk/billing/rows/{rows['B3'].public_id}/record/", {"invoices": ""})
        client.post(f"/desk/billing/rows/{rows['B2'].public_id}/aside/", {"reason": "interest"})
        assert not matching.to_match().exists()
        aside = f"/desk/billing/rows/{rows['B2'].public_id}/reopen/"
        assert aside in client.get("/desk/billing/statements/").content.decode()
        client.post(f"/desk/billing/rows/{rows['B1'].public_id}/reopen/", {"reason": "x"})  # written down: refused
        for sent, left in (({}, 0), ({"reason": "is ours"}, 1), ({"reason": "again"}, 1)):
            client.post(aside, sent)
            assert matching.to_match().count() == left
        client.post(f"/desk/billing/rows/{rows['B2'].public_id}/aside/", {"reason": "interest"})
        for transfer in BankTransfer.objects.all():
            transfers.confirm(transfer, by=billing.treasurer(), at=at)
        bill.refresh_from_db()
        assert bill.status == "paid" and billing.status_of(bill.person) == "admitted"
        assert Payment.objects.get(case="unnamed").amount == 1200
        billing.assert_whole(at)

    def test_the_same_days_again_bring_nothing_twice(self, at) -> None:
        by, day = billing.treasurer(), day_of(at).isoformat()
        billing.recorded(at, serial="C0")  # typed by hand before
        text = HEAD + "".join(f"{day},C{n},x,1,,\n" for n in range(3)) + f"{day},C1,x,1,,\n"
        first, second = (importing.hand_in(upload(text), by=who, at=at) for who in (by, billing.treasurer()))
        assert matching.preview(first.found)[1] == 2
        assert importing.take(first, by=by, at=at) == 2
        with refused("statement.taken"):
            importing.take(first, by=by, at=at)
        assert importing.take(second, by=by, at=at) == 0
        assert sorted(StatementRow.objects.values_list("serial", flat=True)) == ["C1", "C2"]

    def test_a_look_that_nobody_took_is_gone_with_the_next(self, at) -> None:
        by = billing.treasurer()
        for _ in range(2):
            importing.hand_in(upload(HEAD + "2026-11-28,D,x,1,,\n"), by=by, at=at)
        assert Statement.objects.count() == 1

    def test_a_withdrawn_record_gives_the_row_back(self, at) -> None:
        by = billing.treasurer()
        importing.take(importing.hand_in(upload(HEAD + "2026-11-20,E,x,1,,\n"), by=by, at=at), by=by, at=at)
        row = StatementRow.objects.get()
        transfer = importing.record(row, [], by=by, at=at)
        with refused("statement_row.stale"):
            importing.record(row, [], by=by, at=at)
        transfers.withdraw(transfer, by=by, reason="x", at=at)
        assert list(matching.to_match()) == [row]
        importing.record(row, [], by=by, at=at)

    def test_the_company_counts_as_the_payer(self, at) -> None:
        bill = billing.invoice(at)
        make.stake(bill.person, name="深圳远航 贸易有限公司")
        by = billing.treasurer()
        text = HEAD + "2026-11-20,F,深圳远航贸易有限公司,3800,,\n"
        importing.take(importing.hand_in(upload(text), by=by, at=at), by=by, at=at)
        assert matching.suggestions(StatementRow.objects.all())[StatementRow.objects.get().pk].why == "name"

    def test_as_many_queries_for_thirty_as_for_three(self, at, client, django_assert_max_num_queries) -> None:
        by = staff("treasurer")
        client.force_login(by)
        for number in (3, 27):
            text = HEAD + "".join(f"2026-11-20,G{number}-{n},x,3800,,\n" for n in range(number))
            importing.take(importing.hand_in(upload(text), by=by, at=at), by=by, at=at)
            billing.invoice(at)
            with django_assert_max_num_queries(16):
                client.get("/desk/billing/statements/")

    def test_files_that_are_none_are_refused_in_words(self, client) -> None:
        client.force_login(staff("treasurer"))
        for content in (b"hello", b"PK\x03\x04"):
            assert client.post("/desk/billing/statements/", {"file": upload(content)}).status_code == 422
        assert client.post("/desk/billing/statements/").status_code == 422


@pytest.mark.django_db
class TestTakingBack:
    TEXT = HEAD + "".join(f"2026-11-20,H{n},某公司,{n + 1}00,,\n" for n in range(3))
    PAGE = "/desk/billing/statements/"

    @pytest.fixture
    def desk(self, client):
        return make.sign_in(client, staff("treasurer"))

    def taken(self, at, currency: str = "CNY") -> Statement:
        by = billing.treasurer()
        found = importing.hand_in(upload(self.TEXT), currency=currency, by=by, at=at)
        importing.take(found, by=by, at=at)
        return found

    def test_the_wrong_account_and_the_same_file_for_the_right_one(self, at, desk) -> None:
        wrong, by = self.taken(at), billing.treasurer()
        books, rows = Journal.objects.count(), list(StatementRow.objects.values_list("pk", flat=True))
        page = f"{self.PAGE}{wrong.public_id}/"
        again = importing.hand_in(upload(self.TEXT), currency="USD", by=by, at=at)
        shown = desk.get(f"{self.PAGE}{again.public_id}/")
        assert not shown.context["fresh"] and shown.context["other_account"] and page in shown.content.decode()
        assert f"{page}take-back/" in desk.get(page).content.decode()
        assert desk.post(f"{page}take-back/", {"reason": ""}).status_code == 422 and len(rows) == 3
        assert desk.post(f"{page}take-back/", {"reason": "美元账户的流水"}).url == self.PAGE
        assert not StatementRow.objects.exists() and Journal.objects.count() == books
        wrong.refresh_from_db()
        entry = AuditEntry.objects.get(action="statement.take_back")
        assert wrong.taken_back_at and (entry.subject_id, entry.actor, entry.reason, entry.data) == (
            wrong.pk, wrong.taken_back_by, "美元账户的流水", {"rows": 3},
        )  # fmt: skip
        text = desk.get(page).content.decode()
        assert wrong.taken_back_by.name in text and "美元账户的流水" in text and "take-back/" not in text
        assert page in desk.get(f"{self.PAGE}?list=files").content.decode()
        assert len(desk.get(f"{self.PAGE}{again.public_id}/").context["fresh"]) == 3
        assert importing.take(again, by=by, at=at) == 3
        assert set(StatementRow.objects.values_list("statement", "currency")) == {(again.pk, "USD")}
        assert desk.post(f"{page}take-back/", {"reason": "noch einmal"}).status_code == 422
        billing.assert_whole(at)

    @pytest.mark.parametrize("used", ["recorded", "aside"])
    def test_not_while_a_row_is_in_use_and_it_says_which(self, at, desk, used) -> None:
        found, by = self.taken(at), billing.treasurer()
        row = StatementRow.objects.get(serial="H1")
        if used == "aside":
            importing.set_aside(row, by=by, reason="利息", at=at)
        else:
            transfer = importing.record(row, [], by=by, at=at)
        page = f"{self.PAGE}{found.public_id}/"
        text = desk.get(page).content.decode()
        assert ">H1<" in text and ">H0<" not in text and "take-back/" not in text
        refusal = desk.post(f"{page}take-back/", {"reason": "账户选错了"})
        assert refusal.status_code == 422 and "账户选错了" in refusal.content.decode()
        assert "H1" in refusal.content.decode() and StatementRow.objects.count() == 3
        row.refresh_from_db()
        if used == "aside":
            importing.reopen(row, by=by, reason="账户选错了", at=at)
        else:
            transfers.withdraw(transfer, by=by, reason="账户选错了", at=at)
        assert importing.take_back(found, by=by, reason="账户选错了", at=at) == 3

    def test_what_was_once_a_payout_stays(self, at) -> None:
        arrival, by = arrived(at), billing.treasurer()
        row = arrival.row
        with refused("statement.in_use"):
            importing.take_back(row.statement, by=by, reason="x", at=at)
        payouts.take_back(arrival, by=by, reason="x", at=at)
        with refused("statement.was_payout"):
            importing.take_back(row.statement, by=by, reason="x", at=at)

    def test_only_what_was_taken(self, at) -> None:
        found = importing.hand_in(upload(self.TEXT), by=billing.treasurer(), at=at)
        with refused("statement.not_taken"):
            importing.take_back(found, by=found.handed_in_by, reason="x", at=at)

    def test_a_row_that_named_the_provider_differs_no_longer(self, at) -> None:
        by = billing.treasurer()
        text = HEAD + "2026-11-20,ST1,STRIPE PAYMENTS,12,,STRIPE\n"
        found = importing.hand_in(upload(text), by=by, at=at)
        importing.take(found, by=by, at=at)
        open_ones = ReconciliationItem.objects.filter(closed_at=None)
        assert open_ones.count() == 1
        importing.take_back(found, by=by, reason="x", at=at)
        assert not open_ones.exists()

    def test_as_many_queries_for_thirty_files_as_for_three(self, at, desk, django_assert_max_num_queries) -> None:
        by = billing.treasurer()
        for number in (3, 27):
            Statement.objects.bulk_create(
                Statement(name=f"{number}-{n}.csv", handed_in_at=at, handed_in_by=by, taken_at=at)
                for n in range(number)
            )
            with django_assert_max_num_queries(12):
                desk.get(f"{self.PAGE}?list=files")
