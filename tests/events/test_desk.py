"""The organizer's pages: list, editing, publishing, cancelling, the roster and its print."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.events.models import Event, Signup
from community.events.services import checking_in, chores, closing, hosting
from community.kernel.days import ZONE
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_pages import browser, queries_of
from tests.make import NOON, approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]


def typed(event: Event, **changes: str) -> dict[str, str]:
    """What the form sends for an event, as a browser does."""
    local = "%Y-%m-%dT%H:%M"
    return {
        "kind": event.kind,
        "topic": event.topic,
        "starts_at": event.starts_at.astimezone(ZONE).strftime(local),
        "ends_at": event.ends_at.astimezone(ZONE).strftime(local),
        "host": event.host.email if event.host else "",
        "table_count": str(event.table_count),
        "seats_each": str(event.seats_each),
        "city": str(event.city_id),
        "district": event.district,
        "place": event.place,
        "address": event.address,
        "directions": event.directions,
        "about": event.about,
        "agenda": event.agenda,
    } | changes


def send(staff, name: str, event: Event, data: dict[str, str]) -> str:
    answer = browser(staff).post(reverse(name, args=[event.public_id]), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


DESK = ["desk_event", "desk_event_roster", "desk_event_publish", "desk_event_cancel", "desk_event_roster_close",
        "desk_event_checkin", "desk_event_checkin_undo"]  # fmt: skip


@pytest.mark.parametrize("name", DESK)
def test_the_desk_belongs_to_organizers(name: str) -> None:
    event = make.event()
    url = reverse(name, args=[event.public_id])
    for method in ("get", "post"):
        assert getattr(browser(), method)(url).status_code in (302, 405)
        for who in (member(), person(roles=("reviewer",)), person(roles=("treasurer",)), event.host):
            assert getattr(browser(who), method)(url).status_code in (403, 405)
    assert Event.objects.get(pk=event.pk).status == "open"


def test_a_draft_from_the_form_to_the_open_page(staff) -> None:
    host = member("陈明")
    model = Event(**make.details(host=host))
    answer = browser(staff).post(reverse("desk_event_new"), typed(model))
    event = Event.objects.get()
    assert answer["Location"] == reverse("desk_event", args=[event.public_id])
    assert (event.status, event.host_id, event.starts_at) == ("draft", host.pk, SATURDAY)
    text = send(staff, "desk_event_publish", event, typed(event, topic="改过的题目", host="陈明"))
    event.refresh_from_db()
    assert "Published" in text and (event.status, event.topic) == ("open", "改过的题目")
    assert Signup.objects.get(event=event).person_id == host.pk


def test_publishing_by_the_bare_address_publishes_what_is_saved(staff) -> None:
    draft = make.draft()
    send(staff, "desk_event_publish", draft, {})
    assert Event.objects.get(pk=draft.pk).status == "open"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"topic": ""}, "Please fill this in"),
        ({"ends_at": "2026-11-28T13:00"}, "The end must come after the start"),
        ({"starts_at": "2026-02-30T14:00"}, "Choose a day and a time"),
        ({"starts_at": "0001-01-01T00:00"}, "Choose a day and a time"),
        ({"starts_at": "99999-01-01T00:00"}, "Choose a day and a time"),
        ({"seats_each": "13"}, "A table has 12 seats at most"),
        ({"seats_each": "0"}, "greater than or equal to 1"),
        ({"seats_each": "9" * 30}, "less than or equal to"),
        ({"table_count": ""}, "Say how many tables there are"),
        ({"kind": "party"}, "not one of the available choices"),
        ({"city": "99999999999"}, "not one of the available choices"),
        ({"host": "没有这个人"}, "No member whose membership runs on that day"),
        ({"topic": "x" * 81}, "at most 80 characters"),
        ({"about": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(staff, changes, says: str) -> None:
    draft = make.draft()
    data = typed(draft, district="龙华区") | changes
    for name in ("desk_event", "desk_event_publish"):
        text = send(staff, name, draft, data)
        assert says in text and "龙华区" in text
    draft.refresh_from_db()
    assert (draft.status, draft.district) == ("draft", "南山区")


@pytest.mark.parametrize(
    "odd", ["\x00", "\u202eabc", "𠮷", "a\r\nBcc: x@y", "<script>alert(1)</script>", "{{ 7|add:7 }}", "%s%(x)s"]
)
def test_odd_text_is_stored_or_refused_and_shown_harmless(staff, odd: str) -> None:
    draft = make.draft()
    answer = browser(staff).post(
        reverse("desk_event", args=[draft.public_id]), typed(draft, topic="题 " + odd, about=odd)
    )
    assert answer.status_code in (200, 302)
    draft.refresh_from_db()
    assert "\n" not in draft.topic and "\x00" not in draft.topic
    send(staff, "desk_event_publish", draft, {})
    text = browser().get(draft.get_absolute_url()).content.decode()
    assert "<script>alert" not in text


def test_several_members_of_one_name_are_asked_apart(staff) -> None:
    one, two = member("王伟"), member("王伟")
    draft = make.draft()
    text = send(staff, "desk_event", draft, typed(draft, host="王伟"))
    assert "Several members fit" in text and one.email in text and two.email in text
    send(staff, "desk_event", draft, typed(draft, host="王伟", host_choice=two.public_id))
    draft.refresh_from_db()
    assert draft.host_id == two.pk
    send(staff, "desk_event", draft, typed(draft, host=f"{one.name} <{one.email}>"))
    draft.refresh_from_db()
    assert draft.host_id == one.pk


def test_a_service_refusal_stands_at_its_field(staff) -> None:
    draft = make.draft()
    text = send(staff, "desk_event_publish", draft, typed(draft, place=""))
    assert "Name the place before publishing" in text
    event = make.event(kind="class", seats_each=3)
    for _ in range(3):
        make.seat(event)
    assert "More people have a seat" in send(staff, "desk_event", event, typed(event, seats_each="2"))


def test_moving_from_the_form_is_told_and_fixed_fields_stay(staff) -> None:
    event = make.event()
    make.seat(event)
    text = send(staff, "desk_event", event, typed(event, starts_at="2026-11-28T15:00", kind="visit", host="x"))
    event.refresh_from_db()
    assert "Saved." in text and (event.kind, event.sequence, event.starts_at) == ("roundtable", 1, SATURDAY + HOUR)


def test_cancelling_asks_why(staff) -> None:
    event = make.event()
    assert "Please fill this in" in send(staff, "desk_event_cancel", event, {"reason": " "})
    text = send(staff, "desk_event_cancel", event, {"reason": "场地停电"})
    event.refresh_from_db()
    assert event.status == "cancelled" and "场地停电" in text and "Everybody who had a seat is told" in text


def test_a_copy_starts_as_a_draft_a_week_later_without_its_people(staff) -> None:
    event = make.event(topic="可复制的题目")
    make.seat(event)
    text = browser(staff).get(reverse("desk_event_new"), {"copy": event.public_id}).content.decode()
    assert "可复制的题目" in text and "2026-12-05T14:00" in text
    assert Event.objects.count() == 1
    for odd in ("", "\x00", "zzzzzzzzzzzz", "x" * 500):
        assert browser(staff).get(reverse("desk_event_new"), {"copy": odd}).status_code == 200


def test_a_copy_says_which_hosts_are_not_free(staff) -> None:
    event = make.event(table_count=2, host=member("陈明"))
    own = member("林晓")
    hosting.set_tables(event.pk, [hosting.Plan(2, "招人", own)], by=staff, at=NOON)
    week = timedelta(weeks=1)
    other = make.event(kind="class", seats_each=20, starts_at=event.starts_at + week, ends_at=event.ends_at + week)
    make.seat(other, event.host)
    make.seat(other, own)
    url = f"{reverse('desk_event_new')}?copy={event.public_id}"
    page = browser(staff).get(url).content.decode()
    assert "陈明 isn't free at that time" in page and event.host.email not in page
    new = typed(event, host=member("周宁").email)
    for name in ("starts_at", "ends_at"):
        new[name] = (getattr(event, name) + week).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    page = browser(staff).post(url, new, follow=True).content.decode()
    assert "Table 2 has no host yet: 林晓 isn&#x27;t free at that time." in page
    assert Event.objects.get(status="draft").tables.get(number=2).topic == "招人"


def test_a_task_that_is_not_needed_is_taken_off_where_it_stands(staff) -> None:
    event = make.event()
    task = chores.add(event.pk, title="订场地", days=-14, by=staff, at=NOON)
    url, off = reverse("desk_event", args=[event.public_id]), reverse("desk_task_remove", args=[task.public_id])
    assert off in browser(staff).get(url).content.decode()
    chores.tick(task.public_id, done=True, by=staff, at=NOON)
    assert off not in browser(staff).get(url).content.decode()
    chores.tick(task.public_id, done=False, by=staff, at=NOON)
    answer = browser(staff).post(off, follow=True)
    assert answer.redirect_chain == [(f"{url}#tasks", 302)]
    assert "Nothing is noted for this event." in answer.content.decode() and not event.tasks.exists()


def test_the_list_shows_the_week_and_four_figures(staff) -> None:
    event = make.event(starts_at=NOON + 3 * HOUR)
    make.seat(event, approved(person()).person)
    checking_in.check_in(make.seat(event).public_id, by=staff, at=NOON + 3 * HOUR)
    make.draft(topic="只是草稿")
    text = browser(staff).get(reverse("desk_events")).content.decode()
    assert text.index("This week") < text.index(event.topic)
    figures = re.findall(r"<dd>(\d+)", text)
    assert figures == ["3", "1", "0", "1"] and "只是草稿" not in text.partition("Also wants a look")[0]
    text = browser(staff).get(reverse("desk_events"), {"list": "upcoming"}).content.decode()
    assert "3 signed up · 1 here · 0 waiting · 1 with a clock running" in text
    assert "只是草稿" in browser(staff).get(reverse("desk_events"), {"list": "draft"}).content.decode()
    for odd in ("past", "cancelled", "x", "\x00"):
        assert browser(staff).get(reverse("desk_events"), {"list": odd, "page": "x"}).status_code == 200


def test_one_tap_checks_in_and_undo_asks_why(staff, now) -> None:
    event = make.event()
    signup = make.seat(event, member("吴越"))
    tap = {"signup": signup.public_id}
    assert "Check-in opens 60 minutes before" in send(staff, "desk_event_checkin", event, tap)
    now.return_value = SATURDAY
    for _ in range(2):
        send(staff, "desk_event_checkin", event, tap)
    signup.refresh_from_db()
    assert (signup.status, signup.checked_in_at, signup.checked_in_by_id) == ("attended", SATURDAY, staff.pk)
    text = browser(staff).get(reverse("desk_event_roster", args=[event.public_id]), {"undo": signup.public_id})
    assert "Undo the check-in of 吴越?" in text.content.decode()
    assert "Please fill this in" in send(staff, "desk_event_checkin_undo", event, tap)
    text = send(staff, "desk_event_checkin_undo", event, tap | {"reason": "点错了人"})
    signup.refresh_from_db()
    assert signup.status == "confirmed" and "is undone" in text


def test_a_tap_with_htmx_answers_with_the_row_and_the_figures(staff, now) -> None:
    now.return_value = SATURDAY
    event = make.event(at=NOON)
    signup = make.seat(event, member("吴越"))
    url = reverse("desk_event_checkin", args=[event.public_id])
    answer = browser(staff).post(url, {"signup": signup.public_id}, headers={"hx-request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200 and f'id="row-{signup.public_id}"' in text and 'aria-pressed="true"' in text
    assert 'hx-swap-oob="true"' in text and "<html" not in text
    assert [int(figure) for figure in re.findall(r'stat-value">(\d+)<', text)] == [2, 1, 0, 0]
    now.return_value = event.ends_at + 8 * DAY
    late = make.seat(event, at=NOON)
    answer = browser(staff).post(url, {"signup": late.public_id}, headers={"hx-request": "true"})
    assert answer.status_code == 422 and "closed seven days after" in answer.content.decode()


def test_a_tap_costs_eight_statements_at_most(staff, now, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
    now.return_value = SATURDAY
    event = make.event(at=NOON)
    signup, client = make.seat(event, member("吴越")), browser(staff)
    url = reverse("desk_event_checkin", args=[event.public_id])
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(url, {"signup": signup.public_id}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    said = [query["sql"] for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(said) <= 8, "\n".join(said)


def test_a_late_roster_asks_why(staff, now) -> None:
    event = make.event()
    signup = make.seat(event)
    now.return_value = event.ends_at + DAY
    text = browser(staff).get(reverse("desk_event_roster", args=[event.public_id])).content.decode()
    assert "Why it is typed late" in text
    assert "Say why this is typed late" in send(staff, "desk_event_checkin", event, {"signup": signup.public_id})
    send(staff, "desk_event_checkin", event, {"signup": signup.public_id, "reason": "纸质名单补录"})
    signup.refresh_from_db()
    assert signup.status == "attended"


def test_closing_the_roster_from_the_page(staff, now) -> None:
    event = make.event()
    signup = make.seat(event)
    now.return_value = event.ends_at
    text = send(staff, "desk_event_roster_close", event, {})
    signup.refresh_from_db()
    assert signup.status == "missed" and "The roster is closed" in text and "Missed" in text


def test_a_row_of_another_event_does_not_exist_here(staff, now) -> None:
    now.return_value = SATURDAY
    event, other = make.event(at=NOON), make.event(at=NOON, starts_at=SATURDAY + 4 * HOUR)
    signup = make.seat(other, at=NOON)
    for wrong in (signup.public_id, "zzzzzzzzzzzz", "", "\x00", "x" * 200):
        for name in ("desk_event_checkin", "desk_event_checkin_undo"):
            url = reverse(name, args=[event.public_id])
            assert browser(staff).post(url, {"signup": wrong, "reason": "x"}).status_code == 404
    signup.refresh_from_db()
    assert signup.status == "confirmed"


def test_the_print_has_everybody_and_no_phone_or_mail(staff) -> None:
    event = make.event()
    who = member("吴越")
    who.phone = "+8613800138000"
    who.save()
    make.seat(event, who)
    roster = reverse("desk_event_roster", args=[event.public_id])
    for text in (browser(staff).get(roster, {"print": "1"}), browser(staff).get(roster)):
        assert "吴越" in text.content.decode()
        assert "13800138000" not in text.content.decode() and who.email not in text.content.decode()


def test_the_roster_pages_and_finds(staff) -> None:
    event = make.event(kind="class", seats_each=300)
    make.fill(event, 250)
    url = reverse("desk_event_roster", args=[event.public_id])
    text = browser(staff).get(url).content.decode()
    assert text.count('name="signup"') == 36 and "Page 1 of 7" in text
    found = browser(staff).get(url, {"q": "会员0007"}).content.decode()
    assert found.count('name="signup"') == 1
    for odd in ("\x00", "%", "_", "'", "x" * 5000):
        assert browser(staff).get(url, {"q": odd}).status_code == 200
    assert "Nobody of this name" in browser(staff).get(url, {"q": "%"}).content.decode()


def test_the_desk_costs_the_same_for_3_and_300(staff) -> None:
    few, many = make.event(kind="class", seats_each=3), make.event(kind="class", seats_each=300)
    make.fill(few, 3)
    make.fill(many, 300)
    client = browser(staff)
    for name in ("desk_event", "desk_event_roster"):
        cost = queries_of(client, reverse(name, args=[many.public_id]))
        assert queries_of(client, reverse(name, args=[few.public_id])) == cost <= 10
    listed = f"{reverse('desk_events')}?list=upcoming"
    cost = queries_of(client, listed)
    fields = {name: getattr(many, name) for name in ("kind", "topic", "city", "starts_at", "ends_at", "seats_each")}
    Event.objects.bulk_create(
        Event(**fields, status="open", created_at=NOON, created_by=staff, published_at=NOON, published_by=staff)
        for _ in range(298)
    )
    assert queries_of(client, listed) == cost <= 10


def test_support_looks_and_changes_nothing() -> None:
    event = make.event()
    make.seat(event)
    support = person(roles=("administrator",), is_staff=True, is_superuser=True)
    client = browser(support)
    for model, pk in (("event", event.pk), ("signup", event.signups.first().pk), ("seathold", None)):
        assert client.get(f"/admin/events/{model}/").status_code == 200
        assert client.get(f"/admin/events/{model}/add/").status_code == 403
        if pk:
            assert client.get(f"/admin/events/{model}/{pk}/change/").status_code == 200
            assert client.post(f"/admin/events/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_tap_costs_few_queries(staff, now) -> None:
    event = make.event()
    signup = make.seat(event)
    now.return_value = SATURDAY
    client = browser(staff)
    with CaptureQueriesContext(connection) as seen:
        client.post(reverse("desk_event_checkin", args=[event.public_id]), {"signup": signup.public_id})
    assert len([query for query in seen if "SAVEPOINT" not in query["sql"]]) <= 11
    closing.close_roster(event.pk, by=staff, at=event.ends_at)


def test_a_roster_of_5000_costs_what_one_of_12_does(staff) -> None:
    """One page of it, whatever is asked: the same queries, and no more of them in the browser or on paper."""
    few, many = make.event(kind="class", seats_each=12), make.event(kind="class", seats_each=5000)
    make.fill(few, 12)
    make.fill(many, 5000)
    client = browser(staff)
    for asked, rows in (("", 36), ("?page=100", 36), ("?q=会员00", 36), ("?print=1", 1000)):
        small, large = (reverse("desk_event_roster", args=[event.public_id]) + asked for event in (few, many))
        with CaptureQueriesContext(connection) as seen:
            page = client.get(large)
        assert len(page.context["rows"]) == rows, asked
        assert len(seen) == queries_of(client, small) <= 10, asked
    assert page.context["page"].paginator.count == 5000
