"""A year in the life of an invented club (in `make test` its first quarter): attention reaches nearly everybody whom a
need fits, each quarter anew, and nobody has much more of it than another (R34)."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection

from community.kernel.models import Message
from community.matching import ports, rules
from community.matching.models import Document, Match
from community.matching.selectors import fitting
from community.matching.services import pairing
from community.members.models import Term
from tests.conftest import DEEP
from tests.make import NOON, member, person
from tests.matching import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY, WEEK = timedelta(days=1), timedelta(days=7)
TRADES = ["直播带货", "注塑模具", "跨境物流", "股权设计", "短视频", "海外仓储", "私域运营", "品牌命名", "五金冲压", "工业软件",
          "预制菜", "瑜伽门店", "民宿改造", "税务筹划", "激光切割", "宠物用品"]  # fmt: skip
SHADES = ["食品", "服装", "家居", "团队", "代运营", "培训", "小单", "咨询", "华南", "出口"]
MEMBERS, QUARTERS, WEEKS, NEEDS_A_WEEK = 180, 4 if DEEP else 1, 13, 12
TENTH = 0.25  # of all places, at most, to the tenth of members who have most


def test_each_quarter_nearly_everybody_whom_a_need_fits_is_surfaced_and_nobody_else(monkeypatch) -> None:
    dice = random.Random(20261125)
    people = [member() for _ in range(MEMBERS)]
    Term.objects.update(ends_on=date(2028, 1, 1))
    for who in people:
        make.card("，".join([dice.choice(TRADES), *dice.sample(SHADES, 2)]), who)
    without, muted = person("never a member"), people[0]
    lapsed = member("lapsed")
    Term.objects.filter(person=lapsed).update(voided_at=NOON)
    for who in (without, lapsed):
        make.card("，".join(TRADES + SHADES), who)
    monkeypatch.setattr(ports, "kept_apart", lambda person_id: {muted.pk} - {person_id})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as on a server that has run for a while: no plans for tables it takes to be empty

    for quarter in range(QUARTERS):
        begin = NOON + quarter * WEEKS * WEEK
        matchable: set[int] = set()
        for step in range(WEEKS * NEEDS_A_WEEK):
            at = begin + step * WEEK / NEEDS_A_WEEK
            author = dice.choice(people)
            title = f"找{dice.choice(TRADES)}，{dice.choice(SHADES)}"
            need = make.need(title, author, at=at, valid_until=at + 30 * DAY)
            matchable |= {who.person_id for who in rules.one_each(fitting.compared(need, at=at).candidates)}
            pairing.pair(need.key, at=at)
            assert not Match.objects.filter(need=need, person__in=[author, muted, lapsed, without]).exists()
        places = Counter(Match.objects.filter(surfaced_at__gte=begin).values_list("person_id", flat=True))
        assert len(matchable) > 2 * MEMBERS / 3 and places.keys() <= matchable, (quarter, len(matchable))
        assert len(places) >= 0.95 * len(matchable), (quarter, len(places), len(matchable))
        most = sum(count for _, count in places.most_common(len(matchable) // 10))
        assert most <= TENTH * places.total(), (quarter, most / places.total())
    assert Match.objects.filter(slot=Match.Slot.ROTATING).exists()
    told_as_claimed(QUARTERS * WEEKS)


def told_as_claimed(weeks: int) -> None:
    """One letter for every match that says so, and in no seven days more than three to one member."""
    letters = Message.objects.filter(kind="matching/need_fits")
    told = Match.objects.filter(notified_at__isnull=False)
    keys = dict(Document.objects.filter(kind="need").values_list("pk", "key"))
    assert sorted(letters.values_list("occasion", flat=True)) == sorted(
        f"need-fits:{keys[match.need_id]}:{match.person_id}" for match in told
    )
    for who in {match.person_id for match in told}:
        times = sorted(match.notified_at for match in told if match.person_id == who)
        for first, fourth in zip(times, times[rules.NOTICES_A_WEEK :], strict=False):
            assert fourth - first >= rules.WEEK
    assert max(Counter(match.person_id for match in told).values()) <= weeks * rules.NOTICES_A_WEEK + 3
