"""Maps of ties: the same facts as the lists, the same picture for the same facts, as many rows as can be seen."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.kernel.days import day_of
from community.members.models import Application, City, Industry, Person
from community.ties.selectors import layout, maps
from tests.architecture.club import staff
from tests.ties.make import members, met, together

DAY = timedelta(days=1)


@pytest.mark.parametrize("count", [0, 1, 8, 9, 24, 25, 96, 500])
def test_everybody_has_a_place_of_their_own_inside_the_square(count):
    places = layout.around(count)
    assert len(places) == min(count, layout.NAMED + layout.DOTS) and layout.around(count) == places
    assert all(0 < place.x < layout.SIZE and 0 < place.y < layout.SIZE for place in places)
    named = [place for place in places if place.named]
    apart = [abs(a.x - b.x) + abs(a.y - b.y) for a, b in combinations(named, 2)]
    assert len({(place.x, place.y) for place in places}) == len(places) and min(apart, default=99) > 40


def test_a_name_is_cut_where_it_would_cover_the_next():
    assert (layout.short("欧阳晓明月"), layout.short("欧阳晓明月光"), layout.short("Ann Lee")) == (
        "欧阳晓明月", "欧阳晓明月…", "Ann Lee",
    )  # fmt: skip


def test_the_name_of_a_group_is_broken_and_cut_only_when_two_lines_are_not_enough():
    assert layout.wrapped("Health") == ["Health"] and layout.wrapped("制造与供应链") == ["制造与供应链"]
    assert layout.wrapped("Manufacturing and supply chain") == ["Manufacturing", "& supply chain"]
    assert layout.wrapped("粤港澳大湾区跨境物流") == ["粤港澳大湾区跨", "境物流"]
    assert layout.wrapped("Everything that has to do with ships") == ["Everything", "that has to do…"]


@pytest.mark.django_db
class TestOwn:
    def test_the_nearest_are_those_met_again_and_lines_between_others_are_what_one_saw(self, at):
        a, b, c, d = members("甲", "乙", "丙", "丁", since=at - 90 * DAY)
        together(a, b, at=at - 9 * DAY)
        together(a, c, at=at - 5 * DAY)
        together(b, c, d, at=at - 4 * DAY)  # a was not there
        drawn = maps.own(a, at)
        assert ([spot.label for spot in drawn.spots], drawn.chords, drawn.all) == (["丙", "乙"], [], 2)
        met(a, b, on=day_of(at), at=at)
        together(a, b, c, at=at - 3 * DAY)
        drawn = maps.own(a, at)
        assert [spot.label for spot in drawn.spots] == ["乙", "丙"] and len(drawn.chords) == 1

    def test_the_page_says_it_twice_and_costs_the_same_for_a_hundred(self, client, at):
        a, b = members("林晓", "周宁", since=at - 90 * DAY)
        client.force_login(a)
        assert "<svg class" not in client.get(reverse("people_map")).content.decode()
        together(a, b, at=at - 9 * DAY)
        counts = []
        for crowd in (1, 120):
            people = Person.objects.bulk_create(
                Person(email=f"m{crowd}-{n}@example.test", full_name=f"会员{n:03}") for n in range(crowd)
            )
            for start in range(0, crowd, 11):
                together(a, *people[start : start + 11], at=at - (start + 10) * DAY)
            with CaptureQueriesContext(connection) as asked:
                page = client.get(reverse("people_map")).content.decode()
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 14 and page.count("<tr>") == layout.NAMED + layout.DOTS + 1
        assert 'role="img"' in page and "周宁" in page


@pytest.mark.django_db
class TestWhole:
    def test_every_industry_of_a_new_club_has_its_whole_name_on_the_map(self):
        names = list(Industry.objects.values_list("name_en", "name_zh"))
        assert len(names) > 10
        assert [name for both in names for name in both if "…" in "".join(layout.wrapped(name))] == []

    def test_counted_by_hand_by_city(self, client):
        at = timezone.now()
        a, b, c, d = members("甲", "乙", "丙", "丁", since=at - 90 * DAY)
        here, there = City.objects.all()[:2]
        Application.objects.filter(person__in=[a, b]).update(city=here)
        Application.objects.filter(person__in=[c, d]).update(city=there)
        together(a, b, c, at=at - 9 * DAY)
        drawn = maps.whole("city", at - 30 * DAY, at, None, "其他")
        assert [(g.name, g.people, g.without, g.inside, g.across) for g in drawn.groups] == [
            (here.name, 2, 0, 1, 2), (there.name, 2, 1, 0, 2),
        ]  # fmt: skip
        assert [line.pairs for line in drawn.lines] == [2] and drawn.across_percent == 67
        client.force_login(staff("organizer"))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("desk_ties") + "?by=industry&months=3").content.decode()
        assert len(asked) <= 16 and "丁" in page and "乙" not in page
        assert reverse("desk_person_invite", args=[d.public_id]) in page
        assert maps.whole("city", at - DAY, at, frozenset({there.pk}), "其他").people == 2
