"""R40, the part that needs and offers bring: counted by hand, and each year by itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.billing.ports import Exchange
from community.billing.selectors import year
from community.kernel.days import day_of, months_later, start_of
from community.members.models import Term
from community.posts.models import Answer, Thanks
from community.posts.selectors.year import exchanged
from community.posts.services import introducing, solving
from tests import make
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


def solved(author, helper, *, business, at=AT):
    need = posts.post(author, at=at)
    posts.answer(need, by=helper, at=at)
    solving.solve(need.pk, [helper.public_id], by=author, at=at, text="谢谢", business=business)
    solving.confirm(need.thanks.get().public_id, yes=True, by=helper, at=at)


def test_counted_by_hand():
    me, other, third = (make.member(name) for name in ("我", "他", "她"))
    solved(me, other, business=True)  # got 1, a deal
    solved(other, me, business=True)  # gave 1, a deal
    solved(other, me, business=False)  # gave 1, no deal
    mine = posts.post(me, at=AT)
    posts.answer(mine, by=me, at=AT)  # to oneself: nothing
    gone = posts.answer(mine, by=third, at=AT)
    Answer.objects.filter(pk=gone.pk).update(removed_at=AT, removed_by=third)
    posts.answer(posts.post(third, at=AT), by=other, at=AT)  # of two others
    agreed = introducing.help_with(mine.pk, by=third, at=AT)
    introducing.answer(agreed, yes=True, by=me, at=AT)
    introducing.help_with(mine.pk, by=other, at=AT)  # waits for a word
    assert exchanged(me, AT - DAY, AT + DAY) == Exchange(answers_got=1, answers_given=2, introductions=1, deals=2)
    assert exchanged(me, AT - DAY, AT) == Exchange()  # half-open
    assert exchanged(third, AT - DAY, AT + DAY) == Exchange(answers_got=1, introductions=1)


def test_business_counts_once_its_helper_has_confirmed_it():
    me, other = make.member(), make.member()
    need = posts.post(me, at=AT)
    posts.answer(need, by=other, at=AT)
    solving.solve(need.pk, [other.public_id], by=me, at=AT, text="谢谢", business=True)
    assert exchanged(me, AT - DAY, AT + DAY).deals == 0
    solving.confirm(Thanks.objects.get().public_id, yes=True, by=other, at=AT)
    assert exchanged(me, AT - DAY, AT + DAY).deals == exchanged(other, AT - DAY, AT + DAY).deals == 1


def test_each_year_by_itself(client, monkeypatch):
    me = make.member(since=AT - 400 * DAY)
    first = Term.objects.get(person=me)
    second = Term.objects.create(
        person=me, tier=first.tier, starts_on=first.ends_on, ends_on=months_later(first.ends_on, 12), recorded_at=AT
    )
    turn = start_of(second.starts_on)
    post = posts.post(make.member(since=AT - 400 * DAY), at=turn - DAY)
    for text, at in (("第一句", turn - timedelta(microseconds=1)), ("第二句", turn), ("第三句", turn + DAY)):
        posts.answer(post, text, by=me, at=at)
    assert year.year_of(me, AT, first).exchange.answers_given == 1
    assert year.year_of(me, AT, second).exchange.answers_given == 2
    monkeypatch.setattr(timezone, "now", lambda: AT)
    client.force_login(me)
    assert client.get("/year/").context["year"].since_on == second.starts_on
    before = client.get(f"/year/?since={first.starts_on}")
    assert before.context["year"].since_on == first.starts_on and before.context["year"].last_on == day_of(turn) - DAY
    assert client.get("/year/?since=nonsense").context["year"].since_on == second.starts_on


def test_as_many_queries_for_3_as_for_300(client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    me, other = make.member(), make.member()
    mine = posts.post(me, at=AT - DAY)
    client.force_login(me)

    def queries(count):
        Answer.objects.bulk_create(
            Answer(post=mine, author=other, text="有", written_at=AT - DAY) for _ in range(count)
        )
        client.get("/year/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/year/").status_code == 200
        return len(captured)

    few = queries(3)
    assert queries(297) == few <= 14
