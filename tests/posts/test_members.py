"""The directory and the cards: who reads what, what is never in a list, and the quarterly minute."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.days import ZONE
from community.kernel.models import Message
from community.members.models import Application, City
from community.posts import rules
from community.posts.models import Introduction, Profile
from community.posts.selectors import cards
from community.posts.services import profiles
from tests.events import make as make_events
from tests.make import NOON, member, person, stake
from tests.posts.make import DAY

pytestmark = pytest.mark.django_db
SECRETS = {name: f"SECRET-{name}" for name in ("about", "needs", "offers")}


def signed_in(who, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(who)
    return client


def text(answer) -> str:
    return answer.content.decode()


def founder(name: str = "", *, stage: str = "growing", **fields):
    """A member of today, with contact data and a card."""
    now = timezone.now()
    who = member(name, since=now - 60 * DAY)
    who.phone, who.wechat = "+8613911119999", "secretwechat"
    who.save()
    Application.objects.filter(person=who).update(stage=stage, title="SECRET-title")
    profile = profiles.of(who, at=now)
    for field, value in (SECRETS | fields).items():
        setattr(profile, field, value)
    profile.save()
    return who


def to(audience: str) -> dict[str, str]:
    return dict.fromkeys(rules.FIELDS, audience)


class TestVisibility:
    def test_each_audience_reads_its_fields_and_nobody_else_does(self):
        now = timezone.now()
        host = member("同桌", since=now - 60 * DAY)
        table = make_events.event(at=now - 20 * DAY, host=host, starts_at=now - 10 * DAY)
        owner = founder()
        make_events.seat(table, owner, at=now - 15 * DAY)
        table.signups.update(status="attended", attended_at=now, checked_in_at=now, checked_in_by=host)
        same, stranger = founder(stage="growing"), founder(stage="preparing")
        office = person(roles=("organizer",))
        readers = {"met": host, "stage": same, "members": stranger, "staff": office}
        wanted = {
            "members": {"met", "stage", "members", "staff"},
            "stage": {"stage", "staff"},
            "met": {"met", "staff"},
            "staff": {"staff"},
            "nobody": set(),
        }
        for audience, expected in wanted.items():
            Profile.objects.filter(person=owner).update(audiences=to(audience))
            reads = {
                name for name, reader in readers.items() if cards.cards(reader, [owner], with_contact=True)[0].fields
            }
            assert reads == expected, audience
        assert set(cards.cards(owner, [owner])[0].fields) >= {"about", "title"}, "one's own card is whole"

    def test_what_is_hidden_is_in_no_page(self):
        owner = founder(audiences=to("nobody"))
        reader = founder(about="", needs="", offers="")
        Application.objects.filter(person=reader).update(title="")
        client = signed_in(reader)
        for path in ("/members/", f"/members/{owner.public_id}/", "/members/?q=SECRET"):
            seen = text(client.get(path))
            assert "SECRET-" not in seen, path
            assert "secretwechat" not in seen and "139 1111" not in seen
        page = client.post(f"/members/{owner.public_id}/introduce/", {"note": "想请教"}, follow=True)
        assert owner.name in text(page) and "SECRET-" not in text(page), (
            "an introduction shows the card, not the papers"
        )

    def test_ones_own_card_offers_nothing_to_oneself(self):
        owner = founder(audiences=to("members"))
        signed_in(founder()).post(f"/members/{owner.public_id}/introduce/", {"note": "想请教"})
        seen = text(signed_in(owner).get(f"/members/{owner.public_id}/"))
        assert "/contact/" not in seen and Introduction.objects.get().get_absolute_url() not in seen

    def test_contact_data_is_in_no_list_opened_one_by_one_and_on_record(self):
        owner = founder("林晓", audiences=to("members"))
        reader = founder("何帮")
        client = signed_in(reader)
        for path in ("/members/", "/members/?q=林晓", f"/members/{owner.public_id}/"):
            assert "secretwechat" not in text(client.get(path))
        seen = text(client.post(f"/members/{owner.public_id}/contact/"))
        assert "secretwechat" in seen and "139 1111 9999" in seen
        assert "何帮" in text(signed_in(owner).get("/profile/"))

    def test_opening_cards_by_the_hundred_is_slowed_down(self):
        owner, client = founder(), signed_in(founder())
        answers = {client.get(f"/members/{owner.public_id}/").status_code for _ in range(95)}
        assert answers == {200, 302}

    def test_whoever_hides_or_lost_standing_has_no_card(self):
        hidden = founder()
        hidden.hide_me = True
        hidden.save()
        gone = member(since=timezone.now() - 500 * DAY)
        client = signed_in(founder())
        for one in (hidden, gone, person()):
            assert client.get(f"/members/{one.public_id}/").status_code == 404
            assert one.name not in text(client.get("/members/"))
        assert signed_in(hidden).get(f"/members/{hidden.public_id}/").status_code == 200

    @given(
        st.dictionaries(st.sampled_from(rules.FIELDS), st.sampled_from([*rules.AUDIENCES, "everybody", ""])),
        st.sets(st.sampled_from(["members", "stage", "met"])),
    )
    def test_nobody_reads_more_than_the_audience_says(self, chosen, relation):
        for field in rules.FIELDS:
            audience = rules.audience(chosen, field)
            assert audience in rules.AUDIENCES
            assert rules.may_read(audience, relation) == (audience in relation)


class TestDirectory:
    def test_narrowing_finds_nobody_by_what_they_hide(self):
        city = City.objects.all()[3]
        shown, hidden = founder("甲乙"), founder("丙丁", audiences={"city": "met"})
        Application.objects.filter(person__in=[shown, hidden]).update(city=city)
        seen = text(signed_in(founder()).get("/members/", {"city": city.pk}))
        assert "甲乙" in seen and "丙丁" not in seen

    def test_who_has_finds_by_card_in_chinese_and_nonsense_harms_nothing(self):
        owner = founder("林晓", offers="")
        signed_in(owner).post("/profile/", typed(offers="盐田有五千平海外仓头程仓库", tags="海外仓 直播"))
        client = signed_in(founder())
        assert "林晓" in text(client.get("/members/?q=海外仓"))
        assert "林晓" in text(client.get("/members/?tag=直播"))
        assert "发成需求" in text(client.get("/members/?q=没有这样东西噢"))
        for query in ("%00", "' OR 1=1 --", "<script>", "a" * 5000, "😀" * 300):
            assert client.get("/members/", {"q": query, "city": "x", "page": "9" * 30}).status_code == 200

    def test_three_and_thirty_cost_the_same(self):
        client, costs = signed_in(founder()), []
        for number in (3, 17):
            for _ in range(number):
                stake(founder(), verified_on=timezone.now().date())
            with CaptureQueriesContext(connection) as asked:
                client.get("/members/")
            costs.append(len(asked))
        assert costs[0] == costs[1]

    def test_introduce_me_asks_and_leads_to_the_page_of_two(self):
        owner, reader = founder(), founder()
        answer = signed_in(reader).post(f"/members/{owner.public_id}/introduce/", {"note": "想请教海外仓"})
        made = Introduction.objects.get()
        assert (made.asker, made.asked, made.post, answer["Location"]) == (reader, owner, None, made.get_absolute_url())

    def test_people_without_standing_are_told_why(self):
        for path in ("/members/", "/profile/", f"/members/{founder().public_id}/"):
            assert signed_in(person()).get(path).status_code == 403


def typed(**changes):
    return (
        {"about": "", "offers": "", "needs": "", "tags": ""} | {f"see_{n}": "members" for n in rules.FIELDS} | changes
    )


class TestOwnCard:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"offers": "打 13800138000"}, "电话号码"),
            ({"tags": "一 二 三 四 五 六 七 八 九"}, "八个标签"),
            ({"see_phone": "world"}, "world"),
            ({"about": "长" * 501}, "500"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, changes, said):
        who = founder()
        seen = signed_in(who).post("/profile/", typed(needs="找人", **changes))
        assert seen.status_code == 200
        assert said in text(seen) and "找人" in text(seen)
        assert Profile.objects.get(person=who).needs == SECRETS["needs"]

    def test_a_card_is_drawn_up_from_the_application_without_contact_data(self):
        who = member()
        Application.objects.filter(person=who).update(offers="能讲选品", needs="打 13800138000 找我")
        assert profiles.make_missing(at=NOON) == 1
        assert profiles.make_missing(at=NOON) == 0
        profile = who.profile
        assert (profile.offers, profile.needs) == ("能讲选品", "")


class TestTheQuartersMinute:
    def test_asked_once_a_quarter_prefilled_and_answered_by_one_press(self):
        who = member(since=NOON - 100 * DAY)
        profiles.of(who, at=NOON - 100 * DAY)
        first = datetime(2027, 1, 2, 10, 40, tzinfo=ZONE)
        assert profiles.ask_all_to_refresh(at=first) == 1
        assert profiles.ask_all_to_refresh(at=first + DAY) == 0
        assert cards.asks_to_refresh(who, first)
        profiles.write(who, at=first, needs="", offers="有仓库")
        assert not cards.asks_to_refresh(who, first + 60 * DAY)
        assert profiles.ask_all_to_refresh(at=datetime(2027, 4, 1, 11, tzinfo=ZONE)) == 1
        letter = Message.objects.filter(kind="posts/refresh_asked").latest("pk")
        assert (letter.context["offers"], letter.transactional) == ("有仓库", False)
        assert letter.valid_until == datetime(2027, 7, 1, tzinfo=ZONE)

    def test_who_did_so_a_few_days_ago_is_left_in_peace(self):
        assert not rules.must_refresh(NOON, NOON + timedelta(days=20))
        new_year = datetime(2027, 1, 3, tzinfo=ZONE)
        assert not rules.must_refresh(new_year - 5 * DAY, new_year)
        assert rules.must_refresh(new_year - 31 * DAY, new_year)

    def test_the_page_is_filled_in_and_saves(self):
        who = founder()
        client = signed_in(who)
        assert "SECRET-offers" in text(client.get("/profile/refresh/"))
        client.post("/profile/refresh/", {"offers": "有直播间", "needs": ""})
        profile = Profile.objects.get(person=who)
        assert (profile.offers, profile.needs, profile.about) == ("有直播间", "", "SECRET-about")
