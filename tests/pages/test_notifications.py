"""The inbox, the log, what may reach somebody, and a letter's own "no more"."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.kernel import outbox
from community.kernel.inbox import choices, choose, reach_of
from community.kernel.kinds import all_kinds
from community.kernel.models import Message, Reach
from community.kernel.outbox.writing import EVERYTHING, stop_address
from tests.make import NOON, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_up")]
DAY = timedelta(days=1)


@pytest.fixture
def who():
    return person("林晓")


def signed_in(who, **options) -> Client:
    client = Client(headers={"accept-language": "en"}, **options)
    client.force_login(who)
    return client


def receipt(who, number: int = 1, *, at=NOON) -> Message:
    outbox.post(
        "members/more_needed", who, occasion=f"receipt {who.pk} {number}", at=at,
        context={"reason": f"reason {number}", "path": "/application/"},
    )  # fmt: skip
    return Message.objects.get(occasion=f"receipt {who.pk} {number}")


def news(who, number: int = 1, *, at=NOON, **more) -> Message:
    outbox.post(
        "matching/need_fits", who, occasion=f"news {who.pk} {number}", at=at,
        context={"title": f"need {number}", "path": "/posts/", "author": "陈明", "reasons": [], "written_at": at.isoformat()},
        **more,
    )  # fmt: skip
    return Message.objects.get(occasion=f"news {who.pk} {number}")


class TestInbox:
    def test_a_message_stands_there_at_once_and_is_read_when_it_was_opened_by_a_press(self, who):
        message, client = receipt(who), signed_in(who)
        page = client.get("/notifications/").content.decode()
        assert "Messages, 1 unread" in page and 'bell-count num" aria-hidden="true">1<' in page
        client.get(f"/notifications/{message.public_id}/")
        message.refresh_from_db()
        assert message.read_at is None, "looking writes nothing"
        opened = client.post(f"/notifications/{message.public_id}/open/", follow=True)
        assert opened.status_code == 200 and "reason 1" in opened.content.decode()
        assert 'href="http://testserver/application/"' in opened.content.decode()
        message.refresh_from_db()
        first = message.read_at
        assert first is not None
        client.post(f"/notifications/{message.public_id}/open/")
        message.refresh_from_db()
        assert message.read_at == first
        assert "bell-count" not in client.get("/notifications/").content.decode()

    def test_all_at_once(self, who):
        other, client = person(), signed_in(who)
        for number in range(3):
            receipt(who, number)
        theirs = receipt(other)
        client.post("/notifications/read/")
        assert not Message.objects.filter(person=who, read_at=None).exists()
        theirs.refresh_from_db()
        assert theirs.read_at is None

    def test_nobody_reads_what_was_written_to_another(self, who):
        theirs, client = receipt(person()), signed_in(who)
        assert client.get(f"/notifications/{theirs.public_id}/").status_code == 404
        assert client.post(f"/notifications/{theirs.public_id}/open/").status_code == 404
        theirs.refresh_from_db()
        assert theirs.read_at is None

    def test_a_message_that_cannot_be_written_any_more_still_says_what_it_was(self, who):
        receipt(who)
        gone = receipt(who, 2)
        Message.objects.filter(pk=gone.pk).update(kind="members/of_last_year")
        news_of_old = news(who)
        Message.objects.filter(pk=news_of_old.pk).update(context={})
        page = signed_in(who).get("/notifications/")
        assert page.status_code == 200 and "members/of_last_year" in page.content.decode()
        assert "A need that fits you" in page.content.decode()
        assert signed_in(who).get(f"/notifications/{gone.public_id}/").status_code == 200

    def test_what_somebody_typed_is_text_and_no_markup(self, who):
        outbox.post(
            "members/more_needed", who, occasion="typed", at=NOON,
            context={"reason": "<script>alert(1)</script> http://evil.example/", "path": "/application/"},
        )  # fmt: skip
        page = signed_in(who).get(f"/notifications/{Message.objects.get().public_id}/").content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;" in page

    @pytest.mark.parametrize("address", ["/notifications/", "/notifications/log/", "/notifications/?list=unread"])
    def test_as_many_questions_for_300_messages_as_for_3(self, who, address):
        client = signed_in(who)
        asked = []
        for numbers in (range(3), range(3, 300)):
            for number in numbers:
                receipt(who, number)
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert client.get(address).status_code == 200
            asked.append(len(found))
        assert asked[0] == asked[1] <= 5
        assert "Page 1 of 15" in client.get(address).content.decode()

    def test_the_number_on_every_page_costs_no_question_of_its_own(self, who):
        client, visitor = signed_in(who), Client()
        counted = []
        for number in (0, 1):
            if number:
                receipt(who)
            with CaptureQueriesContext(connection) as found:
                client.get("/fees/")
            counted.append(len(found))
        assert counted[0] == counted[1]
        assert not [
            query for query in found if query["sql"].count("kernel_message") and "members_person" not in query["sql"]
        ]
        with CaptureQueriesContext(connection) as found:
            assert "bell" not in visitor.get("/fees/").content.decode()
        assert "kernel_message" not in str(found.captured_queries)

    def test_more_than_a_hundred_are_said_to_be_many(self, who):
        for number in range(101):
            receipt(who, number)
        assert ">99+<" in signed_in(who).get("/fees/").content.decode()

    def test_the_log_says_what_went_out_what_waits_and_until_when(self, who):
        receipt(who)
        news(who, 1)
        news(who, 2, valid_until=NOON + 9 * DAY)
        late = news(who, 3, valid_until=NOON)
        outbox.deliver_due(at=NOON)
        assert Message.objects.get(pk=late.pk).status == "dropped"
        page = signed_in(who).get("/notifications/log/").content.decode()
        assert "it was over before a letter could go" in page
        held = Message.objects.get(occasion=f"news {who.pk} 1")
        assert held.status == "waiting" and held.next_try_at == NOON + timedelta(hours=20)


class TestPreferences:
    def test_a_kind_that_is_not_ticked_stays_in_the_app_and_its_neighbour_comes(self, who):
        client = signed_in(who)
        page = client.get("/notifications/preferences/").content.decode()
        offered = {kind.name for one in choices(staff=False) for kind in one.can_wait}
        assert page.count('name="email"') == page.count(" checked") == len(offered) and "desk_waiting" not in page
        client.post("/notifications/preferences/", {"email": sorted(offered - {"matching/need_fits"})})
        assert reach_of(who).no_email == ["matching/need_fits"]
        page = client.get("/notifications/preferences/").content.decode()
        assert page.count(" checked") == len(offered) - 1
        kept, owed = news(who), receipt(who)
        assert outbox.deliver_due(at=NOON) == 1
        neighbour = news(who, 2)
        Message.objects.filter(pk=neighbour.pk).update(kind="posts/refresh_asked")
        assert outbox.deliver_due(at=NOON) == 1
        for message in (kept, owed, neighbour):
            message.refresh_from_db()
        assert (kept.status, owed.status, neighbour.status) == ("kept", "sent", "sent")
        assert "in the app alone, as you chose" in client.get("/notifications/log/").content.decode()

    def test_what_is_owed_comes_by_e_mail_whatever_is_chosen(self, who):
        choose(who, no_email=list(all_kinds()), by_sms=[], in_the_morning=True)
        owed = receipt(who, at=NOON.replace(hour=23))
        assert outbox.deliver_due(at=NOON.replace(hour=23)) == 1
        owed.refresh_from_db()
        assert owed.status == "sent"
        page = signed_in(who).get("/notifications/preferences/").content.decode()
        assert "always come by e-mail as well" in page

    def test_one_letter_a_day_in_the_morning(self, who):
        choose(who, no_email=[], by_sms=[], in_the_morning=True)
        one = news(who, 1)
        dies = news(who, 2, valid_until=NOON + timedelta(hours=3))
        assert outbox.deliver_due(at=NOON) == 1, "what would be worth nothing by then goes at once"
        one.refresh_from_db()
        dies.refresh_from_db()
        assert (one.status, dies.status) == ("waiting", "sent")
        assert outbox.deliver_due(at=NOON + timedelta(hours=20)) == 1

    @pytest.mark.parametrize(
        "typed",
        [
            {"email": ["nonsense"]},
            {"sms": ["events/event_soon"]},
            {"email": ["pages/desk_waiting"]},
            {"email": ["billing/receipt"]},
            {"email": ["needs"]},
        ],
    )
    def test_nothing_else_can_be_chosen(self, who, typed):
        answer = signed_in(who).post("/notifications/preferences/", typed)
        assert answer.status_code == 422 and not Reach.objects.exists()

    def test_the_desks_work_is_for_those_who_have_some(self, settings):
        settings.STAFF_SECOND_FACTOR = False
        page = signed_in(person(roles=("reviewer",))).get("/notifications/preferences/").content.decode()
        assert 'value="pages/desk_waiting"' in page


class TestStop:
    def test_a_letter_that_can_wait_says_how_to_stop_it_and_a_receipt_does_not(self, who):
        news(who)
        receipt(who)
        outbox.deliver_due(at=NOON)
        owed, could_wait = sorted(mail.outbox, key=lambda email: "List-Unsubscribe" in email.extra_headers)
        assert "List-Unsubscribe" not in owed.extra_headers and "/notifications/stop/" not in owed.body
        address = could_wait.extra_headers["List-Unsubscribe"].strip("<>")
        assert could_wait.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in could_wait.body and address in could_wait.alternatives[0].content
        stranger = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        looked = stranger.get(urlsplit(address).path)
        assert looked.status_code == 200 and "A need that fits you" in looked.content.decode()
        assert not Reach.objects.exists(), "looking changes nothing"
        pressed = stranger.post(urlsplit(address).path, {"List-Unsubscribe": "One-Click"})
        assert pressed.status_code == 200 and reach_of(who).no_email == ["matching/need_fits"]
        stranger.post(urlsplit(address).path, {"List-Unsubscribe": "One-Click"})
        assert reach_of(who).no_email == ["matching/need_fits"]

    def test_the_letter_of_the_day_stops_all_that_can_wait(self, who):
        address = urlsplit(stop_address(who, EVERYTHING)).path
        Client().post(address)
        can_wait = {kind.name for kind in all_kinds().values() if not kind.transactional}
        assert set(reach_of(who).no_email) == can_wait and can_wait > {"pages/week", "billing/renewal"}

    def test_a_link_in_a_letter_of_old_stops_its_group(self, who):
        address = urlsplit(stop_address(who, "needs")).path
        assert "Needs and introductions" in signed_in(who).get(address).content.decode()
        Client().post(address)
        stopped = set(reach_of(who).no_email)
        assert stopped and {all_kinds()[name].group for name in stopped} == {"needs"}
        assert not any(all_kinds()[name].transactional for name in stopped)

    @pytest.mark.parametrize("token", ["x", "abc.needs:xyz", "%00", "a" * 300])
    def test_a_link_that_is_not_ours_is_not_there(self, token):
        address = reverse("notifications_stop", args=["x"]).replace("/x/", f"/{token}/")
        assert Client().get(address).status_code == 404
        assert Client().post(address).status_code == 404

    def test_it_is_not_pressed_a_thousand_times_a_minute(self, who):
        address = urlsplit(stop_address(who, "matching/need_fits")).path
        answers = [Client().post(address).status_code for _ in range(32)]
        assert answers[:30] == [200] * 30 and answers[-1] == 429


class TestMailboxes:
    def test_who_cannot_be_reached_reads_it_on_every_page_and_the_staff_on_their_list(self, who, settings):
        settings.STAFF_SECOND_FACTOR = False
        Reach.objects.create(
            person=who, refused_address=who.email, refused_at=NOON, refused_because="550 no such mailbox"
        )
        client = signed_in(who)
        assert "We cannot reach your mailbox" in client.get("/fees/").content.decode()
        office = signed_in(person(roles=("organizer",)))
        assert "550 no such mailbox" in office.get("/desk/mailboxes/").content.decode()
        who.email = "new@example.test"
        who.save()
        assert "We cannot reach your mailbox" not in client.get("/fees/").content.decode()
        assert "550 no such mailbox" not in office.get("/desk/mailboxes/").content.decode()

    def test_it_works_again(self, who):
        Reach.objects.create(person=who, refused_address=who.email, refused_at=NOON, refused_because="550")
        owed = receipt(who, at=timezone.now() - DAY)
        Message.objects.update(status="refused")
        signed_in(who).post("/notifications/mailbox/")
        assert outbox.deliver_due(at=timezone.now()) == 1
        owed.refresh_from_db()
        assert owed.status == "sent" and not Reach.objects.exclude(refused_address="").exists()
