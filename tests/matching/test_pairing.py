"""A need finds its people, once each, with reasons; and nobody who must not be found."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import translation

from community.events.services import checking_in
from community.kernel.models import Message
from community.matching import ports, rules
from community.matching.models import Document, Match
from community.matching.selectors import lists, wording
from community.matching.services import answering, indexing, pairing
from community.members.models import City, Industry, Person, Term
from tests.events import make as make_events
from tests.make import NOON, member, person
from tests.matching import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def surfaced(need: Document, at=NOON) -> list[Person]:
    pairing.pair(need.key, at=at)
    return [match.person for match in lists.matches(need.key, at=at)]


def test_offers_cards_and_answers_are_found_best_first_each_member_once() -> None:
    author, host, card, other = member("author"), member("host"), member("card"), member("other")
    make.offer("抖音直播主播团队，可签约", host)
    make.card("做过直播主播培训", host)
    make.document("answer", "食品直播间怎么搭", card)
    make.offer("注塑模具加工", other)
    assert surfaced(make.need("找抖音直播主播", author)) == [host, card]


def test_never_the_author_the_muted_the_hidden_nor_somebody_without_standing(monkeypatch) -> None:
    author, muted, hidden, late, gone = (member(name) for name in ("a", "muted", "hidden", "late", "gone"))
    for who in (author, muted, gone):
        make.offer("直播主播", who)
    make.offer("直播主播", hidden, visible=False)
    make.offer("直播主播", late, valid_until=NOON)
    make.offer("直播主播", person("never a member"))
    Term.objects.filter(person=gone).update(voided_at=NOON)
    monkeypatch.setattr(ports, "kept_apart", lambda person_id: {muted.pk} if person_id == author.pk else set())
    need = make.need("找直播主播", author)
    assert surfaced(need) == []
    assert surfaced(need, at=NOON - timedelta(seconds=1)) == [late]


def test_who_loses_standing_or_is_muted_later_is_shown_no_more(monkeypatch) -> None:
    author, one, two, three = (member(name) for name in ("a", "one", "two", "three"))
    for who in (one, two, three):
        make.offer("直播主播", who)
    need = make.need("找直播主播", author)
    assert set(surfaced(need)) == {one, two, three}
    Term.objects.filter(person=one).update(voided_at=NOON)
    monkeypatch.setattr(ports, "kept_apart", lambda person_id: {author.pk, two.pk} - {person_id})
    assert [match.person for match in lists.matches(need.key, at=NOON)] == [three]
    assert not lists.needs_for(two.pk, at=NOON)


def test_reasons_are_stored_and_said_in_the_readers_language() -> None:
    author, host = member("author"), member("host")
    event = make_events.event()
    for who in (author, host):
        checking_in.check_in(make_events.seat(event, who).public_id, by=make_events.organizer(), at=event.starts_at)
    at = event.ends_at
    tags = {"city_id": City.objects.get(name_en="Shenzhen").pk, "industry_id": Industry.objects.first().pk,
            "topics": ("promotion",), "lacks": ("people",), "stage": "growing"}  # fmt: skip
    old = make.need("找主播", member(), **tags)
    make.offer("供应链直播，带货主播", host, **tags)
    pairing.pair(old.key, at=at)
    answering.answer(old.key, host.pk, "help", at=at)
    need = make.need("找直播主播，懂供应链", author, at=at, **tags)
    pairing.pair(need.key, at=at)
    match = Match.objects.get(need=need)
    with translation.override("en"):
        assert wording.said(match.reasons, at=at) == [
            "Offers “供应链直播，带货主播”",
            "Words in common: 直播, 主播, 供应链",
            "The same topic",
            f"The same trade: {Industry.objects.first().name_en}",
            "The same city: Shenzhen",
            "Last in touch on 28 Nov",
            "Helped with 1 need like this",
            "At a similar stage",
        ]
    with translation.override("zh-hans"):
        assert "共同的词：直播、主播、供应链" in wording.said(match.reasons, at=at)
    indexing.forget("offer", match.document.key)
    match.refresh_from_db()
    assert match.document is None and match.reasons[0]["title"] == "供应链直播，带货主播"


def test_helped_counts_needs_of_the_topic_else_of_the_trade_and_never_of_nothing() -> None:
    host, (food, toys) = member("host"), Industry.objects.all()[:2]
    make.offer("供应链直播，带货主播", host)
    tags = [{"topics": ("promotion",)}, {"topics": ("money",)}, {"industry_id": food.pk}, {"industry_id": toys.pk}, {}]

    def helped(need: Document) -> int:
        found = {reason["kind"]: reason for reason in Match.objects.get(need=need).reasons}
        return found.get("helped", {"count": 0})["count"]

    for more in tags:
        need = make.need("找主播", **more)
        pairing.pair(need.key, at=NOON)
        answering.answer(need.key, host.pk, "help", at=NOON)
    for more, count in zip([*tags, {"topics": ("promotion", "money")}], [1, 1, 1, 1, 0, 2], strict=True):
        need = make.need("找主播，懂供应链", **more)
        pairing.pair(need.key, at=NOON)
        assert helped(need) == count, more


def test_everybody_is_told_once_however_often_it_is_paired() -> None:
    people = [member(str(number)) for number in range(3)]
    for who in people:
        make.offer("直播主播", who)
    need = make.need("找直播主播")
    for hours in range(3):
        pairing.pair(need.key, at=NOON + timedelta(hours=hours))
    letters = Message.objects.filter(kind="matching/need_fits")
    assert sorted(letters.values_list("person_id", flat=True)) == sorted(who.pk for who in people)
    assert lists.counts([need.key])[need.key] == lists.Counts(surfaced=3, told=3)
    indexing.forget("need", need.key)
    again = make.need("找直播主播", Person.objects.get(pk=need.person_id), key=need.key)
    pairing.pair(again.key, at=NOON + DAY)
    assert letters.count() == 3


def test_nobody_is_told_of_more_than_three_needs_in_seven_days() -> None:
    who = member()
    make.offer("直播主播", who)
    needs = [make.need("找直播主播") for _ in range(5)]
    for hour, need in enumerate(needs):
        pairing.pair(need.key, at=NOON + timedelta(hours=hour))
    assert Match.objects.filter(person=who).count() == 5
    assert Message.objects.filter(person=who, kind="matching/need_fits").count() == rules.NOTICES_A_WEEK
    assert len(lists.needs_for(who.pk, at=NOON + timedelta(hours=5))) == 5
    pairing.pair(needs[4].key, at=NOON + rules.WEEK)  # the first notice is seven days old
    assert Message.objects.filter(person=who, kind="matching/need_fits").count() == rules.NOTICES_A_WEEK + 1


def test_a_new_or_changed_offer_finds_the_open_needs_it_fits() -> None:
    need, over = make.need("找直播主播"), make.need("找直播主播", valid_until=NOON + DAY)
    pairing.sweep(at=NOON)
    who = member()
    make.card("注塑模具", who, key="c")
    pairing.sweep(at=NOON + DAY)
    assert not Match.objects.exists()
    make.card("注塑模具，也带直播主播", who, key="c", at=NOON + DAY)
    assert pairing.sweep(at=NOON + DAY) == 2, "the offer, and the need it fits"
    assert Match.objects.get().need == need != over
    assert pairing.sweep(at=NOON + DAY) == 0


def test_what_a_member_saw_stays_as_it_was_and_the_answer_counts() -> None:
    who = member()
    make.offer("直播主播", who, key="o")
    need = make.need("找直播主播")
    pairing.pair(need.key, at=NOON)
    assert answering.seen(need.key, who.pk, at=NOON) and not answering.seen(need.key, who.pk, at=NOON + DAY)
    before = Match.objects.get().reasons
    make.offer("直播运营", who, key="o")
    pairing.pair(need.key, at=NOON + DAY)
    assert Match.objects.get().reasons == before
    assert not answering.outcome(need.key, who.pk, at=NOON)
    assert answering.answer(need.key, who.pk, "declined", at=NOON)
    assert answering.answer(need.key, who.pk, "help", at=NOON + DAY)
    assert answering.outcome(need.key, who.pk, at=NOON + DAY)
    assert not answering.answer(need.key, who.pk, "declined", at=NOON + 2 * DAY)
    assert lists.counts([need.key, "none"]) == {
        need.key: lists.Counts(surfaced=1, told=1, seen=1, helping=1),
        "none": lists.Counts(),
    }
    assert not answering.answer("none", who.pk, "help", at=NOON)


def test_tags_alone_find_somebody_who_writes_in_another_language() -> None:
    who = member()
    make.card("Livestream hosts for food brands", who, topics=("promotion",), lacks=("people",))
    need = make.need("找直播主播", topics=("promotion",), lacks=("people",))
    assert surfaced(need) == [who]


def test_a_need_is_compared_once_however_many_offers_are_new() -> None:
    need = make.need("找深圳的户外直播场地")
    pairing.sweep(at=NOON)
    for _ in range(4):
        make.offer("深圳户外直播场地出租")
    with mock.patch.object(pairing.fitting, "find", wraps=pairing.fitting.find) as found:
        assert pairing.sweep(at=NOON + DAY) == 5
    assert [call.args[0] for call in found.call_args_list] == [need]
    assert Match.objects.filter(need=need).count() == 4 and pairing.sweep(at=NOON + DAY) == 0


def test_what_many_ask_for_is_found_with_the_few_who_offer_it() -> None:
    asks, who = member("asks"), member("offers")
    for _ in range(rules.TELLING_FEW + 5):
        make.need("找直播主播", asks)
    make.offer("直播主播团队", who)
    assert surfaced(make.need("找直播主播", member())) == [who]


def test_grammar_in_common_is_no_reason() -> None:
    make.offer("我们可以做注塑模具，有需要的找我们", member())
    assert surfaced(make.need("我们有没有人可以做直播")) == []


def test_as_many_queries_for_three_offers_as_for_thirty(django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for many in (3, 30):
        for _ in range(many):
            make.offer("直播主播")
        need = make.need("找直播主播")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            pairing.pair(need.key, at=NOON)
        counts.append(len(caught))
    assert counts[1] <= counts[0] + 1


def test_the_text_of_a_need_helps_its_title() -> None:
    one, two = member(), member()
    make.offer("活动策划，擅长会展搭建", one)
    make.offer("活动策划", two)
    assert surfaced(make.need("找活动策划")) == [two, one]
    need = make.need("找活动策划", text="我们要参加会展，会展搭建也要人做。")
    assert surfaced(need) == [one, two]
    assert {"kind": "words", "words": ["活动策划", "会展", "会展搭建"]} in Match.objects.get(need=need, rank=1).reasons
