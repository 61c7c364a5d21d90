"""Pictures to share: drawn once for each content, legible by a scanner's rules, and never for what is not public."""

import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageFont

from community.kernel import posters
from community.kernel.posters import drawing
from community.members.models import City
from community.posts.services import profiles
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
IN_ENGLISH = {"accept-language": "en"}


def picture(answer) -> Image.Image:
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def test_drawn_once_for_each_content(monkeypatch):
    made = []
    monkeypatch.setattr(posters, "_draw", lambda poster: made.append(poster) or b"png")
    one, other = posters.Poster("第一批客户", "https://x.test/"), posters.Poster("第二批客户", "https://x.test/")
    assert one.version != other.version
    for poster in (one, one, other, one):
        assert posters.drawn(poster) == b"png"
    assert made == [one, other]


def test_lines_keep_their_width_lose_nothing_and_begin_with_no_stop():
    found = posters.font()
    font = ImageFont.truetype(found[0], 60, index=found[1])
    text = "三家小公司的真实账本，和一个我们都踩过的坑。How we found 100 customers"
    lines = drawing.lines(text, font, 700, 9)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(font.getlength(line.rstrip("，。")) <= 700 for line in lines) and len(lines) > 2
    assert not any(line.startswith(("，", "。")) for line in lines)
    (short,) = drawing.lines(text, font, 700, 1)
    assert short.endswith("…") and font.getlength(short) <= 700
    assert len(drawing.lines("W" * 90, font, 700, 99)) > 2


def test_an_events_poster_is_public_and_a_drafts_does_not_exist():
    at = timezone.now()
    event, draft = (
        events.event(at=at, topic="第一批客户", starts_at=at + 3 * events.DAY, ends_at=at + 3.1 * events.DAY),
        events.draft(at=at),
    )
    page = Client(headers=IN_ENGLISH).get(f"{event.get_absolute_url()}share/").content.decode()
    path = re.search(r'<img class="poster" src="([^"]+)"', page).group(1).replace("&amp;", "&")
    answer = Client().get(path)
    assert picture(answer).size == posters.TALL and answer["Cache-Control"] == "public, max-age=3600"
    for path in ("share/", "share/poster.png"):
        assert Client().get(draft.get_absolute_url() + path).status_code == 404


def test_a_link_shows_its_title_time_and_picture_in_a_chat_and_a_private_page_the_name_alone(settings):
    settings.BASE_URL = "https://club.test"
    at = timezone.now()
    event = events.event(at=at, topic='客户 "从哪来"', starts_at=at + 3 * events.DAY, ends_at=at + 3.1 * events.DAY)

    def meta(path: str) -> dict[str, str]:
        html = Client(headers=IN_ENGLISH).get(path, follow=True).content.decode()
        return dict(re.findall(r'<meta property="og:([a-z_:]+)" content="([^"]*)"', html)) | dict(
            re.findall(r'<link rel="(canonical)" href="([^"]+)"', html)
        )

    shown = meta(event.get_absolute_url())
    assert shown["title"] == "客户 &quot;从哪来&quot;" and shown["description"].startswith("Roundtable")
    assert shown["canonical"] == shown["url"] == f"https://club.test{event.get_absolute_url()}"
    assert (
        picture(Client().get(shown["image"].removeprefix("https://club.test").replace("&amp;", "&"))).size
        == posters.WIDE
    )
    landing = meta("/")
    assert (
        landing["title"] == "Tongzhuo"
        and picture(Client().get(landing["image"].removeprefix("https://club.test"))).size == posters.WIDE
    )
    private = meta("/billing/")
    assert private["title"] == "Tongzhuo" and not {"image", "description", "url", "canonical"} & set(private)


def test_without_a_font_there_is_no_picture_and_nothing_that_leads_to_one(monkeypatch):
    monkeypatch.setattr(posters, "font", lambda: None)
    at = timezone.now()
    event = events.event(at=at, starts_at=at + 3 * events.DAY, ends_at=at + 3.1 * events.DAY)
    assert "og:image" not in Client().get(event.get_absolute_url()).content.decode()
    assert "<img class=" not in Client().get(f"{event.get_absolute_url()}share/").content.decode()
    assert Client().get(f"{event.get_absolute_url()}share/poster.png").status_code == 404


def test_ones_own_card_says_what_every_member_may_read_and_is_no_one_elses(monkeypatch):
    drawn = []
    monkeypatch.setattr(posters, "_draw", lambda poster: drawn.append(poster) or b"png")
    at = timezone.now()
    who = make.member("沈知秋", since=at - 60 * events.DAY)
    make.stake(who, verified_on=at.date(), name="深圳云帆科技有限公司")
    who.phone = "+8613900139000"
    who.save()
    profiles.write(who, at=at, offers="能讲选品", tags=["跨境"], audiences={"city": "met"})
    client = Client(headers=IN_ENGLISH)
    client.force_login(who)
    answer = client.get("/profile/share/card.png")
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    said = " ".join(drawn[0].facts)
    assert drawn[0].title == "沈知秋" and all(word in said for word in ("深圳云帆科技有限公司", "#跨境", "能讲选品"))
    assert City.objects.first().name not in said.replace("深圳云帆科技有限公司", "")
    assert "139" not in said and who.email not in said and who.public_id not in drawn[0].url
    assert client.get("/profile/share/").status_code == 200
    stranger = Client()
    stranger.force_login(make.person("路人"))
    assert stranger.get("/profile/share/card.png").status_code == 403
