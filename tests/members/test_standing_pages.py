"""What a suspended member sees everywhere, and the administrators' pages of standing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from community.kernel.days import day_of
from community.members import policies
from community.members.models import Expulsion, Farewell, Person, Suspension, Term
from community.members.services import expelling, suspending
from community.posts.services import introducing
from tests import make
from tests.architecture.club import staff
from tests.events import make as events
from tests.members.test_suspending import suspend

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def signed_in(who: Person) -> Client:
    return make.sign_in(Client(headers={"accept-language": "en"}), who)


@pytest.fixture
def boss() -> Person:
    return staff("administrator")


@pytest.fixture
def who(at) -> Person:
    return make.member("叶青", since=at - 60 * DAY)


class TestTheMember:
    def test_home_says_why_until_when_and_leads_to_the_appeal(self, who, at):
        row = suspend(who, at=at)
        page = signed_in(who).get("/home/")
        assert page.context["board"].title == "Your membership is suspended"
        assert row.reason in page.content.decode() and "/profile/standing/" in page.content.decode()
        nav = [place["label"] for place in page.context["nav"]]
        assert "Members" not in nav and "Needs and offers" not in nav and "Billing" in nav

    def test_what_is_shut_says_until_when_and_ones_own_stays_open(self, who, at):
        other = make.member(since=at - 60 * DAY)
        asked = introducing.ask(who, other.pk, note="", at=at)
        suspend(who, at=at)
        client = signed_in(who)
        for path in ("/posts/", "/members/", "/programmes/"):
            page = client.get(path)
            assert page.status_code == 403 and "suspended until the end of" in page.content.decode()
        for path in ("/home/", "/billing/", "/introductions/", asked.get_absolute_url(), "/application/", "/year/"):
            assert client.get(path).status_code == 200, path
        assert signed_in(other).get(asked.get_absolute_url()).status_code == 200

    def test_the_events_page_refuses_with_the_day(self, who, at):
        table = events.event(at=at, starts_at=at + 30 * DAY, ends_at=at + 30.1 * DAY)
        suspend(who, at=at)
        client = signed_in(who)
        assert "suspended until the end of" in client.get(table.get_absolute_url()).content.decode()
        client.post(f"{table.get_absolute_url()}signup/")
        assert not who.signups.filter(event=table).exists()

    def test_renewing_stays_possible(self, at):
        who = make.member(since=at - 350 * DAY)
        suspend(who, at=at)
        assert signed_in(who).get("/billing/renewal/").status_code == 200
        assert "/billing/renewal/" in signed_in(who).get("/home/").content.decode()

    def test_the_appeal_is_written_once_on_its_page(self, who, at, boss):
        assert signed_in(who).get("/profile/standing/").status_code == 404
        row = suspend(who, by=boss, at=at)
        client = signed_in(who)
        assert client.post("/profile/standing/", {"words": " "}).status_code == 422
        assert client.post("/profile/standing/", {"words": "那天我不在群里。"}).status_code == 302
        row.refresh_from_db()
        assert row.appeal == "那天我不在群里。"
        page = client.post("/profile/standing/", {"words": "再写一次"})
        assert page.status_code == 422 and "再写一次" in page.content.decode(), "what was typed is kept"

    def test_the_note_is_nowhere(self, who, at):
        row = suspend(who, at=at)
        for path in ("/home/", "/profile/standing/", "/notifications/"):
            assert row.note not in signed_in(who).get(path).content.decode()

    def test_an_expelled_one_reads_so_at_home_and_keeps_the_invoices(self, who, at, boss):
        row = expelling.propose(who.pk, reason="-", by=boss, at=at)
        expelling.consent(row.pk, by=staff("administrator"), at=at)
        client = signed_in(who)
        page = client.get("/home/")
        assert page.context["board"].title == "The club has ended your membership"
        assert client.get("/billing/").status_code == 200
        assert client.get("/application/edit/").status_code != 200


class TestTheDesk:
    def test_suspended_with_what_was_typed_kept_when_refused(self, who, at, boss):
        client, path = signed_in(boss), f"/desk/standing/{who.public_id}/"
        typed = {"last_on": (day_of(at) - DAY).isoformat(), "reason": "辱骂会员。", "note": "内部"}
        page = client.post(f"{path}suspend/", typed)
        assert page.status_code == 422 and "辱骂会员。" in page.content.decode()
        assert not Suspension.objects.exists()
        page = client.post(f"{path}suspend/", typed | {"last_on": (day_of(at) + 6 * DAY).isoformat()})
        assert page.status_code == 302
        row = Suspension.objects.get(person=who)
        assert (row.begins_on, row.ends_on) == (day_of(at), day_of(at) + 7 * DAY), (
            "the last day counts, the next doesn't"
        )
        assert "叶青" in client.get("/desk/standing/").content.decode()

    def test_moved_lifted_and_answered_from_the_persons_page(self, who, at, boss):
        row = suspend(who, by=staff("administrator"), at=at)
        suspending.appeal(row.pk, words="请再看看。", by=who, at=at)
        client = signed_in(boss)
        assert "请再看看。" in client.get(f"/desk/standing/{who.public_id}/").content.decode()
        last_on = (day_of(at) + 20 * DAY).isoformat()
        client.post(f"/desk/suspensions/{row.public_id}/move/", {"last_on": last_on, "reason": "查得久些"})
        assert Suspension.objects.get().ends_on == day_of(at) + 21 * DAY
        client.post(f"/desk/suspensions/{row.public_id}/answer/", {"lifts": "lift", "reason": "查清了"})
        assert policies.in_good_standing(who, day_of(at))

    def test_proposed_and_carried_out_by_two(self, who, at, boss):
        other = staff("administrator")
        signed_in(boss).post(f"/desk/standing/{who.public_id}/expel/", {"reason": "屡次失信"})
        row = Expulsion.objects.get()
        path = f"/desk/expulsions/{row.public_id}/consent/"
        signed_in(boss).post(path)
        assert policies.is_member(who, day_of(at)), "not by the same one"
        assert "屡次失信" in signed_in(other).get("/desk/standing/").content.decode()
        signed_in(other).post(path)
        assert not policies.is_member(who, day_of(at))
        page = signed_in(other).get("/desk/standing/former/")
        assert "叶青" in page.content.decode() and "Expelled" in page.content.decode()

    def test_an_old_session_signs_in_again(self, who, boss, settings):
        settings.STAFF_SECOND_FACTOR = True
        client = Client()
        make.sign_in(client, boss, at=timezone.now() - DAY)
        page = client.post(f"/desk/standing/{who.public_id}/suspend/", {})
        assert page.status_code == 302 and "reauthenticate" in page["Location"]

    def test_found_by_mailbox_name_and_code(self, who, boss):
        client = signed_in(boss)
        stake = make.stake(who, verified_on=timezone.now().date())
        for text in (who.email.upper(), "叶", stake.company.credit_code):
            assert who in client.get("/desk/standing/", {"q": text}).context["found"], text
        assert client.get("/desk/standing/", {"q": "没有这个人"}).context["found"] == []

    @pytest.mark.parametrize("path", ["/desk/standing/", "/desk/standing/former/"])
    def test_as_many_queries_for_three_as_for_three_hundred(self, path, at, boss, django_assert_max_num_queries):
        def more(count: int) -> None:
            people = [make.member(since=at - 60 * DAY) for _ in range(3)]
            people += Person.objects.bulk_create(
                Person(email=f"s{count}-{n}@example.test", full_name=f"会员{n}", name_key=f"{n}")
                for n in range(count - 3)
            )
            for who in people:
                Suspension.objects.create(
                    person=who, begins_on=day_of(at), ends_on=day_of(at) + 9 * DAY, reason="-", set_at=at, set_by=boss
                )
            term = Term.objects.filter(person=people[0]).get()
            Term.objects.bulk_create(
                Term(
                    person=who, tier=term.tier, starts_on=day_of(at) - 500 * DAY, ends_on=day_of(at) - 135 * DAY,
                    recorded_at=at,
                )
                for who in people[3:]
            )  # fmt: skip
            Farewell.objects.bulk_create(Farewell(person=who, left_at=at, why="time") for who in people[3:])

        client = signed_in(boss)
        more(4)
        client.get(path)
        with django_assert_max_num_queries(14):
            client.get(path)
        more(300)
        with django_assert_max_num_queries(14):
            client.get(path)


class TestLeaving:
    def test_one_question_that_nobody_has_to_answer_and_a_figure_of_it(self, who, at, boss):
        other = make.member("林晚", since=at - 60 * DAY)
        assert signed_in(who).post("/billing/leave/now/", {"why": "nonsense"}).status_code == 422
        signed_in(who).post("/billing/leave/now/", {"why": "outgrown", "words": "公司搬到苏州了。"})
        signed_in(other).post("/billing/leave/now/")
        said = {row.person: (row.why, row.words) for row in Farewell.objects.all()}
        assert said == {who: ("outgrown", "公司搬到苏州了。"), other: ("", "")}
        page = signed_in(boss).get("/desk/standing/former/")
        assert sorted(count for _, count in page.context["reasons"]) == [1, 1]
        assert "公司搬到苏州了。" in page.content.decode()

    def test_a_former_member_keeps_the_own_records_and_reads_nothing_of_others(self, who, at):
        signed_in(who).post("/billing/leave/now/")
        client = signed_in(who)
        for path in ("/home/", "/billing/", "/year/", "/introductions/", "/application/", "/notifications/"):
            assert client.get(path).status_code == 200, path
        for path in ("/members/", "/posts/", "/programmes/"):
            assert client.get(path).status_code == 403, path
        assert policies.may_apply(who, at=at)
