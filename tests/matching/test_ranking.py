"""The index is exact: whatever was written, changed and removed, its scores are BM25's."""

from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.matching import rules
from community.matching.models import Corpus, Document, Match, Posting, Term
from community.matching.selectors import invariants, ranking
from community.matching.services import indexing
from community.members.models import Person
from community.members.services import erasing
from tests.make import NOON, member, person
from tests.matching import make

ALPHABET = "直播主找供应链出海 ab c，Live"
TEXTS = st.text(alphabet=ALPHABET, max_size=14)
KINDS = {"a": "need", "b": "need", "c": "card"}  # of the key; else an offer
EDITS = st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.tuples(TEXTS, TEXTS))), max_size=14)


def reference(texts: dict[str, tuple[str, str]], query: str) -> dict[str, float]:
    """BM25 written down once more, from the texts alone."""
    bags = {key: rules.words(title) + rules.words(text) for key, (title, text) in texts.items()}
    lengths = {key: bag.total() for key, bag in bags.items()}
    mean = sum(lengths.values()) / len(lengths) if sum(lengths.values()) else 1.0
    df = Counter(word for bag in bags.values() for word in bag)
    found: dict[str, float] = {}
    for key, bag in bags.items():
        for word in set(rules.words(query)) & bag.keys():
            idf = rules.rarity(df[word], len(bags)) * (0.5 if rules.is_pair(word) else 1)
            part = bag[word] * 2.2 / (bag[word] + 1.2 * (0.25 + 0.75 * lengths[key] / mean))
            found[key] = found.get(key, 0) + idf * part
    return found


class TestExact(TestCase):
    @given(edits=EDITS, query=TEXTS)
    def test_scores_are_bm25_after_any_sequence_of_edits(self, edits, query):
        who, texts = member(), {}
        for key, value in edits:
            kind = KINDS.get(key, "offer")
            if value is None:
                assert indexing.forget(kind, key) == (texts.pop(key, None) is not None)
            else:
                texts[key] = value
                make.document(kind, value[0], who, key=key, text=value[1])
        keys = dict(Document.objects.values_list("pk", "key"))
        found = {keys[pk]: score for pk, score in ranking.scores(ranking.query(rules.words(query))).items()}
        wanted = reference(texts, query)
        assert found.keys() == wanted.keys()
        for key, score in wanted.items():
            assert found[key] == pytest.approx(score, rel=1e-4)
        assert (Corpus.objects.get().documents, Document.objects.count()) == (len(texts), len(texts))
        assert Term.objects.count() == Posting.objects.values("term").distinct().count()
        asked = Counter(
            w for key, text in texts.items() if KINDS.get(key) == "need" for w in rules.words(" ".join(text))
        )
        assert Corpus.objects.get().needs == sum(KINDS.get(key) == "need" for key in texts)
        assert not any(invariants.broken_invariants(NOON).values())
        assert set(Term.objects.filter(asked__gt=0).values_list("text", flat=True)) == asked.keys()


DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(["need", "offer", "card", "answer"]), TEXTS, st.integers(0, 3), st.booleans(),
        st.sampled_from([None, NOON, NOON + timedelta(seconds=1)]),
    ),
    max_size=12,
)  # fmt: skip


class TestBest(TestCase):
    @settings(max_examples=25)
    @given(rows=DOCUMENTS, query=TEXTS, limit=st.integers(1, 5), apart=st.sets(st.integers(0, 2), max_size=2))
    def test_the_best_are_those_of_looking_at_every_document(self, rows, query, limit, apart):
        owners = [member(), member(), member(), person()]  # the last one was never a member
        made = {}
        for kind, title, owner, visible, until in rows:
            document = make.document(kind, title, owners[owner], visible=visible, valid_until=until)
            shown = kind != "need" and visible and until != NOON and owner < 3 and owner not in apart
            made[document.pk] = (title, shown)
        scores = reference({key: (title, "") for key, (title, _) in made.items()}, query) if made else {}
        wanted = sorted((-round(scores[key], 9), key) for key, (_, shown) in made.items() if shown and key in scores)
        among = ranking.shown(NOON, rules.HELPING, {owners[number].pk for number in apart})
        with mock.patch.object(ranking, "LOOKS", (1, 3, None)):
            found = ranking.best(ranking.query(rules.words(query)), ranking.allowed(among), limit)
        assert [row.facts.pk for row in found] == [key for _, key in wanted[:limit]]


@pytest.mark.django_db
def test_what_did_not_change_is_not_written_again() -> None:
    who = member()
    first = make.offer("直播主播", who, key="a")
    again = make.offer("直播主播", who, key="a", at=NOON.replace(hour=13))
    assert again.written_at == first.written_at
    assert make.offer("直播主播二", who, key="a", at=NOON.replace(hour=13)).written_at != first.written_at


@pytest.mark.django_db
def test_a_name_a_city_and_a_trade_are_found_and_weigh_nothing() -> None:
    plain, card = make.offer("主播"), make.card("主播", member("张伟明"))
    assert plain.length == card.length
    typed = {term.removeprefix("@") for term in card.postings.values_list("term__text", flat=True)}
    assert {"zhang", "wei", "ming", "zwm", rules.stem("zhangweiming"), rules.stem("weiming")} <= typed


