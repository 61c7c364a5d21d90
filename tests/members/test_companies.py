"""R2: the yearly check, 30 days to mend, change of company with its history; what looks alike is shown."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from community.kernel.days import day_of, end_of, months_later, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members import policies, rules
from community.members.models import Company, CompanyChange, Document, Expulsion, Person, Stake, Verification
from community.members.selectors import companies as lists
from community.members.selectors import flags
from community.members.services import companies, documents, reviewing, verifying
from tests import make

TODAY = make.NOON.date()


def looked(result: str = "confirmed", on: date = TODAY) -> verifying.Looked:
    return verifying.Looked("公示系统", on, result, "看过")


def may_book(who: Person, days: int = 0) -> bool:
    at = make.NOON + timedelta(days=days)
    return bool(policies.may_book(who, starts_at=at + timedelta(days=1), qualifying=True, at=at))


def kinds(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("kind", flat=True))


@given(st.dates(date(2024, 1, 1), date(2033, 1, 1)), st.integers(-800, 800))
def test_the_list_of_the_due_asks_for_exactly_the_due(verified: date, offset: int) -> None:
    on = verified + timedelta(days=offset)
    assert (verified <= rules.verified_until(on)) == (rules.reverify_due_on(verified) <= on)


def test_thirty_days_to_mend_from_the_first_reason() -> None:
    verified = date(2025, 11, 21)
    assert rules.reverify_due_on(verified) == TODAY
    assert rules.mend_until(verified, None) == TODAY + timedelta(days=30)
    assert rules.mend_until(verified, date(2026, 3, 1)) == date(2026, 3, 31)
    assert rules.mend_until(verified, date(2026, 12, 1)) == TODAY + timedelta(days=30)


@pytest.mark.django_db
class TestYearlyCheck:
    def test_overdue_costs_new_seats_after_thirty_days_and_nothing_else(self) -> None:
        who = make.member(since=make.NOON - timedelta(days=10))
        stake = make.stake(who, verified_on=months_later(TODAY, -12))
        assert stake.due_on == TODAY and stake.mend_until_on == TODAY + timedelta(days=30)
        assert may_book(who, 30) and not may_book(who, 31)
        refused = policies.may_book(
            who, starts_at=make.NOON + timedelta(days=40), qualifying=True, at=make.NOON + timedelta(days=31)
        )
        assert refused.code == "booking.reverify" and policies.in_good_standing(who, TODAY + timedelta(days=31))
        make.stake(who, verified_on=TODAY)  # another company that is in order is enough (R1)
        assert may_book(who, 31)

    def test_an_imported_company_nobody_looked_up_falls_due_after_a_year_too(self) -> None:
        who, stranger = make.member(since=make.NOON - timedelta(days=10)), make.member()
        stake = make.stake(who, imported_on=months_later(TODAY, -12))
        never = make.stake(stranger, name="还没人看过的公司")
        assert never.due_on is None and stake.due_on == TODAY and may_book(who, 30) and not may_book(who, 31)
        assert list(lists.due(TODAY)) == [stake.company] and lists.due(TODAY)[0].never and lists.overdue(TODAY) == 1
        assert not lists.due(TODAY - timedelta(days=31)) and not lists.overdue(TODAY - timedelta(days=1))
        assert [verifying.remind_all_due(at=make.NOON) for _ in range(2)] == [1, 0] and not kinds(stranger)
        told = Message.objects.get(person=who, kind="members/reverification_overdue")
        assert told.context["unchecked"] and told.context["mend_until_on"] == stake.mend_until_on.isoformat()
        by = make.reviewer()
        verifying.again(stake.company_id, looked("company_not_found"), by=by, at=make.NOON)
        stake.refresh_from_db()
        assert stake.failed_on == TODAY and kinds(who)[-1] == "members/reverification_failed"
        verifying.again(stake.company_id, looked("confirmed"), by=by, at=make.NOON)
        stake.refresh_from_db()
        assert stake.due_on == months_later(TODAY, 12) and not lists.due(TODAY) and may_book(who, 31)

    def test_told_once_when_overdue_and_not_before(self) -> None:
        who = make.member()
        make.stake(who, verified_on=months_later(TODAY, -12))
        assert verifying.remind_all_due(at=make.NOON - timedelta(days=1)) == 0
        assert [verifying.remind_all_due(at=make.NOON) for _ in range(2)] == [1, 0]
        assert kinds(who) == ["members/reverification_overdue"]
        gone = make.stake(make.member(since=make.NOON - timedelta(days=900)), verified_on=months_later(TODAY, -14))
        assert verifying.remind_all_due(at=make.NOON) == 0 and not kinds(gone.person)
        other = make.stake(make.member(), verified_on=months_later(TODAY, -14), ended_at=make.NOON)
        assert verifying.remind_all_due(at=make.NOON) == 0 and not kinds(other.person)

    def test_again_seven_days_and_a_day_before_it_costs_seats(self) -> None:
        who, failed = make.member(), make.member()
        make.stake(who, verified_on=months_later(TODAY, -12))
        make.stake(failed, verified_on=months_later(TODAY, -2), failed_on=TODAY)
        last = TODAY + timedelta(days=30)
        for days in range(33):
            at = make.NOON + timedelta(days=days)
            assert [verifying.remind_all_due(at=at) for _ in range(2)][1] == 0
        for person in (who, failed):
            told = Message.objects.filter(person=person, kind="members/mend_ending").order_by("pk")
            assert [day_of(message.created_at) for message in told] == [
                last - timedelta(days=7),
                last - timedelta(days=1),
            ]
            assert [message.valid_until for message in told] == [start_of(last - timedelta(days=1)), end_of(last)]

    def test_a_confirmed_check_starts_twelve_months_again(self) -> None:
        who, by = make.member(), make.reviewer()
        stake = make.stake(who, verified_on=months_later(TODAY, -13), failed_on=TODAY - timedelta(days=40))
        assert not may_book(who)
        verifying.again(stake.company_id, looked(), by=by, at=make.NOON)
        stake.refresh_from_db()
        assert (stake.verified_on, stake.failed_on) == (TODAY, None) and may_book(who)
        found = Verification.objects.get()
        assert (found.source, found.checked_on, found.result, found.recorded_by) == ("公示系统", TODAY, "confirmed", by)
        assert found.company_id == stake.company_id and kinds(who) == []

    @pytest.mark.parametrize("result", ["not_found", "not_active"])
    def test_a_failure_is_told_and_counts_from_its_first_day(self, result: str) -> None:
        who = make.member()
        stake = make.stake(who, verified_on=TODAY - timedelta(days=300))
        for on in (TODAY - timedelta(days=5), TODAY):
            verifying.again(stake.company_id, looked(result, on), by=make.reviewer(), at=make.NOON)
        stake.refresh_from_db()
        assert stake.failed_on == TODAY - timedelta(days=5) and kinds(who) == ["members/reverification_failed"]
        assert may_book(who, 25) and not may_book(who, 26)

    def test_a_role_that_differs_concerns_whom_it_names(self) -> None:
        one, other = make.member(), make.member()
        first = make.stake(one, verified_on=TODAY - timedelta(days=300))
        second = make.stake(other, company=first.company, verified_on=TODAY - timedelta(days=300))
        verifying.again(first.company_id, looked("role_differs"), whose=[one.pk], by=make.reviewer(), at=make.NOON)
        first.refresh_from_db(), second.refresh_from_db()
        assert first.failed_on == TODAY and second.verified_on == TODAY and second.failed_on is None
        assert kinds(one) and not kinds(other)

    def test_not_ones_own_and_not_without_people(self) -> None:
        who = make.member(roles=("reviewer",))
        stake = make.stake(who, verified_on=TODAY)
        with pytest.raises(RuleBroken, match=r"review\.own"):
            verifying.again(stake.company_id, looked(), by=who, at=make.NOON)
        empty = Company.objects.create(credit_code=make.credit_code(), legal_name="无人公司")
        with pytest.raises(RuleBroken, match=r"verify\.nobody"):
            verifying.again(empty.pk, looked(), by=make.reviewer(), at=make.NOON)

    def test_an_applicants_check_marks_the_stake(self) -> None:
        application = make.approved()
        stake = Stake.objects.get(person=application.person)
        assert stake.verified_on == TODAY and application.verifications.get().company_id == stake.company_id

    def test_a_failed_check_of_a_new_application_costs_nothing(self) -> None:
        application, by = make.submitted(), make.reviewer()
        reviewing.claim(application.pk, by=by, at=make.NOON)
        reviewing.verify(application.pk, source="x", checked_on=TODAY, result="not_found", note="", by=by, at=make.NOON)
        assert Stake.objects.get().failed_on is None and "members/reverification_failed" not in kinds(
            application.person
        )


def paper() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return SimpleUploadedFile("营业执照.png", out.getvalue(), "image/png")


def clean(**fields: object) -> dict[str, object]:
    return {
        "legal_name": "深圳新帆贸易有限公司", "credit_code": make.credit_code(), "role": "shareholder",
        "share_percent": 40, **fields,
    }  # fmt: skip


@pytest.mark.django_db
class TestChange:
    @pytest.fixture(autouse=True)
    def _vault(self, settings, tmp_path) -> None:
        settings.MEDIA_ROOT = tmp_path
        settings.STAFF_SECOND_FACTOR = False

    def test_another_company_counts_when_a_reviewer_says_so_and_history_stays(self) -> None:
        who, by = make.member(), make.reviewer()
        old = make.stake(who, verified_on=months_later(TODAY, -15))
        assert not may_book(who)
        change = companies.ask_change(who, clean(), [("licence", paper())], at=make.NOON)
        assert Document.objects.get().of == change and not may_book(who)
        with pytest.raises(RuleBroken, match=r"change\.one_open"):
            companies.ask_change(who, clean(), [("licence", paper())], at=make.NOON)
        with pytest.raises(RuleBroken, match=r"review\.not_verified"):
            companies.approve_change(change.pk, looked("not_found"), by=by, at=make.NOON)
        companies.approve_change(change.pk, looked(), by=by, at=make.NOON)
        old.refresh_from_db()
        now = Stake.objects.get(person=who, ended_at=None)
        assert old.ended_at == make.NOON and now.company_id == change.company_id and now.role == "shareholder"
        assert may_book(who) and kinds(who) == ["members/change_approved"]
        assert list(AuditEntry.objects.filter(action__startswith="change.").values_list("action", flat=True)) == [
            "change.ask", "change.approve", "change.verify",
        ]  # fmt: skip
        with pytest.raises(RuleBroken, match=r"change\.stale"):
            companies.refuse_change(change.pk, None, reason="晚了", by=by, at=make.NOON)

    def test_the_same_company_can_be_mended(self) -> None:
        who = make.member()
        stake = make.stake(who, verified_on=months_later(TODAY, -12), failed_on=TODAY)
        change = make.change(who, code=stake.company.credit_code, role="shareholder")
        companies.approve_change(change.pk, looked(), by=make.reviewer(), at=make.NOON)
        stake.refresh_from_db()
        assert (stake.role, stake.failed_on, stake.ended_at) == ("shareholder", None, None)

    def test_no_with_a_reason_changes_nothing_else(self) -> None:
        who, by = make.member(), make.reviewer()
        change = make.change(who)
        with pytest.raises(RuleBroken, match=r"review\.reason"):
            companies.refuse_change(change.pk, looked(), reason=" ", by=by, at=make.NOON)
        companies.refuse_change(change.pk, looked("role_differs"), reason="名册里没有你", by=by, at=make.NOON)
        assert kinds(who) == ["members/change_refused"] and not Stake.objects.exists()
        assert CompanyChange.objects.get().reason == "名册里没有你" and Verification.objects.get().change == change
        assert policies.may_change_company(who, at=make.NOON)

    def test_who_may(self) -> None:
        with pytest.raises(RuleBroken, match=r"change\.members_only"):
            companies.ask_change(make.person(), clean(), [("licence", paper())], at=make.NOON)
        who = make.member(roles=("reviewer",))
        with pytest.raises(RuleBroken, match=r"change\.papers"):
            companies.ask_change(who, clean(), [], at=make.NOON)
        with pytest.raises(RuleBroken, match=r"review\.own"):
            companies.approve_change(make.change(who).pk, looked(), by=who, at=make.NOON)

    def test_through_the_pages(self) -> None:
        who, by = make.member("林晓"), make.reviewer()
        mine, desk = Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "en"})
        mine.force_login(who), desk.force_login(by)
        typed = {k: str(v) for k, v in clean().items()}
        assert (
            "mistyped" in mine.post("/profile/company/", typed | {"credit_code": "91440300708461136X"}).content.decode()
        )
        assert "at least one paper" in mine.post("/profile/company/", typed).content.decode()
        bad = mine.post("/profile/company/", typed | {"licence": SimpleUploadedFile("x.pdf", b"GIF89a")})
        assert "something else inside" in bad.content.decode() and not CompanyChange.objects.exists()
        assert mine.post("/profile/company/", typed | {"licence": paper()}).status_code == 302
        change = CompanyChange.objects.get()
        assert "林晓" in desk.get("/desk/companies/?list=changes").content.decode()
        path = f"/desk/companies/changes/{change.public_id}/"
        assert "营业执照.png" in desk.get(path).content.decode()
        document = change.documents.get()
        assert desk.get(f"/desk/documents/{document.public_id}/").status_code == 200
        form = {"source": "公示系统", "checked_on": "2026-01-02", "result": "not_found", "note": "", "reason": ""}
        assert "before approving" in desk.post(f"{path}approve/", form).content.decode()
        assert desk.post(f"{path}approve/", form | {"checked_on": "x"}).status_code == 200
        assert desk.post(f"{path}refuse/", form).status_code == 200
        assert desk.post(f"{path}approve/", form | {"result": "confirmed"}).status_code == 302
        assert desk.get(path).status_code == 200
        page = mine.get("/profile/company/").content.decode()
        assert "confirmed on" in page and by.name in page  # who opened the papers is told

    def test_taking_it_back(self) -> None:
        who = make.member()
        change, client = make.change(who), Client()
        client.force_login(who)
        assert client.post(f"/profile/company/{change.public_id}/withdraw/").status_code == 302
        assert CompanyChange.objects.get().status == "withdrawn"

    def test_papers_go_90_days_after_a_yes_and_30_after_a_no(self, django_capture_on_commit_callbacks) -> None:
        for decide, days in ((True, 90), (False, 30)):
            who, by = make.member(), make.reviewer()
            change = companies.ask_change(who, clean(), [("licence", paper())], at=make.NOON)
            if decide:
                companies.approve_change(change.pk, looked(), by=by, at=make.NOON)
            else:
                companies.refuse_change(change.pk, None, reason="不行", by=by, at=make.NOON)
            edge = make.NOON + timedelta(days=days)
            assert documents.purge_due(at=edge - timedelta(seconds=1)) == 0
            with django_capture_on_commit_callbacks(execute=True):
                assert documents.purge_due(at=edge) == 1


@pytest.mark.django_db
class TestDesk:
    @pytest.fixture(autouse=True)
    def _desk(self, settings) -> None:
        settings.STAFF_SECOND_FACTOR = False
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(make.reviewer())

    def test_the_due_oldest_first_and_only_whom_the_club_vouches_for(self) -> None:
        late = make.stake(make.member(), verified_on=TODAY - timedelta(days=500), name="很久没查")
        soon = make.stake(make.member(), verified_on=months_later(TODAY + timedelta(days=30), -12), name="快到期")
        make.stake(make.member(), verified_on=TODAY, name="刚查过")
        make.stake(make.member(since=make.NOON - timedelta(days=900)), verified_on=date(2020, 1, 1), name="前会员")
        failed = make.stake(make.member(), verified_on=TODAY - timedelta(days=500), failed_on=TODAY, name="不符")
        assert [row.pk for row in lists.due(TODAY)] == [late.company_id, soon.company_id]
        assert [row.pk for row in lists.to_mend(TODAY)] == [failed.company_id]
        assert lists.sizes(TODAY) == {"due": 2, "mend": 1, "changes": 0}
        for name in ("due", "mend", "all", "changes", "nonsense"):
            assert self.client.get(f"/desk/companies/?list={name}&q=%00&page=x").status_code == 200
        assert "不符" in self.client.get("/desk/companies/?list=all&q=不符").content.decode()

    def test_checking_through_the_page(self) -> None:
        stake = make.stake(make.member("林晓"), verified_on=TODAY - timedelta(days=500))
        path = f"/desk/companies/{stake.company.public_id}/"
        assert "林晓" in self.client.get(path).content.decode()
        form = {"source": "公示系统", "checked_on": "2026-01-02", "result": "role_differs", "note": "", "whose": "x"}
        assert self.client.post(f"{path}check/", form).status_code == 200
        form["whose"] = str(stake.person_id)
        assert self.client.post(f"{path}check/", form).status_code == 302
        stake.refresh_from_db()
        assert stake.failed_on == date(2026, 1, 2) and "to be mended" in self.client.get(path).content.decode()

    def test_lists_cost_the_same_for_3_and_300(self) -> None:
        counts = []
        for many in (3, 40):
            for _ in range(many):
                who = make.member()
                make.stake(who, verified_on=TODAY - timedelta(days=500))
                make.change(who)
            for name in ("due", "all", "changes"):
                with CaptureQueriesContext(connection) as asked:
                    self.client.get(f"/desk/companies/?list={name}")
                counts.append(len(asked))
        assert counts[:3] == counts[3:] and max(counts) <= 12


@pytest.mark.django_db
class TestFlags:
    def seen(self, application) -> set[tuple[str, str]]:
        with CaptureQueriesContext(connection) as asked:
            found = flags.flags(application)
        assert len(asked) <= 3
        return {(flag.kind, flag.in_what) for flag in found}

    def test_the_same_company_person_and_trade(self) -> None:
        one = make.submitted(make.person("林晓", email="lin.xiao@a.test"), phone="+8613800000001")
        assert self.seen(one) == set()
        code = one.company.credit_code
        make.submitted(make.person("别人", email="b@b.test"), credit_code=code, phone="+8613800000002")
        assert self.seen(one) == {("company", "code")}
        make.submitted(make.person("另一个", email="c@c.test"), phone="+8613800000001")
        assert ("person", "phone") in self.seen(one)
        make.submitted(make.person("谁", email="linxiao+club@a.test"), phone="+8613800000003")
        assert ("person", "email") in self.seen(one)
        make.submitted(make.person("林晓", email="d@d.test"), phone="+8613800000004")
        assert ("person", "name") in self.seen(one)
        make.member("同行")
        assert ("trade", "industry") in self.seen(one)

    def test_whoever_was_expelled_and_comes_under_another_account_is_pointed_out_and_not_refused(self) -> None:
        gone, boss = make.member("走了的人"), make.person("主管")
        stake = make.stake(gone, verified_on=TODAY)
        row = Expulsion.objects.create(person=gone, status="consented", reason="动手", asked_at=make.NOON, asked_by=boss,
                                       answered_at=make.NOON, answered_by=make.person("另一位"))  # fmt: skip
        again = make.submitted(make.person("换个名字"), credit_code=stake.company.credit_code)
        assert self.seen(again) >= {("company", "code")}
        assert [flag.other.person for flag in flags.flags(again) if flag.expelled] == [gone]
        stranger = make.submitted(make.person("别人"), phone="+8613800000077")
        assert not any(flag.expelled for flag in flags.flags(stranger))
        Expulsion.objects.filter(pk=row.pk).update(readmitted_at=make.NOON, readmitted_by=boss)
        assert not any(flag.expelled for flag in flags.flags(again))

    def test_drafts_and_ones_own_earlier_ones_are_no_duplicates_and_names_are_folded(self) -> None:
        assert flags.mailbox("Lin.Xiao+x@A.test") == flags.mailbox("linxiao@a.test")
        assert flags.folded("  林　晓 ") == "林 晓"
        trainee = make.submitted(role="trainee", sponsor=make.member())
        assert all(flag.kind != "company" for flag in flags.flags(trainee))
        trainee.industry = None
        assert flags._same_trade(trainee) == []
