"""Whatever a service refuses, and whatever nonsense is typed: an organizer's form comes back with the reason and with
everything that was typed."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.events.models import Event, Signup
from community.events.services import announcing, cancelling, chores, closing, hosting, planning, publishing, series
from community.kernel.errors import RuleBroken, all_refusals, refusal
from tests.events import make
from tests.events.test_desk import typed
from tests.events.test_pages import browser
from tests.events.test_series import saturdays
from tests.make import NOON, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]
PARAMS = {"table": 2, "topic": "另一场", "free": 1, "limit": 1, "renews_on": "1"}


@dataclass
class Sent:
    """A form as somebody sends it: where to, what, and which of it is shown again."""

    url: str
    data: dict[str, Any]
    unseen: tuple[str, ...] = field(default=())


def at(name: str, *args: str) -> str:
    return reverse(name, args=args)


def event_typed(event: Event) -> dict[str, str]:
    return typed(event, about="三位会员各讲一次。", agenda="破冰 15 分钟", directions="B 口出来右转")


def new_event(_staff: Any) -> Sent:
    host = member("陈明")
    draft = Event(**make.details(host=host, agenda="破冰 15 分钟"))
    return Sent(at("desk_event_new"), event_typed(draft))


def draft_typed(_staff: Any) -> Sent:
    draft = make.draft()
    return Sent(at("desk_event", draft.public_id), event_typed(draft))


def published_typed(_staff: Any) -> Sent:
    event = make.event()
    data = event_typed(event) | {"topic": "新题目"}
    return Sent(at("desk_event", event.public_id), data, unseen=("kind", "city", "host"))


def publishing_typed(_staff: Any) -> Sent:
    draft = make.draft()
    return Sent(at("desk_event_publish", draft.public_id), event_typed(draft))


def cancelling_typed(_staff: Any) -> Sent:
    return Sent(at("desk_event_cancel", make.event().public_id), {"reason": "场地停电，改到下周。"})


def task_typed(_staff: Any) -> Sent:
    return Sent(at("desk_event_task", make.event().public_id), {"title": "订场地", "days": "-7"})


def host_typed(_staff: Any) -> Sent:
    new = member("林晓")
    data = {"host": new.email, "reason": "陈明出差。", "keeps_chair": "on"}
    return Sent(at("desk_event_host", make.event().public_id), data)


def table_hosts_typed(_staff: Any) -> Sent:
    event = make.event(table_count=2)
    data = {"table-1-topic": "招人", "table-1-host": "", "table-2-topic": "出海", "table-2-host": member("林晓").email}
    return Sent(at("desk_event_table_hosts", event.public_id), data)


def message_typed(_staff: Any) -> Sent:
    event = make.event()
    data = {"audience": "all", "text": "请带名片。\n从东门进。", "key": "23456789abcd"}
    return Sent(at("desk_event_announce", event.public_id), data, unseen=("key",))


def wish_typed(_staff: Any) -> Sent:
    event = make.event(table_count=2)
    two = [make.seat(event).public_id for _ in range(2)]
    return Sent(at("desk_event_tables_wish", event.public_id), {"kind": "apart", "one": two[1], "other": two[0]})


SERIES = {
    "first_on": "2026-12-05", "every_weeks": "2", "begins": "15:30", "last_on": "2027-01-30", "ahead_weeks": "5",
    "host": "", "district": "福田区", "place": "别处", "address": "别的路 1 号", "directions": "走楼梯",
}  # fmt: skip


def new_series(_staff: Any) -> Sent:
    one = saturdays()
    return Sent(at("desk_series_new"), SERIES | {"template": str(one.template_id), "city": str(one.city_id)})


def series_typed(_staff: Any) -> Sent:
    one = saturdays()
    data = SERIES | {"template": str(one.template_id), "city": str(one.city_id)}
    return Sent(at("desk_series", one.public_id), data, unseen=("first_on", "every_weeks"))


def template_typed(_staff: Any) -> Sent:
    data = {"name": "周六圆桌", "kind": "roundtable", "topic": "主题待定", "minutes": "170", "table_count": "2",
            "seats_each": "9", "about": "聊聊", "agenda": "破冰 15 分钟", "task_0": "订场地", "days_0": "-14",
            "task_1": "", "days_1": "-1"}  # fmt: skip
    return Sent(at("desk_template_new"), data)


FORMS: list[tuple[Any, ModuleType, str]] = [
    (new_event, publishing, "create"),
    (draft_typed, publishing, "edit"),
    (published_typed, publishing, "edit"),
    (publishing_typed, publishing, "publish"),
    (cancelling_typed, cancelling, "cancel"),
    (task_typed, chores, "add"),
    (host_typed, hosting, "change"),
    (table_hosts_typed, hosting, "set_tables"),
    (message_typed, announcing, "announce"),
    (wish_typed, planning, "wish"),
    (new_series, series, "save_series"),
    (series_typed, series, "save_series"),
    (template_typed, series, "save_template"),
]
FORM = pytest.mark.parametrize(("sent", "module", "verb"), FORMS, ids=[sent.__name__ for sent, _, _ in FORMS])


def codes_of(module: ModuleType, verb: str) -> list[str]:
    """The refusals a service's docstring names, and those it may pass on: none may lose what was typed."""
    named = re.findall(r'"([a-z_]+(?:\.[a-z_]+)?)"', getattr(module, verb).__doc__ or "")
    passed_on = ["visit.release", "visit.follows", "allotment.late", "seats.per_table", "host.elsewhere", "busy"]
    return sorted({*named, *passed_on} & all_refusals().keys())


