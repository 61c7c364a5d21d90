"""A line a week: told, changed, late, answered, reminded of."""

import pytest

from community.kernel.days import end_of, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.programmes import selectors
from community.programmes.services import reminding, telling
from tests.programmes import make
from tests.programmes.make import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db
FIRST = start_of(MONDAY) + 20 * HOUR
OVER = end_of(MONDAY + 41 * DAY)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=f"programmes/{kind}").order_by("pk"))


def test_one_line_a_week_changed_until_the_week_ends():
    made, places = make.running()
    who = places[0].person
    first = telling.check_in(made.pk, who, 1, "stuck", "没人接电话。", at=FIRST)
    again = telling.check_in(made.pk, who, 1, "done", "第四家接了。", at=FIRST + DAY)
    assert (again.pk, again.way, again.late, again.changed_at) == (first.pk, "done", False, FIRST + DAY)
    with refused("checkin.over"):
        telling.check_in(made.pk, who, 1, "done", "改口。", at=FIRST + 7 * DAY)
    with refused("checkin.early"):
        telling.check_in(made.pk, who, 3, "done", "提前。", at=FIRST + 7 * DAY)
    with refused("checkin.early"):
        telling.check_in(made.pk, who, 99, "done", "没有这周。", at=FIRST)


def test_a_missed_week_is_told_late_and_shown_so():
    made, places = make.running()
    late = telling.check_in(made.pk, places[0].person, 1, "done", "补上。", at=FIRST + 7 * DAY)
    told = [line.check_in for line in selectors.lines(made, 1) if line.check_in]
    assert told == [late] and told[0].late
    with refused("checkin.over"):
        telling.check_in(made.pk, places[0].person, 1, "done", "再改。", at=FIRST + 7 * DAY)


@pytest.mark.parametrize(("way", "text", "code"), [("fine", "好", "checkin.way"), ("done", " ", "checkin.text")])
def test_what_says_nothing(way, text, code):
    made, places = make.running()
    with refused(code):
        telling.check_in(made.pk, places[0].person, 1, way, text, at=FIRST)


def test_only_who_takes_part_and_only_while_it_runs():
    made, places = make.running()
    with refused("place.stale"):
        telling.check_in(made.pk, make.founder(), 1, "done", "好", at=FIRST)
    with refused("programme.not_running"):
        telling.check_in(made.pk, places[0].person, 1, "done", "好", at=OVER)


def test_mates_and_hosts_answer_who_is_stuck_and_nobody_else():
    made, places = make.running()
    stuck = telling.check_in(made.pk, places[0].person, 1, "stuck", "谈不下来。", at=FIRST)
    done = telling.check_in(made.pk, places[1].person, 1, "done", "谈下来了。", at=FIRST)
    assert selectors.answers_wanted(made) == [stuck]
    for by in (places[1].person, made.hosts.get().person):
        for _ in range(2):
            telling.reply(stuck, "先报价。", by=by, at=FIRST)
    assert stuck.replies.count() == 2 and len(letters("replied")) == 2
    assert selectors.answers_wanted(made) == []
    for by, to, code in [
        (make.founder(), stuck, "place.stale"),
        (places[0].person, done, "reply.needless"),
    ]:
        with refused(code):
            telling.reply(to, "我也说一句。", by=by, at=FIRST)
    with refused("reply.text"):
        telling.reply(stuck, " ", by=places[1].person, at=FIRST)
    mine = stuck.replies.filter(author=places[1].person).get()
    assert telling.take_back(mine.public_id, by=places[1].person, at=FIRST).text == ""


def test_the_silent_are_reminded_once_on_the_last_day_and_hosts_get_one_list():
    made, places = make.running(people=3)
    telling.check_in(made.pk, places[0].person, 1, "done", "好。", at=FIRST)
    telling.check_in(made.pk, places[1].person, 1, "ask", "怎么定价？", at=FIRST)
    sunday = start_of(MONDAY + 6 * DAY)
    assert reminding.remind_all_due(at=sunday - HOUR) == 0
    assert reminding.remind_all_due(at=sunday + 9 * HOUR) == 0
    assert reminding.remind_all_due(at=sunday + 10 * HOUR) == 1
    assert reminding.remind_all_due(at=sunday + 15 * HOUR) == 0
    (letter,) = letters("check_in_due")
    assert (letter.person_id, letter.valid_until) == (places[2].person_id, sunday + DAY)
    assert reminding.tell_hosts_all_due(at=sunday + 23 * HOUR) == 0
    assert reminding.tell_hosts_all_due(at=sunday + 34 * HOUR) == 1
    assert reminding.tell_hosts_all_due(at=sunday + 58 * HOUR) == 0
    (told,) = letters("week_over")
    assert told.context["silent"] == [places[2].person.name]
    assert told.context["waiting"] == [places[1].person.name]


def test_the_last_week_of_an_ended_programme_is_told_too_and_nothing_old_is():
    made, _ = make.ended()
    assert reminding.tell_hosts_all_due(at=OVER + HOUR) == 1
    assert letters("week_over")[0].context["week"] == 6
    assert reminding.tell_hosts_all_due(at=OVER + 9 * DAY) == 0
