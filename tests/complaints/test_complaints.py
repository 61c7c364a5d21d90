"""A private ticket with a clock: never seen by whom it names, answered within 72 hours, closed within 14 days."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from community.complaints import rules, selectors
from community.complaints.models import Complaint
from community.complaints.services import filing, handling
from community.events.services import checking_in
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Person
from community.pages import waiting
from tests import make
from tests.architecture.club import staff
from tests.events import make as events
from tests.make import NOON

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
TEXT = "活动改期没有通知我。"


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def signed_in(who: Person) -> Client:
    return make.sign_in(Client(headers={"accept-language": "en"}), who)


def filed(by: Person | None = None, *, at=NOON, **more) -> Complaint:
    return filing.file(by or make.member(), at=at, **({"about": "club", "text": TEXT} | more))


def told(kind: str) -> set[Person]:
    return {message.person for message in Message.objects.filter(kind=kind)}


class TestClock:
    @given(st.integers(-10, 15 * 24 * 3600), st.booleans())
    def test_over_at_the_very_instant_and_never_when_closed(self, seconds, answered):
        at = NOON + seconds * SECOND
        answered_at = NOON + HOUR if answered else None
        by_hand = seconds >= (14 * 24 * 3600 if answered else 72 * 3600)
        assert rules.is_overdue(NOON, answered_at, None, at) == by_hand
        assert not rules.is_overdue(NOON, answered_at, at, at)

    @pytest.mark.django_db
    def test_the_lists_count_what_the_rule_says(self):
        boss = staff("administrator")
        row = filed()
        for at, late in ((NOON + 72 * HOUR - SECOND, 0), (NOON + 72 * HOUR, 1)):
            assert selectors.sizes(boss, at)["overdue"] == late == row.is_overdue(at)
        handling.answer(row, "我们在查。", by=boss, at=NOON + 80 * HOUR)
        assert selectors.sizes(boss, NOON + 81 * HOUR)["overdue"] == 0
        assert selectors.sizes(boss, NOON + 14 * DAY)["overdue"] == 1


@pytest.mark.django_db
class TestWhoSeesIt:
    def test_its_filer_and_the_office_nobody_else(self, at):
        row, organizer, other = filed(at=at), staff("organizer"), make.member(since=at - 60 * DAY)
        assert signed_in(row.filer).get(row.get_absolute_url()).status_code == 200
        assert signed_in(organizer).get(f"/desk/complaints/{row.public_id}/").status_code == 200
        assert signed_in(other).get(row.get_absolute_url()).status_code == 404
        assert signed_in(staff("reviewer")).get("/desk/complaints/").status_code == 403

    def test_a_person_named_never_whatever_their_role(self, at):
        for role, colleague in (("organizer", "administrator"), ("administrator", "administrator")):
            named, other = staff(role), staff(colleague)
            Person.objects.filter(pk=named.pk).update(full_name=f"何静{role}")
            row = filed(about="person", named=f"何静{role}", text=f"对我大喊：{role}", at=at)
            assert row.person == named
            desk = signed_in(named)
            assert desk.get(f"/desk/complaints/{row.public_id}/").status_code == 404
            assert desk.post(f"/desk/complaints/{row.public_id}/close/", {"text": "没事"}).status_code == 404
            assert row.text not in desk.get("/desk/complaints/").content.decode()
            assert named not in told("complaints/filed") and other in told("complaints/filed")
            assert signed_in(other).get(f"/desk/complaints/{row.public_id}/").status_code == 200

    def test_about_a_colleague_or_somebody_not_made_out_administrators_only(self):
        organizer, boss = staff("organizer"), staff("administrator")
        colleague = staff("organizer")
        for named in (colleague.email, "何老师"):
            row = filed(about="person", named=named)
            assert row not in selectors.for_office(organizer) and row in selectors.for_office(boss)
        assert organizer not in told("complaints/filed") and colleague not in told("complaints/filed")
        about_a_member = filed(about="person", named=make.member().email)
        assert about_a_member in selectors.for_office(organizer)

    def test_not_ones_own_at_the_desk(self):
        boss = staff("administrator")
        row = filed(boss)
        assert row not in selectors.for_office(boss)

    def test_the_member_named_is_told_nothing(self):
        named = make.member()
        row = filed(about="person", named=named.email)
        handling.answer(row, "在谈。", by=staff("administrator"), at=NOON)
        handling.close(row, "谈过了。", by=staff("administrator"), at=NOON)
        assert not Message.objects.filter(person=named).exists()
        assert not AuditEntry.objects.filter(person=named, action__startswith="complaint").exists()


@pytest.mark.django_db
class TestFromFilingToTheClose:
    def test_answered_with_letters_closed_with_an_outcome_and_one_question(self):
        boss = staff("administrator")
        row = filed()
        taken = handling.take(row, by=boss, at=NOON + HOUR)
        assert taken.taken_by == boss
        filing.add(row, "还有一件事。", by=row.filer, at=NOON + 2 * HOUR)
        assert told("complaints/added") == {boss}
        handling.answer(row, "对不起，漏发了。", by=boss, at=NOON + 3 * HOUR)
        assert told("complaints/answered") == {row.filer}
        with refused("complaint.open"):
            filing.rate(row, 5, by=row.filer, at=NOON)
        closed = handling.close(row, "以后改期都会发短信。", by=boss, at=NOON + DAY)
        assert (closed.status, closed.answered_at) == ("closed", NOON + 3 * HOUR)
        assert told("complaints/closed") == {row.filer}
        letters = Message.objects.filter(kind__startswith="complaints/")
        assert not [one for one in letters if TEXT in str(one.context) or "漏发" in str(one.context)], (
            "no word leaves it"
        )
        with refused("complaint.rating"):
            filing.rate(row, 6, by=row.filer, at=NOON + DAY)
        filing.rate(row, 4, by=row.filer, at=NOON + DAY)
        with refused("complaint.rated"):
            filing.rate(row, 1, by=row.filer, at=NOON + DAY)
        assert selectors.sizes(boss, NOON + DAY)["satisfied"] == 4
        for act in (handling.close, handling.answer):
            with refused("complaint.stale"):
                act(row, "再说", by=boss, at=NOON + DAY)

    def test_three_open_ones_at_most_and_none_about_oneself(self):
        who = make.member()
        with refused("complaint.own"):
            filed(who, about="person", named=who.email)
        with refused("complaint.empty"):
            filed(who, text=" ")
        for _ in range(3):
            row = filed(who)
        with refused("complaint.many"):
            filed(who)
        handling.close(row, "好了", by=staff("administrator"), at=NOON)
        filed(who)

    def test_an_applicant_may_too_and_what_was_typed_is_kept(self):
        client = signed_in(make.submitted().person)
        page = client.post("/complaints/new/", {"about": "person", "text": TEXT})
        assert page.status_code == 422 and TEXT in page.content.decode(), "who it is about is missing"
        assert (
            client.post("/complaints/new/", {"about": "money", "text": TEXT, "contact": "周末打电话"}).status_code
            == 302
        )
        assert Complaint.objects.get().contact == "周末打电话"

    def test_from_the_pages(self, at):
        row, boss = filed(at=at), staff("administrator")
        desk, mine = signed_in(boss), signed_in(row.filer)
        path = f"/desk/complaints/{row.public_id}/"
        assert desk.post(f"{path}answer/", {"text": " "}).status_code == 422
        desk.post(f"{path}answer/", {"text": "马上查。"})
        assert "马上查。" in mine.get(row.get_absolute_url()).content.decode()
        desk.post(f"{path}close/", {"text": "补发了通知。"})
        assert mine.post(f"{row.get_absolute_url()}rate/", {"satisfied": "9"}).status_code == 422
        mine.post(f"{row.get_absolute_url()}rate/", {"satisfied": "5"})
        row.refresh_from_db()
        assert (row.status, row.satisfied) == ("closed", 5)

    def test_overdue_ones_are_in_the_staffs_letter_of_those_who_may_see_them(self):
        named, boss = staff("organizer"), staff("administrator")
        filed(about="person", named=named.email)
        waiting.remind_all_due(at=NOON + 72 * HOUR)
        piles = {one.person: one.context["piles"] for one in Message.objects.filter(kind="pages/desk_waiting")}
        assert [pile["what"] for pile in piles[boss]] == ["complaints"] and named not in piles

    def test_erased_it_loses_its_words(self):
        row = filed(contact="13800000000")
        handling.answer(row, "好的", by=staff("administrator"), at=NOON)
        assert filing.forget(row.filer.pk) == 1
        row.refresh_from_db()
        assert (row.text, row.contact, [one.text for one in row.said.all()]) == ("", "", [""])

    @pytest.mark.parametrize("which", ["open", "closed"])
    def test_as_many_queries_for_three_as_for_three_hundred(self, which, at, django_assert_max_num_queries):
        boss = staff("administrator")
        closed = {"status": "closed", "closed_at": at, "closed_by": boss} if which == "closed" else {}
        client = signed_in(boss)

        def more(count: int) -> None:
            people = [make.person() for _ in range(3)]
            Complaint.objects.bulk_create(
                Complaint(
                    filer=people[n % 3], person=boss if n < 0 else None, about="club", text=TEXT, filed_at=at, **closed
                )
                for n in range(count)
            )

        for count in (3, 300):
            more(count)
            client.get("/desk/complaints/")
            with django_assert_max_num_queries(14):
                client.get(f"/desk/complaints/?list={which}")


@pytest.mark.django_db
def test_it_can_be_about_an_event_one_was_at_and_about_no_other(at):
    who = make.member("欧阳海", since=at - 60 * DAY)
    there = events.event(at=at - 5 * DAY, topic="换了场地的一桌", starts_at=at - 2 * DAY, ends_at=at - 1.9 * DAY)
    other = events.event(at=at - 5 * DAY, topic="别处的一桌", starts_at=at - 2 * DAY, ends_at=at - 1.9 * DAY)
    client = signed_in(who)
    assert "Which event" not in client.get("/complaints/new/").content.decode()
    seat = events.seat(there, who, at=at - 4 * DAY)
    checking_in.check_in(seat.public_id, event_id=there.public_id, by=staff("organizer"), at=there.starts_at)
    page = client.get("/complaints/new/").content.decode()
    assert "换了场地的一桌" in page and "别处的一桌" not in page
    typed = {"about": "event", "text": TEXT, "event": other.public_id}
    assert client.post("/complaints/new/", typed).status_code == 422 and not Complaint.objects.exists()
    with refused("complaint.event"):
        filed(who, at=at, about="event", event=other)
    assert client.post("/complaints/new/", typed | {"event": there.public_id}).status_code == 302
    row = Complaint.objects.get()
    assert row.event == there
    for reader, path in ((who, row.get_absolute_url()), (staff("administrator"), f"/desk/complaints/{row.public_id}/")):
        assert "换了场地的一桌" in signed_in(reader).get(path).content.decode()
