"""Whatever somebody types into an address or a form of this floor: an answer, nothing broken, nothing leaked."""

from urllib.parse import quote

import pytest
from django.utils import timezone

from community.matching.services import indexing
from community.posts.models import Post
from tests.make import member, person
from tests.matching import make as make_documents
from tests.matching.test_searching import HOSTILE
from tests.posts import make
from tests.posts.test_members import DAY, signed_in

pytestmark = pytest.mark.django_db
SHORT = [text for text in HOSTILE if len(text) <= 2_000]  # an address line is no longer; forms take all of them
ANSWERS = {200, 302, 422}
URLENCODED = "application/x-www-form-urlencoded"


def encoded(**fields: str) -> str:
    return "&".join(f"{name}={quote(value, safe='', errors='surrogatepass')}" for name, value in fields.items())


@pytest.fixture
def reader(settings):
    settings.STAFF_SECOND_FACTOR = False
    now = timezone.now()
    secret = make_documents.source("offer", person("SECRET nobody"), "SECRET 直播", text="直播主播 hosts zhang")
    hidden = make_documents.source("offer", member("no secret"), "SECRET 直播", text="直播主播", visible=False)
    for source in (secret, hidden):
        indexing.index(source, at=now)
    return member("reader", since=now - 60 * DAY)


@pytest.mark.parametrize("text", SHORT, ids=range(len(SHORT)))
def test_every_field_of_the_lists_takes_anything(reader, text):
    client = signed_in(reader)
    for path, names in (
        ("/members/", ["q", "industry", "city", "tag", "page"]),
        ("/posts/", ["q", "kind", "lack", "topic", "industry", "city", "page"]),
        ("/posts/mine/", ["page"]),
        ("/posts/new/", ["kind", "title"]),
    ):
        for name in names:
            answer = client.get(f"{path}?{encoded(**{name: text})}")
            page = answer.content.decode()
            assert answer.status_code == 200 and "SECRET" not in page, (path, name)
            assert "<img src=x" not in page
    both = client.get(f"/members/?{encoded(q='直播', page=text, city=text, tag=text)}")
    assert both.status_code == 200 and "SECRET" not in both.content.decode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_post_takes_anything_or_says_what_is_wrong(reader, text):
    client = signed_in(reader)
    for name in make.typed():
        answer = client.post("/posts/new/", encoded(**make.typed() | {name: text}), content_type=URLENCODED)
        assert answer.status_code in (ANSWERS if len(text) < 500_000 else {400}), name  # more than a form may weigh
        if answer.status_code == 302:
            shown = client.get(answer["Location"])
            assert shown.status_code == 200 and "<img src=x" not in shown.content.decode()
    assert Post.objects.count() <= len(make.typed())
