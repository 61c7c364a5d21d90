"""Kinds of events with rules and fields of their own, and the conditions of a trip (R28)."""

import pytest
from django.test import Client
from django.urls import reverse

from community.events import rules, selectors
from community.events.models import Event, Signup, WaiverAcceptance
from community.events.services import booking, checking_in, publishing, waivers, walking_in
from community.kernel.models import AuditEntry, Message
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.events.test_desk import typed
from tests.events.test_pages import browser
from tests.make import NOON, approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]
WORDS = "路上听领队的；自己的药自己带。"


def trip(**changes) -> Event:
    return make.event(kind="trip", waiver=WORDS, ends_at=SATURDAY + 2 * DAY, seats_each=4, **changes)


def test_no_seat_before_the_conditions_as_they_stand_are_accepted() -> None:
    event, who = trip(), member()
    with refused("waiver.missing"):
        booking.sign_up(event.pk, who, by=who, at=NOON)
    with refused("waiver.changed"):
        waivers.accept(event.pk, who, version="", by=who, at=NOON)
    for at in (NOON, NOON + HOUR):
        waivers.accept(event.pk, who, version=event.waiver_version, by=who, at=at)
    kept = WaiverAcceptance.objects.get()
    assert (kept.version, kept.text, kept.accepted_at) == (rules.waiver_version(WORDS), WORDS, NOON)
    assert booking.sign_up(event.pk, who, by=who, at=NOON).status == "confirmed"


def test_at_the_door_whoever_walks_in_accepts_them_or_stays_outside() -> None:
    event, who, office = trip(), member(), make.organizer()
    with refused("walk_in.waiver"):
        walking_in.seat(event.pk, who.pk, by=office, at=SATURDAY)
    assert not Signup.objects.filter(person=who).exists() and not WaiverAcceptance.objects.exists()
    assert walking_in.seat(event.pk, who.pk, by=office, at=SATURDAY, accepts=True).status == "attended"
    kept = WaiverAcceptance.objects.get()
    assert (kept.person, kept.accepted_at) == (who, SATURDAY)
    entry = AuditEntry.objects.get(action="waiver.accept")
    assert entry.actor == office, "the trail says who wrote it down"


def test_a_host_accepts_them_too_before_anybody_checks_them_in() -> None:
    """Publishing seats the host, who is told in the letter; the office can record it on the roster."""
    host, office = member("陈明"), make.organizer()
    event = trip(host=host)
    signup = Signup.objects.get(event=event, person=host)
    assert Message.objects.get(person=host, kind="events/seat_confirmed").context["accepts_first"] is True
    tap = lambda at, **more: checking_in.check_in(signup.public_id, by=office, at=at, **more)  # noqa: E731
    with refused("check_in.waiver"):
        tap(SATURDAY)
    assert selectors.accepted_by(event) == set()
    for _ in range(2):
        waivers.record(signup.public_id, event_id=event.public_id, by=office, at=SATURDAY)
    assert selectors.accepted_by(event) == {host.pk} and WaiverAcceptance.objects.count() == 1
    assert tap(SATURDAY).status == "attended"
    with pytest.raises(Signup.DoesNotExist):
        waivers.record(signup.public_id, event_id=make.event().public_id, by=office, at=SATURDAY)


def test_after_the_end_who_was_there_is_a_fact() -> None:
    host, office = member("陈明"), make.organizer()
    event = trip(host=host)
    signup = Signup.objects.get(event=event, person=host)
    assert checking_in.check_in(signup.public_id, by=office, at=event.ends_at, reason="补记").status == "attended"
    assert selectors.accepted_by(make.event()) is None


