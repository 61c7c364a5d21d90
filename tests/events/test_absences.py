"""No-shows and late cancellations (R26): on record, explained, excused; the page and the desk."""

from unittest import mock

import pytest
from django.test import Client

from community.events import selectors
from community.events.models import Event, Signup
from community.events.services import booking, closing, excusing
from community.kernel import audit
from community.members.models import Person
from community.members.services import applications, erasing
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.make import approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def missed(who: Person, days: int = 0) -> Signup:
    event = make.event(kind="class", starts_at=SATURDAY + days * DAY)
    signup = make.seat(event, who)
    closing.close_roster(event.pk, by=make.organizer(), at=event.ends_at)
    signup.refresh_from_db()
    return signup


def late(who: Person, days: int = 0) -> Signup:
    event = make.event(kind="class", starts_at=SATURDAY + days * DAY)
    make.seat(event, who)
    return booking.withdraw(event.pk, who, by=who, at=event.starts_at - HOUR)


def excuse(signup: Signup, reason: str = "孩子发烧", **more) -> Signup:
    by = more.pop("by", None) or make.organizer()
    return excusing.excuse(
        signup.public_id, event_id=signup.event.public_id, by=by, at=SATURDAY + 9 * DAY, reason=reason
    )


def test_the_first_is_forgiven_and_the_second_comes_last() -> None:
    who = member()
    missed(who)
    assert selectors.last_until(who.pk, SATURDAY + DAY) is None
    second = late(who, 7)
    assert selectors.last_until(who.pk, SATURDAY + 8 * DAY) == second.withdrawn_at + 60 * DAY
    assert selectors.last_until(who.pk, second.withdrawn_at + 60 * DAY) is None


def test_an_excused_one_counts_no_more() -> None:
    who, staff = member(), make.organizer()
    first, _second = missed(who), missed(who, 7)
    with refused("excuse.reason"):
        excuse(first, " ")
    for _ in range(2):
        excuse(first, by=staff)
    entry = audit.trail(first).get(action="signup.excuse")
    assert (entry.reason, entry.actor_id) == ("孩子发烧", staff.pk)
    assert selectors.last_until(who.pk, SATURDAY + 9 * DAY) is None
    first.refresh_from_db()
    assert (first.status, first.excused_by_id) == ("missed", staff.pk)


def test_nothing_on_record_needs_no_excuse() -> None:
    who = member()
    early = make.seat(make.event(starts_at=SATURDAY + 20 * DAY), who)
    booking.withdraw(early.event_id, who, by=who, at=SATURDAY)
    with refused("excuse.none"):
        excusing.explain(early.event_id, who, text="…", by=who, at=SATURDAY)
    with refused("excuse.none"):
        excuse(early)
    with refused("excuse.none"):
        excusing.explain(early.event_id, member(), text="…", by=who, at=SATURDAY)


def test_coming_back_after_a_late_cancellation_starts_afresh() -> None:
    who = member()
    signup = late(who)
    excuse(signup)
    again = make.seat(Event.objects.get(pk=signup.event_id), who, at=SATURDAY - HOUR / 2)
    assert (again.status, again.excused_at, again.withdrawn_late) == ("confirmed", None, False)


def browser(who: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


def test_the_member_reads_what_is_on_record_and_says_what_happened() -> None:
    who = member()
    signup = missed(who)
    url = f"/events/{signup.event.public_id}/"
    with mock.patch("django.utils.timezone.now", return_value=SATURDAY + DAY):
        assert "The first within six months has no consequence" in browser(who).get(url).content.decode()
        answer = browser(who).post(f"{url}excuse/", {"text": "地铁停运\n走不了"}, follow=True).content.decode()
        assert "地铁停运" in answer and "reads it" in answer
        assert "Write a sentence first" in browser(who).post(f"{url}excuse/", {}, follow=True).content.decode()
        long = browser(who).post(f"{url}excuse/", {"text": "堵" * 601}, follow=True).content.decode()
        assert "at most 600 characters" in long and "Write a sentence first" not in long
    missed(who, 7)
    with mock.patch("django.utils.timezone.now", return_value=SATURDAY + 8 * DAY):
        assert "you come last by" in browser(who).get(url).content.decode()
    excuse(signup)
    with mock.patch("django.utils.timezone.now", return_value=SATURDAY + 9 * DAY):
        text = browser(who).get(url).content.decode()
        assert "has excused it" in text and "Say what happened" not in text


def test_the_desk_lists_them_and_excuses_with_a_reason(django_assert_max_num_queries) -> None:
    who, staff = member("吴越"), make.organizer()
    signup = missed(who)
    excusing.explain(signup.event_id, who, text="航班取消", by=who, at=SATURDAY + DAY)
    desk, url = browser(staff), f"/desk/events/{signup.event.public_id}/absences/"
    text = desk.get(url).content.decode()
    assert "吴越" in text and "航班取消" in text and "Missed" in text
    assert "Choose somebody" in desk.post(f"{url}excuse/", {"reason": "有证明"}).content.decode()
    answer = desk.post(f"{url}excuse/", {"signup": signup.public_id, "reason": "有证明"}, follow=True)
    assert "excused by 何静" in answer.content.decode()
    assert desk.post(f"{url}excuse/", {"signup": "zzzzzzzzzzzz", "reason": "x"}).status_code == 404
    other = make.event(kind="class", starts_at=SATURDAY + 3 * DAY)
    assert "Nobody was missing" in desk.get(f"/desk/events/{other.public_id}/absences/").content.decode()
    with django_assert_max_num_queries(6):
        desk.get(url)


def test_after_erasure_the_words_are_gone() -> None:
    application = approved(person("赵岩"))
    signup = missed(application.person)
    excusing.explain(signup.event_id, application.person, text="母亲住院", by=application.person, at=SATURDAY + DAY)
    applications.withdraw(application.pk, by=application.person, at=SATURDAY + DAY)
    erasing.erase(application.person_id, by=None, at=SATURDAY + 2 * DAY)
    signup.refresh_from_db()
    assert (signup.status, signup.excuse) == ("missed", "")
