"""The desk's first page: everybody's own figures, nobody else's."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.billing.models import Dispute, Leaving, Payment
from community.billing.services import invoicing, paying_back, receiving
from community.events.models import EventTask
from community.events.services import booking
from community.kernel.models import Message, Reach
from community.kernel.money import Money
from tests import make
from tests.billing import make as billing
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
        (1, "2 people signed up"), (12, "0 people on the clock need one"), (0, ""),
    ]  # fmt: skip
    assert "本周这桌" in shown and "下周那桌" not in shown and "1 with a clock running" in shown


def test_fewer_seats_than_clocks_is_marked(client):
    make.approved(at=AT - DAY)
    response, _ = desk(client, "organizer")
    assert response.context["sections"][0].stats[1]["tone"] == "refused"


def test_organizer_sees_what_is_to_be_done_the_most_urgent_first(client):
    soon, later = events.event(starts_at=AT + 3 * DAY), events.event(starts_at=AT + 30 * DAY)
    for at_event, title, days in (
        (soon, "订茶点", -1),
        (soon, "打印名牌", -4),
        (later, "约嘉宾", -28),
        (later, "明年的事", 0),
    ):
        EventTask.objects.create(event=at_event, title=title, days=days)
    EventTask.objects.create(event=soon, title="做好了", days=-1, done_at=AT, done_by=make.person())
    response, shown = desk(client, "organizer")
    section = response.context["sections"][0]
    assert (section.stats[2]["value"], section.stats[2]["note"], section.stats[2]["tone"]) == (
        3,
        "1 late",
        "refused",
    )
    assert [due.task.title for due in section.tasks] == ["打印名牌", "订茶点", "约嘉宾"]
    assert (
        f"/desk/events/tasks/{section.tasks[0].task.public_id}/" in shown
        and "明年的事" not in shown
        and "做好了" not in shown
    )


def test_of_many_tasks_the_first_five_are_listed_and_all_are_counted(client):
    event = events.event(starts_at=AT + 3 * DAY)
    EventTask.objects.bulk_create(EventTask(event=event, title=f"第 {n} 件", days=-1) for n in range(9))
    section = desk(client, "organizer")[0].context["sections"][0]
    assert (section.stats[2]["value"], section.stats[2]["tone"], len(section.tasks)) == (9, "waiting", 5)


def test_a_task_ticked_on_this_page_comes_back_to_it(client):
    task = EventTask.objects.create(event=events.event(starts_at=AT + 3 * DAY), title="订茶点", days=-1)
    _, shown = desk(client, "organizer")
    assert '<input type="hidden" name="next" value="/desk/">' in shown
    answer = client.post(f"/desk/events/tasks/{task.public_id}/", {"done": "1", "next": "/desk/"})
    assert answer.headers["location"] == "/desk/" and "订茶点" not in client.get("/desk/").content.decode()


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


def figures(section):
    return {stat["label"]: (stat["value"], stat["note"], stat["tone"]) for stat in section.stats}


def test_treasurer_sees_the_whole_of_todays_work(client, double):
    billing.entity()
    billing.recorded(AT, billing.invoice(AT))
    billing.statement(AT, rows=2)
    billing.back_by_bank(AT, make.person())  # one exported already, one whose account nobody named, one of nobody
    named = billing.refund_by_bank(AT - 40 * DAY, make.person())
    paying_back.tell_account(named, **billing.ACCOUNT, by=named.payment.person, at=AT - 40 * DAY)
    person = make.member()
    Leaving.objects.create(person=person, left_at=AT, paid=380_000, unused=100_000)
    Leaving.objects.create(person=person, left_at=AT, paid=1, unused=1, decided_at=AT, decided_by=person, decision="-")
    payment = Payment.objects.filter(person=named.payment.person).get()
    for number, days in enumerate((2, 20)):
        Dispute.objects.create(external_id=f"dp_{number}", payment=payment, amount=1, currency="CNY", status="open",
                               due_at=AT + days * DAY, opened_at=AT)  # fmt: skip
    response, shown = desk(client, "treasurer")
    assert [section.title for section in response.context["sections"]] == ["Money"]
    found = figures(response.context["sections"][0])
    assert found["Transfers to confirm"] == (1, "", "waiting")
    assert found["Statement rows to match"] == (2, "", "waiting")
    assert found["Refunds to transfer"] == (1, "1 overdue", "refused")
    assert found["Refunds under way or failed"][0] == 4
    assert found["Refunds to decide"] == (1, "left early, or a lower tier", "waiting")
    assert found["Disputes to answer"] == (2, "1 due within seven days", "refused")
    assert (found["Fapiao to issue"], found["Differences to the provider"]) == ((0, "", ""), (0, "", ""))
    for path in ("transfers", "statements", "refunds", "leavings", "fapiao", "reconciliation"):
        assert f'href="/desk/billing/{path}/"' in shown


def test_treasurers_figures_are_those_of_the_money_desk(client):
    billing.refund_by_bank(AT, make.person())
    here = desk(client, "treasurer")[0].context["sections"][0]
    there = client.get("/desk/billing/").context["figures"]
    assert figures(here)["Refunds under way or failed"][0] == there["refunds"] == 1


def test_administrator_sees_letters_mailboxes_and_who_has_no_second_factor(client):
    one, other, organizer = (make.person(roles=(role,)) for role in ("administrator", "administrator", "organizer"))
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={})
    Message.objects.create(
        person=one, kind="x", occasion="a", transactional=True, next_try_at=AT, status="failed", created_at=AT - DAY
    )
    Message.objects.create(
        person=one,
        kind="x",
        occasion="b",
        transactional=True,
        next_try_at=AT,
        status="failed",
        created_at=AT - 31 * DAY,
    )
    Reach.objects.create(person=organizer, refused_address=organizer.email, refused_at=AT)
    Reach.objects.create(person=other, refused_address="old@example.test", refused_at=AT)
    client.force_login(one)
    response = client.get("/desk/", headers={"accept-language": "en"})
    found = figures(response.context["sections"][-1])
    assert found["Letters that did not leave"] == (1, "in thirty days", "waiting")
    assert found["Mailboxes that refuse us"] == (1, "read in the app alone", "waiting")
    assert found["No second factor"] == (1, "administrators", "waiting")
    for path in ("jobs", "jobs/letters", "mailboxes", "roles", "standing", "complaints"):
        assert f'href="/desk/{path}/"' in response.content.decode()


def test_everybody_sees_the_sections_of_their_own_roles_in_both_languages(client):
    own = {
        "reviewer": ["Applications", "Companies"], "organizer": ["This week", "Needs and offers", "Nobody is forgotten", "Complaints"],
        "treasurer": ["Money"],
    }  # fmt: skip
    for role, titles in own.items():
        assert [section.title for section in desk(client, role)[0].context["sections"]] == titles
        chinese = client.get("/desk/", headers={"accept-language": "zh-CN"}).context["sections"]
        assert all("\u4e00" <= section.title[0] <= "\u9fff" for section in chinese)


def test_administrator_sees_all_and_others_are_told_why_not(client):
    assert len(desk(client, "administrator")[0].context["sections"]) == 9
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
            EventTask.objects.bulk_create(EventTask(event=event, title=f"第 {n} 件", days=-1) for n in range(10))
            make.approved(at=AT - DAY)
            make.submitted(at=AT - DAY)
            billing.refund_by_bank(AT - DAY, make.person())
        return {role: of(role) for role in BOUNDS}

    def of(role):
        client.force_login(make.person(roles=(role,)))
        client.get("/desk/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/desk/")
        return len(captured)

    few = queries(1)
    assert queries(11) == few
    assert all(few[role] <= bound for role, bound in BOUNDS.items()), few


# Whoever holds one role, and administrators, who hold them all.
BOUNDS = {"reviewer": 6, "organizer": 12, "treasurer": 3, "administrator": 19}
