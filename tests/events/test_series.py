"""Series: dated drafts weeks ahead, made once, never in the past, left alone once a hand was on them (product.md §5)."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.events.models import Event, EventTask, Series
from community.events.rules import series as rules
from community.events.services import cancelling, chores, hosting, publishing, series
from community.kernel.days import day_of
from community.members.models import City, Term
from tests.events import make
from tests.events.test_booking import refused
from tests.make import NOON, member

SATURDAYS = [date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 12)]
TASKS = [("订场地", -14), ("确认桌长", -7), ("打印名单", -1), ("请大家反馈", 1)]


def template(**changes):
    details = {"name": "周六圆桌", "kind": "roundtable", "topic": "主题待定", "about": "", "agenda": "", "minutes": 180,
               "table_count": 1, "seats_each": 12} | changes  # fmt: skip
    return series.save_template(None, tasks=TASKS, by=make.organizer(), at=NOON, **details)


def saturdays(*, at=NOON, **changes) -> Series:
    details = {
        "template": changes.pop("template", None) or template(), "first_on": SATURDAYS[0], "last_on": None,
        "every_weeks": 1, "begins": time(14), "ahead_weeks": 3, "city": City.objects.get(name_en="Shenzhen"),
        "district": "南山区", "place": "科兴科学园", "address": "科苑路 15 号", "directions": "", "host": None,
    } | changes  # fmt: skip
    return series.save_series(None, by=make.organizer(), at=at, **details)


def change(one: Series, **changes) -> Series:
    return series.save_series(one.pk, by=make.organizer(), at=NOON, **changes)


def drafts(one: Series) -> list[Event]:
    return list(Event.objects.filter(series=one, status="draft").order_by("starts_at"))


@given(
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)), today=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    weeks=st.sampled_from([1, 2, 4]), ahead=st.integers(1, 26), last=st.none() | st.integers(0, 400),
)  # fmt: skip
def test_the_days_are_those_of_the_calendar(first, today, weeks, ahead, last) -> None:
    until = first + timedelta(days=last) if last is not None else None
    days = rules.days_of(first, until, every_weeks=weeks, today=today, ahead_weeks=ahead)
    horizon = today + timedelta(weeks=ahead)
    every = (first + timedelta(weeks=weeks) * n for n in range(300))
    assert days == [on for on in every if today < on <= horizon and (until is None or on <= until)]


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2026, 2, 14), ""),  # a Saturday on which China works
        (date(2026, 10, 10), ""),
        (date(2026, 2, 21), "春节"),  # a Saturday inside the holiday, on no list of its own
        (date(2026, 10, 3), "国庆节"),
        (date(2026, 4, 4), "清明节"),  # beside it
        (date(2026, 11, 28), None),
        (date(2026, 11, 25), None),
    ],
)
def test_holidays_and_working_saturdays_are_known(on, name) -> None:
    found = rules.special_day(on, "zh-hans")
    assert (found and found.name) == name
    assert found is None or found.works == (name == "")


@pytest.mark.django_db
class TestDrafts:
    def test_three_saturdays_with_their_tasks(self) -> None:
        one = saturdays()
        made = drafts(one)
        assert [event.series_on for event in made] == SATURDAYS
        assert made[0].starts_at == make.SATURDAY and made[0].ends_at == make.SATURDAY + timedelta(hours=3)
        assert [(task.title, rules.due_on(made[0].starts_at, task.days)) for task in made[0].tasks.all()][0] == (
            "订场地",
            date(2026, 11, 14),
        )
        assert EventTask.objects.count() == 12

    def test_again_makes_no_doubles_and_time_brings_the_next(self) -> None:
        one = saturdays()
        assert series.generate(one.pk, by=None, at=NOON) == 0
        assert series.generate_all(at=NOON + timedelta(weeks=1)) == 1
        assert len(drafts(one)) == 4

    def test_what_a_hand_was_on_stays_as_it_is(self) -> None:
        one = saturdays()
        moved, published, plain = drafts(one)
        later = moved.starts_at + timedelta(days=1)
        publishing.edit(
            moved.pk, by=make.organizer(), at=NOON, starts_at=later, ends_at=later + timedelta(hours=2), topic="改过的"
        )
        publishing.publish(published.pk, by=make.organizer(), at=NOON, host=member())
        change(one, begins=time(15), place="图书馆")
        for event in (moved, published, plain):
            event.refresh_from_db()
        assert (moved.starts_at, moved.topic, moved.place) == (later, "改过的", "科兴科学园")
        assert (published.status, published.place) == ("open", "科兴科学园")
        assert plain.place == "图书馆" and plain.starts_at.astimezone(make.ZONE).hour == 15
        assert len(drafts(one)) == 2  # the moved one's own Saturday is not made again

    def test_for_whom_it_is_goes_into_every_draft_and_follows_the_template(self) -> None:
        one = saturdays(template=template(stages=["first_year"]))
        assert [event.stages for event in drafts(one)] == [["first_year"]] * 3
        series.save_template(
            one.template_id, tasks=TASKS, by=make.organizer(), at=NOON, stages=["growing", "established"]
        )
        assert [event.stages for event in drafts(one)] == [["growing", "established"]] * 3

    def test_the_tasks_follow_the_template_until_one_is_done(self) -> None:
        one = saturdays()
        first, second, _ = drafts(one)
        staff = make.organizer()
        chores.tick(first.tasks.first().public_id, done=True, by=staff, at=NOON)
        details = {name: getattr(one.template, name) for name in ("name", "kind", "topic", "minutes")}
        series.save_template(one.template_id, tasks=[("只此一件", 0)], by=staff, at=NOON, **details)
        assert [task.title for task in second.tasks.all()] == ["只此一件"]
        assert first.tasks.count() == 4

    def test_a_skipped_day_stays_skipped_until_it_is_taken_back(self) -> None:
        one, staff = saturdays(), make.organizer()
        for _ in range(2):
            series.skip(one.pk, SATURDAYS[1], by=staff, at=NOON)
        assert [event.series_on for event in drafts(one)] == [SATURDAYS[0], SATURDAYS[2]]
        assert series.generate(one.pk, by=None, at=NOON) == 0
        series.take_back(one.pk, SATURDAYS[1], by=staff, at=NOON)
        assert [event.series_on for event in drafts(one)] == SATURDAYS

    def test_a_draft_put_away_by_hand_is_a_skipped_day(self) -> None:
        one = saturdays()
        cancelling.cancel(drafts(one)[0].pk, by=make.organizer(), at=NOON, reason="国庆")
        assert series.generate(one.pk, by=None, at=NOON) == 0

    def test_only_days_ahead_can_be_skipped_and_a_published_one_is_cancelled_elsewhere(self) -> None:
        one, staff = saturdays(), make.organizer()
        publishing.publish(drafts(one)[0].pk, by=staff, at=NOON, host=member())
        with refused("series.published"):
            series.skip(one.pk, SATURDAYS[0], by=staff, at=NOON)
        for wrong in (SATURDAYS[0] - timedelta(weeks=1), SATURDAYS[0] + timedelta(days=1)):
            with refused("series.day"):
                series.skip(one.pk, wrong, by=staff, at=NOON)

    def test_an_earlier_end_puts_the_drafts_after_it_away_a_later_one_brings_them_back(self) -> None:
        one = saturdays()
        change(one, last_on=SATURDAYS[1])
        assert [event.series_on for event in drafts(one)] == SATURDAYS[:2]
        change(one, last_on=None)
        assert [event.series_on for event in drafts(one)] == SATURDAYS

    def test_a_copy_has_the_tasks_undone_and_nobody_of_the_first(self) -> None:
        staff, event = make.organizer(), make.event()
        task = chores.add(event.pk, title="订场地", days=-14, by=staff, at=NOON)
        chores.tick(task.public_id, done=True, by=staff, at=NOON)
        make.seat(event)
        copy = publishing.create(by=staff, at=NOON, copied=event, **make.details(host=event.host))
        assert copy.status == "draft" and not copy.signups.exists() and copy.series_id is None
        assert [(task.title, task.done_at) for task in copy.tasks.all()] == [("订场地", None)]

    def test_a_copy_has_the_tables_topics_and_the_hosts_who_are_free(self) -> None:
        staff, free, elsewhere, ending = make.organizer(), member("林晓"), member("周宁"), member("许安")
        event = make.event(table_count=4)
        plans = [
            hosting.Plan(1, "招人", free),
            hosting.Plan(2, "出海", elsewhere),
            hosting.Plan(3, "", ending),
            hosting.Plan(4, "定价", None),
        ]
        hosting.set_tables(event.pk, plans, by=staff, at=NOON)
        later = {
            "starts_at": make.SATURDAY + timedelta(weeks=1),
            "ends_at": make.SATURDAY + timedelta(weeks=1, hours=3),
        }
        other = make.event(kind="class", seats_each=20, starts_at=later["starts_at"], ends_at=later["ends_at"])
        make.seat(other, elsewhere)
        Term.objects.filter(person=ending).update(ends_early_on=day_of(make.SATURDAY + make.DAY))
        copy = publishing.create(
            by=staff, at=NOON, copied=event, **make.details(host=event.host, table_count=3, **later)
        )
        there = [(table.number, table.topic, table.host) for table in copy.tables.all()]
        assert there == [(1, "招人", free), (2, "出海", None), (3, "", None)]
        publishing.publish(copy.pk, by=staff, at=NOON)
        assert copy.signups.get(person=free).seat.table.number == 1
        plain = publishing.create(by=staff, at=NOON, copied=event, **make.details(kind="class", seats_each=20, **later))
        assert not plain.tables.exists()