class Fields(HTMLParser):
    """What the forms of a page hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found, self.name, self.text, self.select = QueryDict(mutable=True), "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "input" and has.get("name") and has.get("type") in ("checkbox", "radio"):
            if "checked" in has:
                self.found.appendlist(has["name"] or "", has.get("value") or "on")
        elif tag == "input" and has.get("name"):
            self.found.appendlist(has["name"] or "", has.get("value") or "")
        elif tag == "textarea":
            self.name, self.text = has.get("name") or "", ""
        elif tag == "select":
            self.select = has.get("name") or ""
        elif tag == "option" and "selected" in has and self.select:
            self.found.appendlist(self.select, has.get("value") or "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found.appendlist(self.name, self.text.removeprefix("\n").removeprefix("\r\n"))
        elif tag == "select":
            self.select = ""


def shown(page: str) -> QueryDict:
    """What the forms of a page would send now, all of them together."""
    parser = Fields()
    parser.feed(page)
    return parser.found


def newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def assert_kept(page: str, sent: Sent) -> None:
    found = shown(page)
    for name, value in sent.data.items():
        if name not in sent.unseen:
            assert newlines(value) in map(newlines, found.getlist(name)), (
                f"{name}: {value!r} is lost: {found.getlist(name)}"
            )


@FORM
def test_every_refusal_stands_in_the_form_and_nothing_typed_is_lost(sent, module, verb, staff, monkeypatch) -> None:
    form, desk = sent(staff), browser(staff)
    codes = codes_of(module, verb)
    assert len(codes) >= 6
    for code in codes:

        def refuse(*_args: Any, code: str = code, **_more: Any) -> Any:
            raise RuleBroken(code, **PARAMS)

        monkeypatch.setattr(module, verb, refuse)
        answer = desk.post(form.url, form.data)
        assert answer.status_code in (200, 422), f"{code} leads away to {answer.headers.get('location')}"
        page = answer.content.decode()
        assert page.count(refusal(code, PARAMS).replace("'", "&#x27;")) >= 1, f"{code} is not said"
        assert_kept(page, form)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"releases_at": "2026-11-28T13:00"}, "releases_at"),
        ({"mode": "allotment", "allots_at": "2026-11-28T13:00"}, "allots_at"),
        ({"seats_each": "61"}, "seats_each"),
    ],
)
def test_a_visit_that_cannot_be_so_is_refused_at_its_field_before_there_is_a_draft(staff, changes, name) -> None:
    table = make.event(starts_at=make.SATURDAY - 2 * make.DAY, ends_at=make.SATURDAY - 2 * make.DAY + make.HOUR)
    draft = Event(**make.details(kind="visit", host=member("陈明"), seats_each=20))
    follows = {"follows": str(table.pk)} if name != "allots_at" else {}
    sent = Sent(at("desk_event_new"), event_typed(draft) | follows | changes)
    page = browser(staff).post(sent.url, sent.data).content.decode()
    assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page)
    assert_kept(page, sent)
    assert not Event.objects.filter(kind="visit").exists()


def test_the_one_chosen_among_namesakes_stays_chosen(staff, monkeypatch) -> None:
    one, two = member("王伟"), member("王伟")
    event = make.event(table_count=2)
    data = {"table-1-topic": "招人", "table-1-host": "王伟", "table-1-host_choice": one.public_id,
            "table-2-topic": "", "table-2-host": "王伟", "table-2-host_choice": two.public_id}  # fmt: skip
    url = at("desk_event_table_hosts", event.public_id)
    assert browser(staff).post(url, data).status_code == 302
    assert [table.host for table in event.tables.all()] == [one, two]
    again = data | {"table-2-host_choice": one.public_id}
    page = browser(staff).post(url, again).content.decode()
    assert refusal("table.twice", {"table": 2}) in page
    assert_kept(page, Sent(url, again))


def test_whoever_was_picked_stays_picked_when_the_reason_is_missing(staff) -> None:
    event = make.event(seats_each=1)
    make.queue_up(event, 3)
    waiting = Signup.objects.filter(event=event, status="waiting")[1]
    sent = Sent(at("desk_event_move_up", event.public_id), {"signup": waiting.public_id, "reason": ""})
    assert_kept(browser(staff).post(sent.url, sent.data).content.decode(), sent)
    gone = make.event(topic="缺席", starts_at=NOON + make.HOUR, ends_at=NOON + 2 * make.HOUR)
    absent = make.seat(gone)
    closing.close_roster(gone.pk, by=staff, at=gone.ends_at)
    sent = Sent(at("desk_event_excuse", gone.public_id), {"signup": absent.public_id, "reason": ""})
    assert_kept(browser(staff).post(sent.url, sent.data).content.decode(), sent)


@pytest.mark.parametrize("changes", [{"kind": "class", "seats_each": 20}, {}])
def test_where_there_is_no_choice_of_tables_nothing_is_set(staff, changes) -> None:
    event = make.event(**changes)
    answer = browser(staff).post(at("desk_event_table_hosts", event.public_id), {"table-1-topic": "x"})
    assert answer.url == at("desk_event_hosts", event.public_id)
    assert not event.tables.exclude(topic="").exists()


NONSENSE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "-1", "0", "99999999999", "2026-02-30T25:61", "1e9", "²", "NaN", "\x00", "a\r\nb", "<b>", "🍵" * 9]
    ),
)


@pytest.mark.parametrize("sent", [sent for sent, _, _ in FORMS if sent not in (wish_typed,)])
def test_nonsense_is_never_a_crash_and_never_lost(sent, staff) -> None:
    form, desk = sent(staff), Client()
    desk.force_login(staff)
    names = sorted(form.data)

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(names), NONSENSE, min_size=1, max_size=3))
    def check(wrong: dict[str, str]) -> None:
        data = form.data | wrong
        answer = desk.post(form.url, data)
        assert answer.status_code in (200, 302, 422)
        if answer.status_code == 302:
            return
        page = answer.context
        forms = [page[name] for name in ("form", "cancel_form", "task_form") if name in page]
        forms += page.get("tables", [])
        kept = {name: value for one in forms if one.is_bound for name, value in one.data.items()}
        assert all(kept[name] == value for name, value in data.items())

    check()
