""" "Who has …" finds members in any spelling, and nothing typed makes it stumble."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.matching import ports, rules
from community.matching.selectors import searching
from community.matching.selectors.searching import Filters
from community.members.models import City, Industry, Person, Term
from tests.make import NOON, member, person
from tests.matching import make

DAY = timedelta(days=1)


def found(text: str, reader: Person | None = None, **more) -> list[Person]:
    reader = reader or person()
    return [hit.document.person for hit in searching.search(text, reader_id=reader.pk, at=NOON, **more).hits]


@pytest.mark.django_db
class TestFinding:
    @pytest.mark.parametrize(
        "text",
        ["直播主播", "谁有直播主播", "有谁认识做直播的", "ＴＩＫＴＯＫ", "who has livestream hosts", "tiktok 直播", "zwm",
         "zhangweiming", "ZHANG", "张伟明", "张伟", "深圳 主播", "Shenzhen", "播"],
    )  # fmt: skip
    def test_in_chinese_english_mixed_pinyin_and_by_name(self, text: str) -> None:
        who = member("张伟明")
        shenzhen = City.objects.get(name_en="Shenzhen")
        make.card("TikTok 直播代运营", who, text="有三十名主播 and livestream hosts", city_id=shenzhen.pk)
        make.card("注塑模具加工", member("李青"))
        assert found(text) == [who]

    def test_best_first_each_member_once_with_their_best_document(self) -> None:
        one, two = member("one"), member("two")
        make.card("做食品，直播也做过一点点", one)
        make.offer("直播主播", one)
        make.document("answer", "直播间怎么搭：灯光、货架、主播", two)
        results = searching.search("直播 主播", reader_id=one.pk, at=NOON)
        assert results.people == 2 and [hit.document.person for hit in results.hits] == [one, two]
        assert results.hits[0].document.title == "直播主播"

    def test_needs_are_not_found_nor_people_one_may_not_see(self, monkeypatch) -> None:
        reader, gone, muted = member("reader"), member("gone"), member("muted")
        make.need("直播主播")
        make.offer("直播主播", visible=False)
        make.offer("直播主播", valid_until=NOON)
        make.offer("直播主播", person("no member"))
        make.offer("直播主播", gone)
        make.offer("直播主播", muted)
        Term.objects.filter(person=gone).update(voided_at=NOON)
        monkeypatch.setattr(ports, "kept_apart", lambda person_id: {muted.pk} if person_id == reader.pk else set())
        assert found("直播主播", reader) == []
        assert found("直播主播", muted) == [muted]

    def test_facets_count_members_as_if_their_own_filter_were_not_set(self) -> None:
        shenzhen, other = City.objects.order_by("pk")[:2]
        trade = Industry.objects.first()
        who = member()
        make.offer("直播主播", who, city_id=shenzhen.pk, lacks=("people",), topics=("promotion", "staff"), size="10-49")
        make.offer("直播设备", who, city_id=shenzhen.pk, lacks=("resources",))
        make.offer("直播场地", city_id=other.pk, industry_id=trade.pk, lacks=("resources",))
        make.offer("注塑模具", city_id=other.pk)
        results = searching.search("直播", reader_id=who.pk, at=NOON, filters=Filters(city=shenzhen.pk))
        assert results.people == 1
        assert sorted(results.facets["city"]) == sorted([(shenzhen.pk, 1), (other.pk, 1)])
        assert sorted(results.facets["lack"]) == [("people", 1), ("resources", 1)]
        assert results.facets["industry"] == [] and results.facets["size"] == [("10-49", 1)]
        assert sorted(results.facets["topic"]) == [("promotion", 1), ("staff", 1)]
        narrow = Filters(lack="resources", industry=trade.pk, city=other.pk)
        assert searching.search("直播", reader_id=who.pk, at=NOON, filters=narrow).people == 1
        assert found("直播", filters=Filters(topic="staff", size="10-49", lack="people")) == [who]
        assert found("直播", filters=Filters(kinds=("need", "card"))) == []

    def test_without_text_the_newest_come_first_filtered(self) -> None:
        old, new = member("old"), member("new")
        make.card("甲", old, at=NOON - DAY, lacks=("money",))
        make.card("乙", new, lacks=("people",))
        assert found("") == [new, old] and found("  ", filters=Filters(lack="money")) == [old]

    def test_pages_and_queries_are_bounded(self) -> None:
        queries = []
        for many in (3, 42):
            for _ in range(many):
                make.card("直播主播")
            with CaptureQueriesContext(connection) as caught:
                results = searching.search("直播", reader_id=0, at=NOON)
            queries.append(len(caught))
        assert queries[0] == queries[1] <= 4
        assert (results.people, results.pages, len(results.hits)) == (45, 3, 20)
        pages = [searching.search("直播", reader_id=0, at=NOON, page=page) for page in (1, 2, 3)]
        assert len({hit.document.pk for page in pages for hit in page.hits}) == 45
        assert found("直播", filters=Filters(city=10**30, industry=-(10**30))) == []
        for odd in (0, -5, 99, 10**30):
            assert searching.search("直播", reader_id=0, at=NOON, page=odd).page in (1, 3)

    def test_snippets_mark_what_was_asked_and_stay_harmless(self) -> None:
        make.card("<script>alert(1)</script>", member(), text="很" * 300 + "ＴikＴok 直播<b>主播" + "长" * 300)
        hit = searching.search("tiktok主播", reader_id=0, at=NOON).hits[0]
        assert [text for text, mark in hit.snippet if mark] == ["ＴikＴok", "主播"]
        assert hit.snippet[0] == ("…", False) == hit.snippet[-1]
        page = render_to_string("matching/_marked.html", {"pieces": hit.title + hit.snippet})
        assert "<mark>主播</mark>" in page and "<script>" not in page and "<b>" not in page


HOSTILE = [
    "\x00", "\ud800", "'; DROP TABLE matching_document; --", "%_%", "\\", "a & | ! ( ) : * <->", "((((", "𠮷野家", "e\u0301" * 500,
    "\u202e\u200b\ufeff", "直" * 100_000, "a " * 50_000, "{{ 7*7 }}{% x %}", "<img src=x onerror=alert(1)>", "=1+1", "％ｓ %s %(x)s {0}",
    "直" * 1_000_000, "\u2066\u05d0\u0627\u2069", "\udfff\ud800" * 50, "\r\nSet-Cookie: x", "１２３", "٣", "ﷺ" * 200, "@", "@zhang", "🧑‍🚀", "\x1f\x7f",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_has_an_answer(text: str) -> None:
    make.card("直播主播", member("张伟明"))
    results = searching.search(text, reader_id=0, at=NOON, filters=Filters(lack=text[:50].replace("\x00", "")))
    assert results.people in (0, 1) and set(results.facets) == set(searching.FACETS)
    searching.search("直播", reader_id=0, at=NOON, filters=Filters(topic=text, size=text))


class TestAnyText(TestCase):
    @settings(max_examples=80)
    @given(st.text(max_size=60), st.text(max_size=200))
    def test_any_text_finds_what_holds_it_or_nothing(self, text, body):
        results = searching.search(text, reader_id=0, at=NOON)
        assert results.people == 0 and not results.hits
        pieces = rules.marked(body, set(rules.asked(text)))
        assert "".join(piece for piece, _ in pieces).strip("…") in body
