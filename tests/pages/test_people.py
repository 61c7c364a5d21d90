"""The one-person page: each colleague reads their part of one timeline, and finds anybody they may look at."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.complaints.services import filing
from community.kernel import audit
from community.kernel.kinds import all_kinds
from community.kernel.models import AuditEntry, Message
from community.members.models import Application, Chapter, City, Company
from community.pages import audit as words
from community.pages.people import moments, parts
from tests import make
from tests.events import make as events
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def one_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def who(at):
    """A member with something in every part."""
    found = make.member("欧阳海", since=at - 60 * DAY)
    found.phone, found.wechat = "+8613900139000", "ouyang"
    found.save()
    make.stake(found, verified_on=(at - 60 * DAY).date(), name="杭州海风科技有限公司")
    events.seat(events.event(at=at, topic="第一批客户", starts_at=at + 3 * DAY, ends_at=at + 3.1 * DAY), found, at=at)
    posts.post(found, at=at, title="找一家海外仓")
    posts.draft(found, at=at, title="还没写完的事")
    for action in ("application.note", "invoice.issue", "person.phone", "person.block", "suspension.set"):
        audit.record(action, found, by=None, at=at - DAY, reason=f"之前 {action}")
    for kind in ("billing/receipt", "members/application_received", "complaints/answered", "members/suspended"):
        Message.objects.create(person=found, kind=kind, occasion=f"{kind}:x", transactional=True, context={"text": "密"},
                               created_at=at - DAY, next_try_at=at, status="sent")  # fmt: skip
    filing.file(found, about="event", text="门口等了半小时。", at=at)
    return found


def page(reader, who, query="", **more):
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader)
    return client.get(f"/desk/people/{who.public_id}/{query}", **more)


def read(reader, who, query=""):
    answer = page(reader, who, query)
    assert answer.status_code == 200
    return answer.content.decode()


# What stands on the page for whom; everything else of the list is absent.
SIGNS = {
    "note": "application.note", "seat": "第一批客户", "post": "找一家海外仓", "money": "invoice.issue",
    "phone": "person.phone", "suspension": "suspension.set", "complaint": "Filed a complaint", "receipt": "Receipt",
    "received": "Application received", "suspended": "Your membership is suspended", "paid": "Paid in all",
    "standing": "Suspend or expel", "trail": "/desk/audit/?who=", "company": "杭州海风科技有限公司",
}  # fmt: skip
SEEN = {
    "reviewer": {"note", "received", "company"},
    "organizer": {"seat", "post", "complaint"},
    "treasurer": {"money", "receipt", "paid"},
    "administrator": set(SIGNS),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_reads_its_parts_and_nothing_of_the_others(role, who):
    html = read(make.person(roles=(role,)), who)
    assert {name for name, sign in SIGNS.items() if sign in html} == SEEN[role]
    for never in (
        "密",
        "person.block",
        "unblocked",
        "还没写完的事",
        "Answer to your complaint",
        "13900139000",
        "ouyang",
    ):
        assert never not in html, never


def test_every_subject_of_the_trail_stands_on_the_page_or_is_kept_from_it():
    shown = [subject for part in parts.PARTS.values() for subject in part.subjects]
    assert len(shown) == len(set(shown))
    assert set(shown) | parts.ELSEWHERE == set(words.SUBJECTS)
    assert not set(shown) & parts.ELSEWHERE
    everything = parts.kinds_for(parts.PARTS)
    assert {kind for kind in all_kinds() if not kind.startswith("complaints/")} == set(everything)


def test_nobody_reads_their_own_application_nor_one_they_sponsor(at):
    sponsor = make.member("保荐", since=at - 60 * DAY, roles=("reviewer",))
    trainee = make.submitted(make.person("实习生"), at=at, role="trainee", sponsor=sponsor).person
    assert "Application and company" not in read(sponsor, trainee)
    assert "Application and company" not in read(sponsor, sponsor)
    assert "Application and company" in read(make.reviewer(), trainee)


def test_a_complaint_is_on_no_page_of_whom_it_does_not_concern(at):
    organizer, other = make.person("秘书", roles=("organizer",)), make.person("同事", roles=("organizer",))
    boss = make.person("主管", roles=("administrator",))
    filer = make.member("投诉人", since=at - 60 * DAY)
    filing.file(filer, about="person", named=organizer.email, text="说话不好听。", at=at)
    assert "Filed a complaint" not in read(organizer, filer) and "Filed a complaint" not in read(other, filer)
    assert "named in a complaint" not in read(organizer, organizer)
    assert "Filed a complaint" in read(boss, filer) and "named in a complaint" in read(boss, organizer)


def test_an_organizer_of_some_cities_sees_who_is_at_home_there_and_what_took_place_there(at, who):
    home, away = City.objects.order_by("pk")[:2]
    limited = make.person("分会", roles=("organizer",))
    Chapter.objects.create(person=limited, city=home, given_by=limited, given_at=at)
    events.seat(
        events.event(at=at, topic="远方的一桌", city=away, starts_at=at + 5 * DAY, ends_at=at + 5.1 * DAY), who, at=at
    )
    html = read(limited, who)
    assert "第一批客户" in html and "远方的一桌" not in html
    assert "远方的一桌" in read(make.person(roles=("organizer",)), who)
    Application.objects.filter(person=who).update(city=away)
    assert page(limited, who).status_code == 404
    client = Client()
    client.force_login(limited)
    assert "欧阳海" not in client.get("/desk/people/?q=欧阳").content.decode()
    assert client.post(f"/desk/people/{who.public_id}/contact/").status_code == 404


def test_phone_and_wechat_are_opened_by_a_press_that_the_person_sees(who):
    colleague = make.person("小秘", roles=("organizer",))
    client = Client(headers={"accept-language": "en"})
    client.force_login(colleague)
    html = client.post(f"/desk/people/{who.public_id}/contact/").content.decode()
    assert "139 0013 9000" in html and "ouyang" in html
    entry = AuditEntry.objects.get(action="person.contact")
    assert (entry.person, entry.actor) == (who, colleague)
    owner = Client()
    owner.force_login(who)
    assert "小秘" in owner.get("/profile/").content.decode()


def test_filter_and_pages_give_every_moment_once_at_one_price(at, who):
    admin = make.person("管理员", roles=("administrator",))
    read(admin, who)
    seen: list[str] = []
    with CaptureQueriesContext(connection) as few:
        read(admin, who)
    for number in range(300):
        audit.record("post.renew", who, by=who, at=at - 3 * DAY, reason=f"第{number} 次")
    for number in range(40):
        Message.objects.create(person=who, kind="billing/receipt", occasion=f"r:{number}", transactional=True,
                               created_at=at - 3 * DAY, next_try_at=at, status="sent")  # fmt: skip
    query, letters = "?part=needs", 0
    while query:
        html = read(admin, who, query)
        seen += re.findall(r"第(\d+) 次", html)
        assert "Receipt" not in html
        following = re.search(r'rel="next" href="([^"]+)"', html)
        query = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [str(number) for number in reversed(range(300))]
    query = "?"
    while query:
        with CaptureQueriesContext(connection) as many:
            html = read(admin, who, query)
        letters += html.count("Receipt <span")
        following = re.search(r'rel="next" href="([^"]+)"', html)
        query = following.group(1).replace("&amp;", "&") if following else ""
        assert len(many) <= len(few) + 2
    assert letters == 41
    assert len(few) <= 38, len(few)
    for odd in ("?older=x", "?older=1.2.3", f"?older={'9' * 18}.1.1", "?part=nothing"):
        assert page(admin, who, odd).status_code == 200


def test_a_cursor_is_what_it_was_written_from(at):
    cursor = moments.Cursor(at, 2, 77)
    assert moments.Cursor.read(str(cursor)) == cursor


class TestFinding:
    def found(self, text, roles=("treasurer",)):
        client = Client(headers={"accept-language": "en"})
        client.force_login(make.person("看的人", roles=roles))
        html = client.get("/desk/people/", {"q": text}).content.decode()
        return "欧阳海" in html

    def test_by_name_address_number_company_and_code(self, who):
        code = Company.objects.get(legal_name="杭州海风科技有限公司").credit_code
        for text in ("欧阳", "ouyang", who.email[:6], "39000", "+8613900139000", "海风科技", code.lower()):
            assert self.found(text), text
        for text in ("欧阳河", "39001", "山风", "%", "\x00" + "没有"):
            assert not self.found(text), text

    def test_as_many_questions_for_three_as_for_three_hundred(self, who):
        client = Client()
        client.force_login(make.person("看的人", roles=("administrator",)))
        costs = []
        for _ in range(2):
            client.get("/desk/people/")
            with CaptureQueriesContext(connection) as asked:
                assert client.get("/desk/people/").status_code == 200
            costs.append(len(asked))
            for number in range(40):
                make.member(f"某人{number}")
        assert costs[0] == costs[1] <= 12, costs
