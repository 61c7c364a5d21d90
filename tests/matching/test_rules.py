"""Words, phrases and who is shown: pure functions."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.matching import rules
from tests.make import NOON

DAY = timedelta(days=1)


def test_characters_pairs_and_stems() -> None:
    assert rules.words("ＡＢ直播，Hosts 2026") == {
        "ab": 1, "直": 1, "播": 1, "直播": 1, "host": 1, "2026": 1,
    }  # fmt: skip
    assert (
        rules.stem("factories") == "factory" and rules.stem("business") == "business" and rules.stem("ring") == "ring"
    )


def test_a_pair_weighs_half() -> None:
    df = {"直": 1, "直播": 1, "host": 1}
    worth = rules.weights([*df, "unknown"], df, 10)
    assert worth["直播"] * 2 == worth["直"] == worth["host"] and "unknown" not in worth


@pytest.mark.parametrize(
    ("text", "shared", "said"),
    [
        ("找抖音直播主播", {"直播", "主播"}, ["直播", "主播"]),
        ("懂供应链的人", {"供应", "应链"}, ["供应链"]),
        ("Livestream hosts, 直播", {"host", "直播"}, ["hosts", "直播"]),
        ("主播、主播", {"主播"}, ["主播"]),
        ("", {"主播"}, []),
    ],
)
def test_shared_words_are_said_as_they_stand(text: str, shared: set[str], said: list[str]) -> None:
    assert rules.phrases(text, shared) == said


def test_what_is_worth_a_mention() -> None:
    assert rules.is_telling("主播", 20, 100) and rules.is_telling("host", 80, 1000)
    assert not rules.is_telling("主播", 21, 100)
    assert not any(rules.is_telling(word, 1, 100) for word in ("播", "我们", "the", "looking"[:4], "x"))


def candidate(number: int, **more: object) -> rules.Candidate:
    fields = {"base": 1000 - number, "shared": frozenset(), "telling": True} | more
    return rules.Candidate(person_id=number, document_id=number, **fields)  # type: ignore[arg-type]


def test_extras_are_bounded_together() -> None:
    assert (
        candidate(0, shared=frozenset(rules.EXTRAS)).fit == 1000 + rules.EXTRA_MOST < 1000 + sum(rules.EXTRAS.values())
    )


def test_the_tenth_place_rotates_to_who_waited_longest() -> None:
    everybody = [candidate(number, surfaced_at=NOON - number * DAY) for number in range(1, 60)]
    chosen = rules.shortlist(everybody, at=NOON)
    assert [who.person_id for who, _ in chosen] == [*range(1, 10), 59]
    assert [rotating for _, rotating in chosen] == [False] * 9 + [True]
    lately = [candidate(number, surfaced_at=NOON - DAY) for number in range(1, 60)]
    assert [(who.person_id, rotating) for who, rotating in rules.shortlist(lately, at=NOON)][-1] == (10, False)
    never = [*lately, candidate(99)]
    assert rules.shortlist(never, at=NOON)[-1] == (candidate(99), True)


def test_among_equals_who_was_surfaced_less_comes_first() -> None:
    often, seldom, never = (candidate(n, base=500, exposure=e, surfaced_at=s) for n, e, s in
                            ((1, 2, NOON), (2, 1, NOON), (3, 0, None)))  # fmt: skip
    assert [who for who, _ in rules.shortlist([often, seldom, never], at=NOON)] == [never, seldom, often]


CANDIDATES = st.lists(
    st.builds(
        rules.Candidate,
        person_id=st.integers(1, 15),
        document_id=st.integers(1, 99),
        base=st.integers(0, 1000),
        shared=st.frozensets(st.sampled_from(sorted(rules.EXTRAS))),
        telling=st.booleans(),
        surfaced_at=st.none() | st.integers(0, 90).map(lambda days: NOON - days * DAY),
        exposure=st.integers(0, 5),
    ),
    max_size=40,
)


@given(CANDIDATES)
def test_a_list_has_each_member_once_ten_at_most_and_the_best_nine(candidates: list[rules.Candidate]) -> None:
    chosen = [who for who, _ in rules.shortlist(candidates, at=NOON)]
    fitting = rules.one_each(candidates)
    assert len({who.person_id for who in chosen}) == len(chosen) == min(rules.PLACES, len(fitting))
    assert chosen[:9] == fitting[:9] and all(who.fits for who in chosen)


@given(st.text(), st.text())
def test_any_text_has_words_that_a_database_can_hold(title: str, text: str) -> None:
    found, length = rules.postings(title, text, {"zw"})
    assert length >= 0 and "@zw" in found
    for word, posting in found.items():
        assert len(word.encode()) > 0 and len(word) <= rules.WORD_MOST + 1 and "\x00" not in word and posting.tf > 0


def counted(df: dict[str, int], asked: dict[str, int] | None = None, needs: int = 100) -> rules.Counts:
    return rules.Counts(df, asked or {}, 1000, needs)


def test_keywords_of_a_long_text_are_few_rare_and_frequent_here() -> None:
    df = {"直播": 5, "公司": 900, "供应": 30, "一": 5, **{f"w{n}": 3 for n in range(60)}}
    text = "公司公司公司，直播，直播，供应 " + " ".join(f"w{n}" for n in range(60))
    found = rules.keywords(text, counted(df))
    assert found[0] == "直播" and len(found) == rules.KEYWORDS_MOST and "公司" not in found
    assert rules.keywords("", counted(df)) == []


def test_a_word_of_many_needs_asks_for_little_and_a_common_one_for_nothing() -> None:
    df = {"方案": 60, "滴灌": 60, "公司": 201, "开发": 90}
    worth = rules.asked_for("滴灌方案，公司", "滴灌开发", counted(df, {"方案": 50, "滴灌": 50, "开发": 30}))
    assert worth.keys() == {"滴灌", "方案", "开发"}
    assert worth["滴灌"] == pytest.approx(worth["方案"] * (1 + rules.KEYWORD))
    alone = rules.asked_for("滴灌方案", "", counted(df, {"方案": 50, "滴灌": 1}))
    assert alone["滴灌"] > alone["方案"] and counted(df, {"滴灌": 1}).own("滴灌") == 1
    # The first needs of a club say little yet: two that share a word are no habit.
    assert counted(df, {"滴灌": 2}, needs=2).own("滴灌") > 0.8


def test_what_the_best_have_in_common_is_shared_out() -> None:
    read = [(3.0, {"滴灌": 0.5, "@zw": 0.1}), (1.0, {"滴灌": 0.25, "节水": 0.25}), (0.0, {"公司": 1.0})]
    shares = rules.in_common(read, counted({"滴灌": 10, "节水": 10, "公司": 900, "@zw": 1}))
    assert sum(shares.values()) == pytest.approx(1) and shares.keys() == {"滴灌", "节水"}
    assert shares["滴灌"] == pytest.approx(7 * shares["节水"])
    assert rules.in_common([], counted({})) == {}


def test_words_weigh_by_how_much_of_the_question_they_answer() -> None:
    assert rules.worded(10, 10) == rules.WORDS and rules.worded(1, 10) < 2 < 8 < rules.worded(1, 3)
    assert rules.worded(0, 0) == rules.worded(-1, 5) == 0
    assert sum(rules.shares(["use", "e5"]).values()) == pytest.approx(1) and rules.shares(["url-1"]) == {"url-1": 1}
    assert rules.shares([]) == {}


def test_a_need_is_encoded_by_its_title_and_with_its_text() -> None:
    assert rules.to_encode("need", "a", "b") == ["a", "a\nb"] and rules.to_encode("need", "a", "") == ["a"]
    assert rules.to_encode("offer", "a", "b") == ["a\nb"]
