"""Scans at the door, also those made without a network: judged by their own time, sent twice and counted once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from community.events.models import Signup
from community.events.rules import CLOCK_SKEW
from community.events.services import booking, checking_in, closing, scanning, tickets
from community.kernel.errors import RuleBroken
from tests import make
from tests.architecture.club import staff
from tests.events import make as make_events
from tests.events.make import DAY, HOUR, SATURDAY

TICK = timedelta(microseconds=1)


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


@pytest.fixture
def event(db):
    return make_events.event()


@pytest.fixture
def signup(event):
    return make_events.seat(event, make.member("林晓"))


@pytest.fixture
def by(db):
    return make_events.organizer()


def scan(signup, by, *, scanned_at=SATURDAY, at=SATURDAY, text="", event=None):
    event = event or signup.event
    return scanning.record(text or tickets.token(signup), event_id=event.public_id, scanned_at=scanned_at, by=by, at=at)


class TestTime:
    def test_an_offline_scan_counts_from_when_it_was_made_and_says_when_it_arrived(self, signup, by):
        late = signup.event.ends_at + 3 * DAY  # typed by hand this would need a reason
        assert scan(signup, by, at=late).fresh
        signup.refresh_from_db()
        assert (signup.checked_in_at, signup.uploaded_at, signup.attended_at) == (SATURDAY, late, SATURDAY)
        assert signup.checked_in_by == by

    def test_sent_again_it_is_the_same_scan_and_another_one_came_before(self, signup, by):
        assert scan(signup, by).fresh
        assert scan(signup, by, at=SATURDAY + DAY).fresh
        assert not scan(signup, by, scanned_at=SATURDAY + HOUR, at=SATURDAY + DAY).fresh
        signup.refresh_from_db()
        assert signup.checked_in_at == signup.uploaded_at == SATURDAY

    def test_judged_by_its_own_time_to_the_tick(self, signup, by):
        event = signup.event
        opens, closes = event.starts_at - HOUR, event.ends_at + DAY
        with refused("check_in.early"):
            scan(signup, by, scanned_at=opens - TICK, at=SATURDAY)
        with refused("check_in.reason"):
            scan(signup, by, scanned_at=closes + HOUR, at=closes + DAY)
        assert scan(signup, by, scanned_at=opens, at=SATURDAY).fresh

    def test_not_from_the_future_beyond_a_clock_that_is_a_little_ahead(self, signup, by):
        with refused("scan.future"):
            scan(signup, by, scanned_at=SATURDAY + CLOCK_SKEW + TICK)
        assert scan(signup, by, scanned_at=SATURDAY + CLOCK_SKEW).signup.checked_in_at == SATURDAY

    def test_not_after_the_roster_closed_for_good(self, signup, by):
        with refused("check_in.over"):
            scan(signup, by, at=signup.event.ends_at + 8 * DAY)

    def test_a_roster_closed_meanwhile_is_no_obstacle(self, signup, by):
        closing.close_roster(signup.event.pk, by=by, at=signup.event.ends_at)
        assert scan(signup, by, at=signup.event.ends_at + HOUR).signup.status == "attended"

    def test_a_scan_from_before_an_undo_stays_undone(self, signup, by):
        scan(signup, by)
        checking_in.undo(signup.public_id, by=by, at=SATURDAY + HOUR, reason="认错人了")
        signup.refresh_from_db()
        assert signup.uploaded_at is None
        with refused("scan.undone"):
            scan(signup, by, at=SATURDAY + 2 * HOUR)
        assert scan(signup, by, scanned_at=SATURDAY + 2 * HOUR, at=SATURDAY + 3 * HOUR).fresh


class TestTicket:
    def test_forged_foreign_and_returned_ones_are_refused_offline_too(self, event, signup, by):
        other = make_events.event(starts_at=SATURDAY + 5 * HOUR, ends_at=SATURDAY + 6 * HOUR)
        token = tickets.token(signup)
        with refused("ticket.other"):
            scan(signup, by, event=other)
        with refused("ticket.forged"):
            scan(signup, by, text=token[:-1] + ("a" if token[-1] != "a" else "b"))
        booking.withdraw(event.pk, signup.person, by=signup.person, at=SATURDAY - 2 * DAY)
        with refused("ticket.stale"):
            scan(signup, by, text=token, at=SATURDAY + DAY)

    def test_staff_may_type_the_code_of_this_event_only(self, event, signup, by):
        code = signup.public_id
        typed = f"{code[:4]} {code[4:8]} {code[8:]}".upper()
        other = make_events.event(starts_at=SATURDAY + 5 * HOUR, ends_at=SATURDAY + 6 * HOUR)
        for text, where in ((typed, other), ("zzzzzzzzzzzz", event)):
            with refused("scan.code"):
                scan(signup, by, text=text, event=where)
        assert scan(signup, by, text=typed).fresh


class TestAddress:
    @pytest.fixture
    def desk(self, client, monkeypatch, db):
        from django.utils import timezone

        monkeypatch.setattr(timezone, "now", lambda: SATURDAY)
        client.force_login(staff("organizer"))
        return client

    def send(self, desk, signup, **changes):
        url = reverse("desk_event_scan_record", args=[signup.event.public_id])
        typed = {"token": tickets.token(signup), "scanned": int(SATURDAY.timestamp() * 1000)} | changes
        return desk.post(url, typed, headers={"accept-language": "en"})

    def test_the_answer_says_who_and_what(self, desk, signup):
        assert self.send(desk, signup).json() == {"result": "done", "name": "林晓", "words": "Checked in"}
        assert self.send(desk, signup).json()["result"] == "done"
        other = int((SATURDAY - timedelta(seconds=1)).timestamp() * 1000)
        assert self.send(desk, signup, scanned=other).json()["result"] == "already"
        assert Signup.objects.get(pk=signup.pk).checked_in_at == SATURDAY

    @pytest.mark.parametrize("scanned", ["", "x", "-1", "0", "1e3", "9" * 30, "NaN"])
    def test_an_absurd_time_is_refused_in_words(self, desk, signup, scanned):
        answer = self.send(desk, signup, scanned=scanned)
        assert answer.status_code == 200 and answer.json()["result"] == "refused"
        assert Signup.objects.get(pk=signup.pk).checked_in_at is None

    def test_a_year_ago_is_too_early(self, desk, signup):
        ago = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
        assert "60 minutes before" in self.send(desk, signup, scanned=ago).json()["words"]

    def test_the_page_knows_the_names_and_no_more(self, desk, signup):
        signup.person.phone = "+8613800138000"
        signup.person.save()
        text = desk.get(reverse("desk_event_scan", args=[signup.event.public_id])).content.decode()
        assert signup.public_id in text and "\\u6797\\u6653" in text or "林晓" in text
        assert "138001" not in text

    def test_the_ticket_shows_its_code_to_read_aloud(self, client, signup):
        client.force_login(signup.person)
        text = client.get(reverse("event_ticket", args=[signup.event.public_id])).content.decode()
        assert f"{signup.public_id[:4]} {signup.public_id[4:8]} {signup.public_id[8:]}" in text