@pytest.mark.django_db
def test_forgetting_somebody_leaves_no_word_of_theirs() -> None:
    who = member("欧阳龙井")
    make.card("独门秘方xyzzy", who)
    make.offer("主播", who)
    make.offer("主播")
    assert indexing.forget_person(who.pk) == 2
    assert set(Term.objects.values_list("text", flat=True)) == {"主", "播", "主播"}
    assert Corpus.objects.get().length == Document.objects.get().length


@pytest.mark.django_db
def test_erasing_somebody_takes_what_could_be_found_along() -> None:
    who = person("欧阳龙井")
    make.card("独门秘方xyzzy", who)
    erasing.erase(who.pk, by=None, at=NOON)
    assert not Document.objects.exists() and not Term.objects.exists()
    assert not any(invariants.broken_invariants(NOON).values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["\x00直播\x00", "\ud800直播", "e\u0301" * 3000, "𠮷" * 300, "直" * 100_000, "x" * 5000, "‮‏​", "';--", "%_\\"]
)
def test_odd_texts_are_indexed_or_leave_no_word(text: str) -> None:
    rules.words(text)
    found = ranking.query(rules.words(text))
    assert ranking.best(found, ranking.allowed(ranking.shown(NOON, rules.HELPING)), 10) == []
    if "\x00" not in text and "\ud800" not in text:
        make.offer(text[:200], text=text)


@pytest.mark.django_db
def test_verify_is_silent_on_a_true_index_and_names_what_is_broken() -> None:
    who = member()
    document, other = make.offer("直播主播", who), make.offer("主播")
    assert not any(invariants.broken_invariants(NOON).values())
    Term.objects.filter(text="主播").update(df=1)
    Corpus.objects.update(documents=7)
    Posting.objects.filter(document=other).update(length=99)
    Person.objects.filter(pk=who.pk).update(erased_at=NOON)
    Match.objects.create(need=document, person=who, fit=1, rank=1, tier=0, surfaced_at=NOON)
    broken = invariants.broken_invariants(NOON + timedelta(hours=1))
    assert broken == {
        "df_differs": ["主播"],
        "corpus_differs": ["corpus"],
        "length_differs": [other.key],
        "document_of_erased": [document.key],
        "surfaced_to_oneself": [document.key],
        "not_paired": [document.key, other.key],
    }


@pytest.mark.django_db
def test_a_need_asks_by_what_the_other_side_has_and_not_by_how_needs_are_worded() -> None:
    wanted, worded = make.offer("滴灌设备"), make.offer("方案设计")
    for number in range(12):
        make.need(f"想找方案{number}")
    need = make.need("滴灌方案，以色列")
    of = ranking.asking(need.title)
    assert "以色" not in of.words and of.whole > sum(of.words.values())
    assert of.words["滴灌"] > of.words["方案"]
    found = ranking.best(of, ranking.allowed(ranking.shown(NOON, rules.HELPING)), 10)
    assert [row.facts.pk for row in found] == [wanted.pk, worded.pk]
    assert ranking.asking("滴灌设备", of_needs=True).words.keys() == {"滴", "灌", "滴灌"}


@pytest.mark.django_db
def test_what_the_best_have_in_common_lifts_who_has_it_too() -> None:
    for number in range(8):
        make.offer(f"灌溉设备，水肥一体{number}")
    other, same = make.offer("灌溉管材，喷头"), make.offer("灌溉管材，水肥")
    of = ranking.asking("灌溉管材")
    best = ranking.best(of, ranking.allowed(ranking.shown(NOON, rules.HELPING)), 10)
    assert {row.facts.pk for row in best[:2]} == {other.pk, same.pk}
    sharper = ranking.sharpened(of, best)
    assert sharper[0].facts.pk == same.pk and len(sharper) == len(best)
    assert ranking.sharpened(of, best[:1]) == best[:1]


@pytest.mark.django_db
def test_the_question_that_is_worded_once_finds_what_the_ordinary_one_does() -> None:
    """Standing, visibility, ends, stages and who is kept apart: whatever the day and the reader."""
    reader, muted, lapsed = member(), member(), member(since=NOON - timedelta(days=400))
    make.offer("shown")
    make.card("shown", reader)
    make.document("need", "no help", member())
    make.offer("apart", muted)
    make.offer("their year is over", lapsed)
    make.document("offer", "hidden", member(), visible=False)
    make.document("offer", "over", member(), valid_until=NOON)
    make.document("offer", "to come", member(), valid_until=NOON + timedelta(days=1))
    make.document("offer", "of another stage", member(), for_stage="growth")
    sizes = set()
    for at in (NOON - timedelta(days=40), NOON, NOON + timedelta(days=2), NOON + timedelta(days=500)):
        for apart in ([], [muted.pk], [reader.pk, muted.pk]):
            ordinary = ranking.allowed(ranking.shown(at, rules.HELPING, apart, reader=reader.pk))
            once = ranking.helpful(at, apart, reader=reader.pk)
            with connection.cursor() as cursor:
                found = [set(map(str, cursor.execute(*asked).fetchall())) for asked in (ordinary, once)]
            assert found[0] == found[1]
            sizes.add(len(found[0]))
    assert sizes >= {0, 3, 4}
