"""The public pages per audience: what each may see, do and is told (product.md §5, "What one may know")."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.events.models import Event, Signup
from community.events.services import booking, cancelling, checking_in, closing, publishing
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def browser(who=None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if who is not None:
        client.force_login(who)
    return client


def page(event, who=None, language: str = "en") -> str:
    answer = browser(who, language).get(event.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def press(who, name: str, event, **kwargs) -> str:
    """Press a button and read the page it leads to."""
    answer = browser(who).post(reverse(name, args=[event.public_id]), follow=True, **kwargs)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_reads_a_teaser_and_no_more() -> None:
    event = make.event()
    guest = make.seat(event, member("吴越"))
    text = page(event)
    for shown in (event.topic, "南山区", "Shenzhen", "10 seats left", "Sign in to book", "Cross-border e-commerce"):
        assert shown in text
    for hidden in (event.address, event.place, event.directions, guest.person.name, event.host.name, "event_signup"):
        assert hidden not in text
    assert "剩 10 席" in page(event, language="zh-CN")


def test_who_may_book_sees_the_address_of_a_roundtable_but_not_of_a_visit() -> None:
    table, visit = make.event(), make.event(kind="visit", starts_at=SATURDAY + DAY, address="龙岗区坂田街道 8 号")
    for who in (member(), approved(person()).person):
        assert table.address in page(table, who)
        assert visit.address not in page(visit, who)
        make.seat(visit, who)
        assert visit.address in page(visit, who)
        booking.withdraw(visit.pk, who, by=who, at=NOON)
        assert visit.address not in page(visit, who)
    assert table.address not in page(table, submitted(person()).person)
    assert visit.address in page(visit, make.organizer())


def test_names_are_for_people_with_a_seat_and_hide_me_wins() -> None:
    event = make.event()
    open_, shy, reader = member("吴越"), member("郑凡"), member("何嘉")
    shy.hide_me = True
    shy.save()
    for who in (open_, shy):
        make.seat(event, who)
    assert "吴越" not in page(event, reader)
    make.seat(event, reader)
    text = page(event, reader)
    assert "吴越" in text and "郑凡" not in text and event.host.name in text
    assert "Who comes · 4 people" in text and "one person not named" in text


def test_a_draft_is_404_for_everybody_but_organizers() -> None:
    draft = make.draft()
    for who in (None, member(), person(roles=("reviewer",)), draft.host):
        assert browser(who).get(draft.get_absolute_url()).status_code == 404
        if who is not None:
            assert browser(who).post(reverse("event_signup", args=[draft.public_id])).status_code == 404
    assert "Draft: only organizers see this" in page(draft, make.organizer())
    assert browser().get("/events/zzzzzzzzzzzz/").status_code == 404


def test_taking_a_seat_and_giving_it_back() -> None:
    event, who = make.event(), member()
    text = press(who, "event_signup", event)
    assert "The seat is yours" in text and "You have a seat" in text and "Give my seat back" in text
    assert "The seat is yours" in press(who, "event_signup", event)
    assert Signup.objects.filter(person=who, status="confirmed").count() == 1
    assert "You gave your seat back" in press(who, "event_withdraw", event)
    assert "Take a seat" in page(event, who)


def test_a_press_without_a_session_leads_back_to_the_page_and_changes_nothing() -> None:
    event = make.event()
    url = reverse("event_signup", args=[event.public_id])
    answer = browser().post(url)
    assert answer.status_code == 302 and reverse("account_login") in answer["Location"]
    answer = browser(member()).get(url)
    assert answer.status_code == 302 and answer["Location"] == event.get_absolute_url()
    assert event.signups.count() == 1


def test_full_says_so_offers_the_waitlist_and_shows_other_dates() -> None:
    event, other = make.event(seats_each=2), make.event(starts_at=SATURDAY + 7 * DAY, topic="下一场")
    make.seat(event)
    full_too = make.event(starts_at=SATURDAY + 2 * DAY, seats_each=1, topic="也满了")
    who = member()
    text = page(event, who)
    assert "all 2 seats are taken" in text and "Join the waitlist" in text and "You would be number 1" in text
    assert other.topic in text and full_too.topic not in text and "Take a seat" not in text
    text = press(who, "event_signup", event)
    assert "You are on the waitlist" in text and "You are number 1 on the waitlist" in text
    assert "you had no seat in the last 60 days" in text and event.host.name not in text
    assert "You would be number 2" in page(event, member())
    assert "Sign in to wait" in page(event)
    assert "You are off the waitlist" in press(who, "event_withdraw", event)


def test_an_offer_is_accepted_on_the_page_and_not_after_its_end(now) -> None:
    event = make.event(seats_each=2)
    seated, who = make.seat(event).person, member()
    make.seat(event, who)
    booking.withdraw(event.pk, seated, by=seated, at=NOON)
    assert "A seat is kept for you" in page(event, who) and "Yes, I take the seat" in page(event, who)
    now.return_value = NOON + 12 * HOUR
    assert "You are number 1 on the waitlist" in page(event, who) and "Yes, I take" not in page(event, who)
    assert "This offer has ended" in press(who, "event_accept", event)
    now.return_value = NOON + 23 * HOUR
    assert "The seat is yours" in press(who, "event_accept", event)
    assert "You have a seat" in page(event, who)


def test_in_the_last_hours_the_free_seat_is_a_tap_away(now) -> None:
    event = make.event(seats_each=2)
    seated, who = make.seat(event).person, member()
    make.seat(event, who)
    now.return_value = SATURDAY - HOUR
    assert "Take the free seat" not in page(event, who)
    booking.withdraw(event.pk, seated, by=seated, at=now.return_value)
    assert "whoever taps first has it" in page(event, who)
    assert "You have a seat" in press(who, "event_accept", event)


@pytest.mark.parametrize(
    ("who", "says"),
    [
        (lambda: person(), "Apply to join"),
        (lambda: submitted(person()).person, "as soon as they are approved"),
        (lambda: member(since=NOON - timedelta(days=800)), "Renew it"),
    ],
)
def test_who_may_not_book_reads_why_and_what_to_do(who, says: str) -> None:
    text = page(make.event(), who())
    assert says in text and "Take a seat" not in text


def test_an_applicant_is_told_what_this_event_does_for_the_clock() -> None:
    application = approved(person())
    inside = make.event()
    text = page(inside, application.person)
    assert "completes your attendance" in text and "Take a seat" in text
    after = make.event(starts_at=application.clock_ends_at + DAY)
    assert "begins after your three weeks end" in page(after, application.person)
    online = make.event(kind="online", starts_at=SATURDAY + DAY)
    text = page(online, application.person)
    assert "offline events only" in text and "Take a seat" not in text
    assert "completes" not in page(inside, member())


def test_past_and_cancelled_offer_other_dates(now) -> None:
    event, other = make.event(), make.event(starts_at=SATURDAY + 14 * DAY, topic="两周后")
    here, absent = make.seat(event), make.seat(event)
    checking_in.check_in(here.public_id, by=make.organizer(), at=SATURDAY)
    closing.close_roster(event.pk, by=make.organizer(), at=event.ends_at)
    now.return_value = event.ends_at + HOUR
    assert "You were there" in page(event, here.person)
    assert "You were not checked in" in page(event, absent.person)
    assert "This event is over" in page(event) and other.topic in page(event)
    third = make.event(starts_at=SATURDAY + 15 * DAY, at=now.return_value)
    cancelling.cancel(third.pk, by=make.organizer(), at=now.return_value, reason="场地停电")
    text = page(third)
    assert "场地停电" in text and other.topic in text and "Take a seat" not in text


def test_who_is_checked_in_early_is_not_offered_to_leave(now) -> None:
    event, who = make.event(), member()
    signup = make.seat(event, who)
    now.return_value = SATURDAY - HOUR
    checking_in.check_in(signup.public_id, by=make.organizer(), at=SATURDAY - HOUR)
    assert "You are checked in" in page(event, who) and "Give my seat back" not in page(event, who)
    assert "This signup has changed" in press(who, "event_withdraw", event)
    assert Signup.objects.get(pk=signup.pk).status == "attended"


def test_a_host_is_told_whom_to_ask() -> None:
    event = make.event()
    text = page(event, event.host)
    assert "You host" in text and "Give my seat back" not in text
    assert "Ask the organizer&#x27;s office" in press(event.host, "event_withdraw", event)


def test_late_withdrawal_is_announced_before_it_happens(now) -> None:
    event, who = make.event(), member()
    make.seat(event, who)
    assert "late cancellation" not in page(event, who)
    now.return_value = SATURDAY - HOUR
    assert "late cancellation" in page(event, who)


def test_the_list_by_week_filters_and_pages(now) -> None:
    table = make.event()
    visit = make.event(kind="visit", starts_at=NOON + DAY, topic="走访电池厂")
    make.draft(topic="还没发布")
    who = member()
    make.seat(table, who)
    get = browser(who).get
    text = get("/events/").content.decode()
    assert text.index("This week") < text.index(visit.topic) < text.index("Next week") < text.index(table.topic)
    assert "还没发布" not in text and text.count("You have a seat") == 1
    assert table.topic not in get("/events/?kind=visit").content.decode()
    assert "Nothing of this kind" in get("/events/?kind=trip").content.decode()
    for odd in ("?kind=x&city=x&page=x", "?city=99999999999999999999", "?page=-1", "?kind=%00&city=%00", "?page=99999"):
        assert get(f"/events/{odd}").status_code == 200
    now.return_value = table.ends_at
    assert "The next dates are being set" in browser().get("/events/").content.decode()


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_for_3_and_300() -> None:
    model, who = make.event(kind="class"), member()
    make.seat(model, who)
    copies = [
        Event(**{name: getattr(model, name) for name in publishing.DETAILS}, status="open", created_at=NOON,
              created_by=who, published_at=NOON, published_by=who)
        for _ in range(299)
    ]  # fmt: skip
    Event.objects.bulk_create(copies[:2])
    few = [queries_of(browser(reader), "/events/") for reader in (None, who)]
    Event.objects.bulk_create(copies[2:])
    assert [queries_of(browser(reader), "/events/") for reader in (None, who)] == few
    assert few[0] <= 4 and few[1] <= 7


def test_the_page_of_an_event_costs_the_same_for_3_and_300() -> None:
    few, many = make.event(kind="class", seats_each=400), make.event(kind="class", seats_each=400)
    make.fill(few, 3)
    make.fill(many, 300)
    readers = [None, member(), approved(person()).person, make.organizer(), Signup.objects.filter(event=many)[0].person]
    costs = [queries_of(browser(reader), many.get_absolute_url()) for reader in readers]
    assert [queries_of(browser(reader), few.get_absolute_url()) for reader in readers] == costs
    assert costs[0] <= 4 and max(costs) <= 8


def test_the_page_of_a_full_event_costs_the_same_for_3_and_300_who_wait() -> None:
    few, many = make.event(kind="class", seats_each=1), make.event(kind="class", seats_each=1)
    for event in (few, many):
        make.fill(event, 1)
    make.queue_up(few, 3)
    make.queue_up(many, 300)
    reader = member()
    cost = queries_of(browser(reader), few.get_absolute_url())
    assert queries_of(browser(reader), many.get_absolute_url()) == cost <= 11
    booking.sign_up(few.pk, reader, by=reader, at=NOON)
    booking.sign_up(many.pk, reader, by=reader, at=NOON)
    assert "number 301" in page(many, reader)
    assert queries_of(browser(reader), many.get_absolute_url()) == queries_of(browser(reader), few.get_absolute_url())
