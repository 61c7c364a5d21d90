"""The editor shows the page as it is typed: what is right of it, nothing saved, nobody else's."""

import pytest
from django.urls import reverse

from community.events.models import Event
from tests.events import make
from tests.events.test_desk import typed
from tests.events.test_pages import browser
from tests.make import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]
HTMX = {"hx-request": "true"}


def preview_of(staff, data, event=None) -> str:
    url = reverse("desk_event_preview", args=[event.public_id]) if event else reverse("desk_event_new_preview")
    answer = browser(staff).post(url, data, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_typed_is_shown_and_nothing_is_saved(staff) -> None:
    host = member("陈明")
    data = typed(
        Event(**make.details(host=host, agenda="破冰 15 分钟\n轮流发言 60 分钟", table_count=2)), topic="新题目"
    )
    text = preview_of(staff, data)
    assert "<html" not in text and "<form" not in text
    for said in ("新题目", "陈明", "科兴科学园", "14:15", "24 seats · 2 tables", "Shenzhen 南山区"):
        assert said in text
    assert "Before it can be published" not in text
    assert not Event.objects.exists()


def test_what_publishing_would_still_ask_for_is_said(staff) -> None:
    text = preview_of(staff, typed(Event(**make.details()), place="", address="", host=""))
    assert "Name the place before publishing" in text and "Give the address" in text and "Choose a host" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "x"},
        {"city": "0"},
        {"starts_at": "gestern", "ends_at": ""},
        {"ends_at": "2026-11-28T10:00"},
        {"table_count": ""},
        {"seats_each": "99"},
        {"host": "没有这个人"},
        {"kind": "x", "table_count": ""},
        {"topic": "", "about": "\x00", "agenda": "：：：\n15"},
        {"address": "https://meet.test/x", "kind": "online"},
    ],
)
def test_half_a_form_has_a_preview_too(staff, wrong) -> None:
    data = typed(Event(**make.details())) | wrong
    assert 'class="card preview"' in preview_of(staff, data)
    assert 'class="card preview"' in preview_of(staff, {})
    draft = make.draft()
    assert 'class="card preview"' in preview_of(staff, typed(draft) | wrong, draft)


def test_what_is_typed_is_text(staff) -> None:
    text = preview_of(staff, typed(Event(**make.details()), topic="<b>x</b>", about="<script>alert(1)</script>"))
    assert "<b>x" not in text and "<script" not in text and "&lt;b&gt;x" in text


def test_without_script_the_editor_comes_back_with_everything_and_the_preview(staff) -> None:
    draft = make.draft(topic="旧题目")
    data = typed(draft, topic="新题目", ends_at="2026-11-28T10:00")
    text = browser(staff).post(reverse("desk_event_preview", args=[draft.public_id]), data).content.decode()
    assert 'value="新题目"' in text and "<h3>新题目</h3>" in text and 'value="2026-11-28T10:00"' in text
    draft.refresh_from_db()
    assert draft.topic == "旧题目"
    url = f"{reverse('desk_event_new_preview')}?copy={draft.public_id}"
    text = browser(staff).post(url, typed(draft, topic="新题目")).content.decode()
    assert "<h3>新题目</h3>" in text and f"{reverse('desk_event_new')}?copy={draft.public_id}" in text
    assert Event.objects.count() == 1


def test_of_a_published_event_what_is_fixed_stays(staff) -> None:
    event = make.event(host=member("陈明"))
    text = preview_of(staff, typed(event, topic="新题目", host="", kind="class"), event)
    assert "<h3>新题目</h3>" in text and "陈明" in text and "Roundtable" in text
    assert "Before it can be published" not in text


def test_the_preview_is_where_the_editor_is(staff) -> None:
    assert 'id="preview"' in browser(staff).get(reverse("desk_event_new")).content.decode()
    for event, there in ((make.draft(), True), (make.event(), True)):
        text = browser(staff).get(reverse("desk_event", args=[event.public_id])).content.decode()
        assert ('id="preview"' in text) == there