def test_the_roster_and_the_print_say_who_accepted_and_a_press_records_it(
    now, no_second_factor,
) -> None:  # fmt: skip
    now.return_value = SATURDAY
    host, who = member("陈明"), member("林晓")
    event = trip(host=host)
    waivers.accept(event.pk, who, version=event.waiver_version, by=who, at=NOON)
    make.seat(event, who)
    desk, url = Client(headers={"accept-language": "en"}), f"/desk/events/{event.public_id}/roster/"
    desk.force_login(make.organizer())
    assert desk.get(url).content.decode().count("Conditions not accepted") == 1
    printed = desk.get(f"{url}?print=1").content.decode()
    assert printed.count("Conditions accepted") == printed.count("Conditions not accepted") == 1
    key = Signup.objects.get(person=host).public_id
    said = desk.post(f"{url}accepted/", {"signup": key}, follow=True).content.decode()
    assert "陈明 accepts the conditions" in said and "Conditions not accepted" not in said
    door = f"/desk/events/{event.public_id}/walkins/"
    assert WORDS in desk.get(door).content.decode()
    walks_in = member()
    refusal = desk.post(f"{door}seat/", {"who": walks_in.email}).content.decode()
    assert "Have the person read them" in refusal and walks_in.email in refusal
    desk.post(f"{door}seat/", {"who": walks_in.email, "accepts": "on"})
    assert Signup.objects.get(person=walks_in).status == "attended"


def test_a_new_wording_is_accepted_anew_and_the_old_one_stays_on_record() -> None:
    event, who = trip(), member()
    waivers.accept(event.pk, who, version=event.waiver_version, by=who, at=NOON)
    changed = publishing.edit(event.pk, by=make.organizer(), at=NOON, waiver=WORDS + "\n不带宠物。")
    with refused("waiver.missing"):
        booking.sign_up(event.pk, who, by=who, at=NOON)
    with refused("waiver.changed"):
        waivers.accept(event.pk, who, version=event.waiver_version, by=who, at=NOON)
    waivers.accept(event.pk, who, version=changed.waiver_version, by=who, at=NOON)
    assert booking.sign_up(event.pk, who, by=who, at=NOON).status == "confirmed"
    assert WaiverAcceptance.objects.filter(person=who).count() == 2


def test_an_event_without_conditions_asks_nobody() -> None:
    event, who = make.event(), member()
    assert make.seat(event, who).status == "confirmed"
    with refused("waiver.none"):
        waivers.accept(event.pk, who, version="", by=who, at=NOON)


def test_each_kind_has_its_cap() -> None:
    for kind, most in (("visit", 60), ("trip", 200), ("class", 5000)):
        assert len(rules.seat_plan(kind, 1, most)) == most
        with pytest.raises(ValueError, match="seats.most"):
            rules.seat_plan(kind, 1, most + 1)


def test_a_programme_meeting_does_not_complete_the_attendance() -> None:
    event = make.event(kind="programme")
    assert not event.qualifying
    with refused("booking.qualifying_only"):
        make.seat(event, approved(person()).person)


def test_the_form_keeps_what_the_kind_has_and_drops_the_rest(staff, now) -> None:
    event, client = make.draft(kind="sport", host=None), browser(staff)
    own = {"level": "middle", "bring": "跑鞋", "insurance": "club insures nobody", "waiver": WORDS}
    client.post(reverse("desk_event", args=[event.public_id]), typed(event, **own))
    event.refresh_from_db()
    assert (event.level, event.bring, event.insurance, event.waiver) == ("middle", "跑鞋", "club insures nobody", "")
    client.post(reverse("desk_event", args=[event.public_id]), typed(event, kind="trip", **own))
    event.refresh_from_db()
    assert (event.level, event.waiver) == ("", WORDS)


def test_the_page_shows_the_conditions_and_takes_the_acceptance(now) -> None:
    event, who = trip(bring="护照", insurance="人人有意外险"), member()
    public = browser().get(event.get_absolute_url()).content.decode()
    assert WORDS in public and "护照" in public and "I have read this" not in public
    client = browser(who)
    signup = reverse("event_signup", args=[event.public_id])
    assert "accept them first" in client.post(signup, follow=True).content.decode()
    accept = reverse("event_waiver", args=[event.public_id])
    for wrong in ("", "x", "\x00"):
        assert client.post(accept, {"version": wrong}, follow=True).status_code == 200
    assert not WaiverAcceptance.objects.exists()
    text = client.post(accept, {"version": event.waiver_version}, follow=True).content.decode()
    assert "You accepted these conditions" in text and "I have read this" not in text
    client.post(signup)
    assert Signup.objects.get(event=event, person=who).status == "confirmed"
