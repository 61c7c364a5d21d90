"""Series, templates and tasks at the desk."""

import re

import pytest
from django.urls import reverse

from community.events.models import Event, EventTask, Series, Template
from community.events.services import series as services
from tests.events import make
from tests.events.test_pages import browser, queries_of
from tests.events.test_series import SATURDAYS, drafts, saturdays
from tests.make import NOON, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]


def page(client, name: str, *args: str) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_nothing_to_six_drafts_with_two_forms(staff, now) -> None:
    client = browser(staff)
    assert "write that first" in page(client, "desk_series_list")
    assert client.get(reverse("desk_series_new"))["Location"] == reverse("desk_template_new")
    shown = client.get(reverse("desk_template_new")).content.decode()
    assert "Book the room" in shown and "14 days before" in shown
    typed = {"name": "周六圆桌", "kind": "roundtable", "topic": "主题待定", "minutes": "180", "table_count": "1",
             "seats_each": "12", "task_0": "订场地", "days_0": "-14", "task_1": "", "task_7": "反馈", "days_7": "1",
             "stages": ["growing"]}  # fmt: skip
    wrong = client.post(reverse("desk_template_new"), typed | {"seats_each": "13"}).content.decode()
    assert "12 seats at most" in wrong and "订场地" in wrong and not Template.objects.exists()
    client.post(reverse("desk_template_new"), typed)
    made = Template.objects.get()
    assert [(task.title, task.days) for task in made.tasks.all()] == [("订场地", -14), ("反馈", 1)]
    assert made.stages == ["growing"] and 'value="growing" ' in page(client, "desk_template", made.public_id)
    where = {"template": str(made.pk), "first_on": "2026-11-28", "every_weeks": "1", "begins": "14:00",
             "ahead_weeks": "6", "city": str(make.details()["city"].pk), "place": "科兴科学园", "address": "科苑路"}  # fmt: skip
    wrong = client.post(
        reverse("desk_series_new"), where | {"host": "没有这个人", "last_on": "2026-11-01"}
    ).content.decode()
    assert "No member whose membership" in wrong and "must not come before" in wrong
    answer = client.post(reverse("desk_series_new"), where, follow=True)
    assert "6 drafts made." in answer.content.decode() and Event.objects.count() == 6
    assert "科兴科学园" in page(client, "desk_series_list")


def test_a_holiday_is_flagged_not_forbidden(staff, now) -> None:
    one = saturdays(first_on=SATURDAYS[0], ahead_weeks=13)
    shown = page(browser(staff), "desk_series", one.public_id)
    assert shown.count("Chinese New Year") == 1 and shown.count("New Year&#x27;s Day") == 1  # 6 Feb, and beside 1 Jan
    assert Event.objects.filter(series=one, status="draft").count() == 13


def test_leaving_a_day_out_and_taking_it_back(staff, now) -> None:
    one, client = saturdays(), browser(staff)
    data = {"on": "2026-12-05"}
    client.post(reverse("desk_series_skip", args=[one.public_id]), data)
    assert "Left out" in page(client, "desk_series", one.public_id)
    client.post(reverse("desk_series_take_back", args=[one.public_id]), data)
    assert "Left out" not in page(client, "desk_series", one.public_id)
    for odd in ("", "x", "2026-12-06", "\x00", "9999-01-01"):
        assert client.post(reverse("desk_series_skip", args=[one.public_id]), {"on": odd}).status_code in (302, 404)
    assert len(drafts(one)) == 3


def test_the_series_form_changes_what_may_change(staff, now) -> None:
    one, client = saturdays(), browser(staff)
    where = {"template": str(one.template_id), "first_on": "2026-11-29", "every_weeks": "4", "begins": "19:30",
             "ahead_weeks": "4", "city": str(one.city_id), "place": "图书馆", "host": member("周周桌长").email}  # fmt: skip
    client.post(reverse("desk_series", args=[one.public_id]), where)
    one.refresh_from_db()
    assert (one.first_on, one.every_weeks, one.place) == (SATURDAYS[0], 1, "图书馆")
    assert len(drafts(one)) == 4 and {event.host.name for event in drafts(one)} == {"周周桌长"}


def test_one_tap_ticks_and_one_opens_again(staff, now) -> None:
    event, client = drafts(saturdays())[0], browser(staff)
    task = event.tasks.first()
    back = client.post(reverse("desk_task", args=[task.public_id]), {"done": "1", "next": "/desk/events/"})
    assert back["Location"] == "/desk/events/"
    task.refresh_from_db()
    assert task.done_by == staff and "done by" in page(client, "desk_event", event.public_id)
    back = client.post(reverse("desk_task", args=[task.public_id]), {"done": "0", "next": "https://evil.example/"})
    assert back["Location"].startswith(reverse("desk_event", args=[event.public_id]))
    task.refresh_from_db()
    assert task.done_at is None
    assert client.post(reverse("desk_task", args=["zzzzzzzzzzzz"])).status_code == 404


def test_a_task_is_added_and_taken_off_and_makes_the_draft_its_own(staff, now) -> None:
    event, client = drafts(saturdays())[0], browser(staff)
    url = reverse("desk_event_task", args=[event.public_id])
    assert "Please fill this in" in client.post(url, {"days": "-1"}, follow=True).content.decode()
    client.post(url, {"title": "买茶点", "days": "-2"})
    task = EventTask.objects.get(title="买茶点")
    event.refresh_from_db()
    assert event.by_hand and task.days == -2
    client.post(reverse("desk_task_remove", args=[task.public_id]))
    assert not EventTask.objects.filter(pk=task.pk).exists()


def test_lists_cost_the_same_for_3_and_300(staff, now) -> None:
    one, client = saturdays(), browser(staff)
    urls = [reverse("desk_series_list"), reverse("desk_series", args=[one.public_id])]
    few = [queries_of(client, url) for url in urls]
    for _ in range(5):
        saturdays(template=one.template)
    Series.objects.filter(pk=one.pk).update(ahead_weeks=26)
    services.generate(one.pk, by=None, at=NOON)
    assert [queries_of(client, url) for url in urls] == few and max(few) <= 10


def test_very_long_words_stay_inside(staff, now) -> None:
    one = saturdays(place="长" * 80, address="址" * 200)
    Template.objects.update(name="名" * 60)
    assert re.search("名{60}", page(browser(staff), "desk_series_list"))
    assert page(browser(staff), "desk_series", one.public_id)
