"""What nobody reads goes to the office after 48 hours, and who wrote hears of answers (R31, R33, R51)."""

from datetime import timedelta

import pytest

from community.kernel.models import Message
from community.matching.services import answering as matches
from community.matching.services import pairing
from community.posts import selectors
from community.posts.services import answering, care
from tests.make import NOON, member
from tests.posts import make
from tests.posts.make import HOUR

pytestmark = pytest.mark.django_db


def unread(at) -> list:
    return list(selectors.office_list("unread", at))


def test_a_need_that_not_everybody_it_found_has_read_in_48_hours_goes_to_the_office() -> None:
    people = [member(), member()]
    for who in people:
        make.post(who, kind="offer", title="小批量模具，五百套起可接")
    need = make.post()
    pairing.sweep(at=NOON)
    assert unread(NOON + 48 * HOUR - timedelta(seconds=1)) == [] and unread(NOON + 48 * HOUR) == [need]
    assert matches.seen(need.public_id, people[0].pk, at=NOON)
    assert unread(NOON + 48 * HOUR) == [need]
    assert matches.answer(need.public_id, people[1].pk, "declined", at=NOON)
    assert unread(NOON + 48 * HOUR) == []
    assert selectors.office_sizes(NOON + 48 * HOUR)["unread"] == 0


def test_so_does_one_that_found_nobody_until_it_is_answered_or_72_hours_old() -> None:
    need, answered = make.post(), make.post(title="找海外仓")
    make.post(kind="offer", title="海运订舱")
    make.answer(answered)
    pairing.sweep(at=NOON)
    assert unread(NOON + 50 * HOUR) == [need]
    assert unread(NOON + 72 * HOUR) == [] and list(selectors.office_list("unanswered", NOON + 72 * HOUR)) == [need]


def letters(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=f"posts/{kind}").values_list("person__full_name", flat=True))


def test_the_author_hears_of_answers_once_a_day_and_not_of_their_own_or_of_the_muted() -> None:
    author, muted = member("沈知秋"), member("mute")
    post = make.post(author, kind="dilemma", title="大客户拖账款怎么办")
    care.mute(author, muted.pk, at=NOON)
    make.answer(post, "自己补充一句。", by=author)
    make.answer(post, "我不会被读到。", by=muted)
    assert letters("answered") == []
    first = make.answer(post, "先对账。")
    make.answer(post, "再谈分期。", at=NOON + HOUR)
    answering.answer(post.pk, "同意。", by=member(), at=NOON + HOUR, to=first.public_id)
    assert letters("answered") == ["沈知秋"]
    letter = Message.objects.get(kind="posts/answered")
    assert not letter.transactional and letter.context["path"] == first.get_absolute_url()
    make.answer(post, "第二天再说。", at=NOON + 24 * HOUR)
    assert letters("answered") == ["沈知秋"] * 2


def test_whose_answer_is_the_best_hears_of_it_once() -> None:
    author = member()
    post = make.post(author, kind="dilemma", title="大客户拖账款怎么办")
    one, two = make.answer(post, "先对账。", by=member("何帮")), make.answer(post, "停货。", by=member("陆远"))
    for chosen in (one, two, one):
        answering.choose_best(chosen, by=author, at=NOON)
    assert letters("best_answer") == ["何帮", "陆远"]
