"""The desk's first page: everybody's own figures, nobody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.billing.services import invoicing, receiving
from community.events.services import booking
from community.kernel.money import Money
from tests import make
from tests.events import make as events
from tests.posts import make as make_posts

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch, settings):
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr(timezone, "now", lambda: AT)


def desk(client, *roles):
    client.force_login(make.person(roles=roles))
    response = client.get("/desk/", headers={"accept-language": "en"})
    return response, response.content.decode()


def test_reviewer_sees_waiting_and_the_oldest_age(client):
    make.submitted(at=AT - 4 * DAY)
    make.submitted(at=AT - DAY)
    make.approved(at=AT - DAY)
    response, shown = desk(client, "reviewer")
    stats = response.context["sections"][0].stats
    assert [(stat["value"], stat["note"]) for stat in stats[:2]] == [(2, "oldest: 4 days"), (0, "the applicant's turn")]
    assert stats[0]["tone"] == "refused" and stats[2]["value"] == 1
    assert "/desk/applications/?queue=waiting" in shown and "/desk/billing/" not in shown


def test_organizer_sees_the_week_and_seats_against_clocks(client):
    who = make.approved(at=AT - DAY).person
    event = events.event(topic="本周这桌", starts_at=AT + timedelta(hours=5), at=AT - DAY)
    events.event(topic="下周那桌", starts_at=AT + 7 * DAY, seats_each=3)
    booking.sign_up(event.pk, who, by=who, at=AT - DAY)
    response, shown = desk(client, "organizer")
    section = response.context["sections"][0]
    assert [(stat["value"], stat["note"]) for stat in section.stats] == [
        (1, "2 people signed up"), (12, "0 people on the clock need one"),
    ]  # fmt: skip
    assert "本周这桌" in shown and "下周那桌" not in shown and "1 with a clock running" in shown


def test_fewer_seats_than_clocks_is_marked(client):
    make.approved(at=AT - DAY)
    response, _ = desk(client, "organizer")
    assert response.context["sections"][0].stats[1]["tone"] == "refused"


def test_organizer_sees_the_needs_nobody_answered(client):
    make_posts.post(at=AT - timedelta(hours=72))
    section = desk(client, "organizer")[0].context["sections"][1]
    assert [stat["value"] for stat in section.stats] == [1, 0, "–"]
    assert section.stats[0]["tone"] == "refused"


def test_organizer_sees_who_has_met_nobody(client):
    make.member(since=AT - 60 * DAY)
    make.member(since=AT - 10 * DAY)  # still in the first thirty days
    response, shown = desk(client, "organizer")
    stats = response.context["sections"][2].stats
    assert [stat["value"] for stat in stats] == [1] and stats[0]["tone"] == "waiting"
    assert "/desk/figures/coverage/?list=nobody" in shown


def test_reviewer_sees_own_claims_and_open_questions(client):
    from community.members.services import reviewing, talking

    by = make.person(roles=("reviewer",))
    mine, other = make.submitted(at=AT), make.submitted(at=AT)
    reviewing.claim(mine.pk, by=by, at=AT)
    reviewing.claim(other.pk, by=make.reviewer(), at=AT)
    talking.ask(other.pk, "要交原件吗？", by=other.person, at=AT)
    client.force_login(by)
    stats = client.get("/desk/").context["sections"][0].stats
    assert [stat["value"] for stat in stats[3:]] == [1, 1]


def test_treasurer_sees_money_that_fits_nothing(client):
    who = make.approved(at=AT - DAY).person
    invoice = invoicing.choose_tier(who, "member", at=AT)
    receiving.receive(invoice.pk, receiving.Receipt("bank", "T-1", Money(100_050), AT), at=AT)
    response, _ = desk(client, "treasurer")
    assert response.context["sections"][0].stats[0]["value"] == 1
    assert response.context["sections"][0].stats[0]["note"] == "¥1,000.50"


def test_administrator_sees_all_and_others_are_told_why_not(client):
    assert len(desk(client, "administrator")[0].context["sections"]) == 7
    assert desk(client)[0].status_code == 403


def test_second_factor_outside_the_demo(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    response, _ = desk(client, "administrator")
    assert (response.status_code, response.headers["location"]) == (302, "/accounts/2fa/")


def test_as_many_queries_for_3_as_for_300(client):
    def queries(count):
        for number in range(count):
            event = events.event(starts_at=AT + timedelta(hours=1 + number), at=AT - DAY)
            events.fill(event, 10)
            make.approved(at=AT - DAY)
            make.submitted(at=AT - DAY)
        client.force_login(make.person(roles=("administrator",)))
        client.get("/desk/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/desk/")
        return len(captured)

    few = queries(1)
    assert queries(11) == few <= 20
