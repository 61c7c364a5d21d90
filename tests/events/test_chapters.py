"""Chapters: an organizer limited to some cities meets no other city's events, series, tasks or rosters."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from community.events.models import Event, EventTask, Series, Template
from community.events.selectors.lists import open_events
from community.events.services import checking_in, publishing, series
from community.kernel import audit
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import selectors as members_of
from community.members.models import Application, Chapter, City, Person
from community.members.selectors import chapters as cities_of
from community.members.services import chapters
from tests.events import make
from tests.make import NOON, approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]

OURS = ("desk_event", "desk_series", "desk_template", "desk_task", "event_host", "event_run", "event_cards")


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry


def _addresses() -> list[str]:
    """Every address of the desk with an event, a series, a template or a task in it, as the url table has them."""
    found = [entry for entry in _patterns(get_resolver()) if (entry.name or "").startswith(OURS)]
    return sorted(str(entry.name) for entry in found if entry.pattern.converters)


def city(name: str) -> City:
    return City.objects.get(name_en=name)


def limited(*names: str) -> Person:
    who = make.organizer()
    chapters.choose(who.pk, [city(name) for name in names], by=person(roles=("administrator",)), at=NOON)
    return Person.objects.get(pk=who.pk)


class House:
    """In Shenzhen: a published roundtable, a trip, a series with its template, and a task."""

    def __init__(self) -> None:
        staff = make.organizer()
        self.event = make.event(by=staff, topic="深圳的晚上")
        self.trip = make.event(by=staff, kind="trip")
        self.signup = make.seat(self.event)
        self.template = series.save_template(
            None, tasks=[("订场地", -14)], by=staff, at=NOON, name="圆桌", kind="roundtable", topic="待定", minutes=180
        )
        self.series = self.begun(staff)
        self.task = EventTask.objects.filter(event__series=self.series).order_by("pk")[0]

    def begun(self, by: Person, at_city: str = "Shenzhen") -> Series:
        return series.save_series(
            None, by=by, at=NOON, template=self.template, first_on=day_of(NOON) + timedelta(days=4), every_weeks=1,
            begins=time(14), ahead_weeks=2, city=city(at_city),
        )  # fmt: skip

    def url(self, name: str) -> str:
        things: dict[str, Any] = {"desk_event_money": self.trip, "desk_event_price": self.trip}
        things |= {"desk_series": self.series, "desk_template": self.template, "desk_task": self.task}
        behind = next((thing for start, thing in things.items() if name.startswith(start)), self.event)
        return reverse(name, args=[behind.public_id])

    @property
    def typed(self) -> dict[str, str]:
        first = self.series.events.order_by("series_on")[0].series_on
        return {"signup": self.signup.public_id, "on": str(first), "reason": "来得早"}


@pytest.fixture
def house(now) -> House:
    return House()


def client_of(who: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who)
    return client


def test_what_another_chapter_runs_does_not_exist(house: House) -> None:
    """One walk through every address, opened and pressed; what is only opened or only pressed says so (405)."""
    elsewhere, here = client_of(limited("Shanghai")), client_of(limited("Shenzhen", "Beijing"))
    wrong = []
    for name in _addresses():
        url = house.url(name)
        own, opened = here.get(url).status_code, elsewhere.get(url).status_code
        pressed = elsewhere.post(url, house.typed).status_code
        answered = (own, opened, pressed)
        if answered not in {(200, 404, 404), (200, 404, 405), (405, 405, 404)}:
            wrong.append((name, answered))
    assert not wrong


def test_the_walk_finds_the_addresses() -> None:
    found = _addresses()
    assert len(found) > 35
    assert {"desk_event", "desk_event_roster", "desk_series_skip", "desk_template", "desk_task_remove"} <= set(found)


def test_buttons_of_ones_own_city_still_work(house: House) -> None:
    here = client_of(limited("Shenzhen"))
    for name in ("desk_event_tables_propose", "desk_series_skip", "desk_task", "desk_event_task"):
        assert here.post(house.url(name), house.typed).status_code != 404, name


class TestLists:
    def test_the_week_the_lists_and_the_desk_show_ones_own_city(self, house: House) -> None:
        make.draft(topic="上海的草稿", city=city("Shanghai"))
        for where, seen, hidden in (("Shanghai", "上海的草稿", "深圳的晚上"), ("Shenzhen", "深圳的晚上", "上海的草稿")):
            client = client_of(limited(where))
            text = client.get(reverse("desk_events")).content.decode()
            text += client.get(reverse("desk_events"), {"list": "draft"}).content.decode()
            text += client.get(reverse("desk_events"), {"list": "upcoming"}).content.decode()
            text += client.get(reverse("desk")).content.decode()
            assert seen in text
            assert hidden not in text

    def test_series_templates_and_tasks_of_another_city_are_not_listed(self, house: House) -> None:
        client = client_of(limited("Shanghai"))
        assert "圆桌</strong>" not in client.get(reverse("desk_series_list")).content.decode()
        assert "订场地" not in client.get(reverse("desk_events")).content.decode()

    def test_a_template_followed_elsewhere_too_is_kept_by_its_series_and_changed_by_who_runs_both(
        self, house: House
    ) -> None:
        house.begun(make.organizer(), "Shanghai")
        client = client_of(limited("Shenzhen"))
        assert client.get(reverse("desk_template", args=[house.template.public_id])).status_code == 404
        page = client.get(reverse("desk_series", args=[house.series.public_id]))
        assert list(page.context["form"].fields["template"].queryset) == [house.template]
        both = client_of(limited("Shenzhen", "Shanghai"))
        assert both.get(reverse("desk_template", args=[house.template.public_id])).status_code == 200

    def test_administrators_and_organizers_without_a_choice_see_all(self, house: House) -> None:
        chief = person(roles=("administrator", "organizer"))
        chapters.choose(chief.pk, [city("Shanghai")], by=chief, at=NOON)
        for who in (Person.objects.get(pk=chief.pk), make.organizer()):
            assert client_of(who).get(house.url("desk_event")).status_code == 200
            assert cities_of.cities_run_by(who) is None

    def test_free_seats_for_clocks_and_quiet_members_are_those_of_ones_own_cities(self, house: House) -> None:
        """Two on the clock and two quiet members at home in Shanghai, three members in Shenzhen who have seats or not."""
        for _ in range(2):
            on_clock = approved(person())
            Application.objects.filter(pk=on_clock.pk).update(city=city("Shanghai"))
            Application.objects.filter(person=member()).update(city=city("Shanghai"))
        seats = {}
        for where in ("Shanghai", "Shenzhen"):
            page = client_of(limited(where)).get(reverse("desk_events"), headers={"accept-language": "en"})
            seats[where] = page.context["clock_seats"], page.context["quiet"]
            text = client_of(limited(where)).get(reverse("desk"), headers={"accept-language": "en"}).content.decode()
            assert ("2 people on the clock need one" in text) == (where == "Shanghai")
        free = sum(event.seats_left for event in open_events(NOON))
        assert free >= 10
        assert (seats["Shanghai"][0].needed, seats["Shanghai"][0].left, seats["Shanghai"][1]) == (2, 0, 2)
        assert (seats["Shenzhen"][0].needed, seats["Shenzhen"][0].left, seats["Shenzhen"][1]) == (0, free, 0)
        whole = client_of(make.organizer()).get(reverse("desk_events"))
        assert (whole.context["clock_seats"].needed, whole.context["clock_seats"].left) == (2, free)
        assert whole.context["quiet"] == 2

    def test_one_who_moved_is_at_home_in_the_city_named_last(self, house: House) -> None:
        who = member()
        first = Application.objects.get(person=who)
        Application.objects.filter(pk=first.pk).update(city=city("Shenzhen"))
        here = members_of.members_in_good_standing(day_of(NOON))
        assert who in cities_of.at_home_in(here, frozenset([city("Shenzhen").pk]))
        Application.objects.create(person=who, started_at=NOON, touched_at=NOON, city=city("Shanghai"))
        assert who not in cities_of.at_home_in(here, frozenset([city("Shenzhen").pk]))
        assert who in cities_of.at_home_in(here, frozenset([city("Shanghai").pk]))
        assert who in cities_of.at_home_in(here, None)

    def test_no_page_of_the_desk_names_another_city_s_event(self, house: House) -> None:
        """Every address of events without a thing in it, as somebody opens it from the desk."""
        checking_in.check_in(house.signup.public_id, by=make.organizer(), at=house.event.starts_at)
        client, own = client_of(limited("Shanghai")), client_of(limited("Shenzhen"))
        pages = [
            *(reverse("desk_events") + asked for asked in ("", "?list=upcoming", "?list=past", "?list=draft",
              "?list=cancelled", f"?week={day_of(house.event.starts_at)}")),
            reverse("desk_event_new"), f"{reverse('desk_event_new')}?copy={house.event.public_id}",
            reverse("desk_series_list"), reverse("desk_template_new"), reverse("desk_series_new"),
            f"{reverse('desk_series_new')}?template={house.template.pk}",
            f"{reverse('desk_figures_tables')}?since=2026-11-01&until=2026-12-31", reverse("desk"),
        ]  # fmt: skip
        words = (house.event.topic, house.event.public_id, house.series.public_id, house.signup.person.name)
        leaks = [
            (url, word)
            for url in pages
            for word in words
            if word not in url and word in client.get(url, follow=True).content.decode()
        ]
        assert not leaks
        assert any(house.event.topic in own.get(url).content.decode() for url in pages)

    def test_the_preview_of_a_copy_knows_no_other_city(self, house: House) -> None:
        url = f"{reverse('desk_event_new_preview')}?copy={house.event.public_id}"
        assert house.event.topic not in client_of(limited("Shanghai")).post(url, {}).content.decode()


class TestBeginningAndMoving:
    def test_a_draft_of_another_city_is_refused_with_nothing_typed_lost(self, house: House) -> None:
        client, before = client_of(limited("Shanghai")), Event.objects.count()
        typed = {
            "kind": "class", "topic": "借来的城市", "starts_at": "2026-12-05T14:00", "ends_at": "2026-12-05T17:00",
            "seats_each": "20", "city": str(city("Shenzhen").pk),
        }  # fmt: skip
        page = client.post(reverse("desk_event_new"), typed)
        assert page.status_code == 200
        assert "city" in page.context["form"].errors
        assert "借来的城市" in page.content.decode()
        assert Event.objects.count() == before
        assert client.post(reverse("desk_event_new"), typed | {"city": city("Shanghai").pk}).status_code == 302

    def test_the_service_refuses_too(self, house: House) -> None:
        who = limited("Shanghai")
        own = make.draft(by=who, city=city("Shanghai"))
        for act in (
            lambda: publishing.create(by=who, at=NOON, **make.details()),
            lambda: publishing.edit(own.pk, by=who, at=NOON, city=city("Shenzhen")),
            lambda: publishing.publish(own.pk, by=who, at=NOON, city=city("Shenzhen")),
            lambda: house.begun(who),
        ):
            with pytest.raises(RuleBroken) as refused:
                act()
            assert refused.value.code == "chapter.other_city"
        assert Event.objects.get(pk=own.pk).city == city("Shanghai")

    def test_another_citys_event_cannot_be_copied(self, house: House) -> None:
        url = f"{reverse('desk_event_new')}?copy={house.event.public_id}"
        assert house.event.topic not in client_of(limited("Shanghai")).get(url).content.decode()
        assert house.event.topic in client_of(limited("Shenzhen")).get(url).content.decode()

    def test_a_series_goes_on_when_who_began_it_is_limited_later(self, house: House) -> None:
        maker, chief = house.series.made_by, person(roles=("administrator",))
        chapters.choose(maker.pk, [city("Shanghai")], by=chief, at=NOON)
        assert series.generate_all(at=NOON + timedelta(weeks=1)) == 1


class TestChoosing:
    def test_an_administrator_chooses_and_it_is_on_record(self) -> None:
        who, chief = make.organizer(), person(roles=("administrator",))
        client = client_of(chief)
        assert who.name in client.get(reverse("desk_chapters")).content.decode()
        url = reverse("desk_chapters_choose", args=[who.public_id])
        assert client.post(url, {"city": [city("Shanghai").pk, city("Beijing").pk]}).status_code == 302
        assert client.post(url, {"city": [city("Beijing").pk, city("Shanghai").pk]}).status_code == 302
        entry = audit.trail(who).get(action="chapters.choose")
        assert (entry.actor, entry.data) == (chief, {"cities": [[], ["Beijing", "Shanghai"]]})
        assert client.post(url, {}).status_code == 302
        assert not Chapter.objects.exists()

    def test_nobody_but_organizers_can_be_chosen_for(self) -> None:
        client = client_of(person(roles=("administrator",)))
        for who in (member(), person(roles=("treasurer",)), person(roles=("administrator", "organizer"))):
            url = reverse("desk_chapters_choose", args=[who.public_id])
            assert client.post(url, {"city": [city("Beijing").pk]}).status_code == 404
        url = reverse("desk_chapters_choose", args=[make.organizer().public_id])
        assert client.post(url, {"city": ["no such city"]}).status_code == 404

    def test_the_page_asks_the_same_however_many_organizers(self, django_assert_max_num_queries: Any) -> None:
        client = client_of(person(roles=("administrator",)))
        for number in range(12):
            who = person(f"秘书{number}", roles=("organizer",))
            chapters.choose(who.pk, [city("Beijing")], by=who, at=NOON)
        with django_assert_max_num_queries(14):
            client.get(reverse("desk_chapters"))


class TestTheListOfMembers:
    def open(self, who: Person, **asked: str) -> str:
        return client_of(who).get(reverse("events"), asked).content.decode()

    def test_ones_own_city_first_and_all_of_them_one_tap_away(self, house: House) -> None:
        make.event(topic="上海的晚上", city=city("Shanghai"), host=member("沈沪"))
        who = member()
        Application.objects.filter(person=who).update(city=city("Shanghai"))
        first = self.open(who)
        assert "上海的晚上" in first
        assert "深圳的晚上" not in first
        assert "?city=" in first
        for asked in ({"city": ""}, {"city": "", "kind": "roundtable"}):
            assert "深圳的晚上" in self.open(who, **asked)
        assert "深圳的晚上" not in self.open(who, kind="roundtable")
        assert "深圳的晚上" in self.open(who, city=str(city("Shenzhen").pk))
        assert "深圳的晚上" in Client().get(reverse("events")).content.decode()

    def test_a_club_in_one_city_and_a_city_without_dates_show_everything(self, house: House) -> None:
        who = member()
        for name in ("Shenzhen", "Shanghai"):
            Application.objects.filter(person=who).update(city=city(name))
            page = client_of(who).get(reverse("events"))
            assert page.context["home"] is None
            assert "深圳的晚上" in page.content.decode()
        make.event(topic="北京的晚上", city=city("Beijing"), host=member("京"))
        assert client_of(who).get(reverse("events")).context["home"] is None
        assert Template.objects.count() == 1
