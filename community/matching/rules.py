"""Which words a text is made of and how well they fit (BM25), as pure functions of plain values.

Chinese needs no dictionary: single characters and pairs of neighbours find more than segmented words do, and a new
word of the trade is found on the day it is first written.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Kinds of documents. A card is a member's standing offer; an answer is what somebody wrote to an earlier question.
NEED, OFFER, CARD, ANSWER = "need", "offer", "card", "answer"
KINDS = (NEED, OFFER, CARD, ANSWER)
HELPING = (OFFER, CARD, ANSWER)  # what can fit a need

# BM25. A pair of characters says more than a character, and is counted beside its two characters: half.
K1, B = 1.2, 0.75
PAIR = 0.5
# Of a need's text so many keywords are added to its title; the first one at so much of its worth, the others less.
KEYWORDS_MOST, KEYWORDS_IN, KEYWORD = 24, 1000, 0.8
# What stands in more than a fifth of all documents tells nobody apart, and is not asked for.
COMMON_SHARE, COMMON_FEW = 0.2, 20
NEEDS_TO_KNOW = 10  # so many needs are taken as read: the first few of a club say little of how needs are worded
# The best are read once more for what they have in common: so many, so many of their words, at so much of the question.
FIRST, THEIR_WORDS, ECHO, READ_AGAIN = 10, 40, 0.2, 30

# Fields of a document, as bits of a posting.
TITLE, TEXT, EXTRA = 1, 2, 4

TITLE_MOST, TEXT_MOST, QUERY_MOST = 200, 4000, 200
WORD_MOST = 40
# Words that are looked for but say nothing about fit: names in pinyin, the names of tags.
MARK = "@"

_HAN = (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese
    "\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af\u3005\u3007"  # kana, hangul: no spaces between words either
)
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


def sound(text: str) -> str:
    """Without what a database can't hold: NUL and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def plain(text: str) -> str:
    """As it is compared: full width and half width alike, lower case."""
    return unicodedata.normalize("NFKC", sound(text)).lower()


def stem(word: str) -> str:
    """A light stem of a Latin word: factories → factory, hosting → host."""
    if not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3 and not word.endswith("ss"):
            return word[: -len(end)]
    return word


def words(text: str) -> Counter[str]:
    """Single Chinese characters, pairs of neighbours, and stems of other words, each with how often it occurs."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(plain(text)):
        if _IS_HAN.match(run):
            found.update(run)
            found.update(a + b for a, b in zip(run, run[1:], strict=False))
        else:
            found[stem(run[:WORD_MOST])] += 1
    return found


def is_pair(word: str) -> bool:
    return len(word) == 2 and _IS_HAN.match(word) is not None


def is_character(word: str) -> bool:
    return len(word) == 1 and _IS_HAN.match(word) is not None


def weight(word: str) -> float:
    return PAIR if is_pair(word) else 1.0


@dataclass(frozen=True)
class Posting:
    """A word in a document: how often it counts, and in which fields (bits)."""

    tf: int
    field: int


def postings(title: str, text: str, extra: Iterable[str] = ()) -> tuple[dict[str, Posting], int]:
    """Every word of a document, and its length: the words of title and text. `extra` is found, but weighs nothing."""
    of_title, of_text = words(title[:TITLE_MOST]), words(text[:TEXT_MOST])
    found = {
        word: Posting(
            of_title[word] + of_text[word], (TITLE if word in of_title else 0) | (TEXT if word in of_text else 0)
        )
        for word in of_title | of_text
    }
    found |= {MARK + word: Posting(1, EXTRA) for word in extra}
    return found, of_title.total() + of_text.total()


def name_words(syllables: list[str]) -> set[str]:
    """How a name can be typed: 张伟明 as zhang, wei, ming, zhangweiming, weiming, zwm, wm."""
    parts = [plain(part) for part in syllables if part.strip()]
    initials = "".join(part[0] for part in parts)
    found = {*parts, "".join(parts), "".join(parts[1:]), initials, initials[1:]}
    return {stem(word[:WORD_MOST]) for word in found if len(word) > 1}


def rarity(df: int, documents: int) -> float:
    """BM25's idf: never negative, so that a common word adds little and takes nothing away."""
    return math.log(1 + (documents - df + 0.5) / (df + 0.5))


def weights(query: Iterable[str], df: Mapping[str, int], documents: int) -> dict[str, float]:
    """What each word of a query is worth; a word nobody used is worth nothing."""
    return {word: weight(word) * rarity(df[word], documents) for word in set(query) if df.get(word)}


@dataclass(frozen=True)
class Counts:
    """In how many documents each word stands, and in how many needs among them; and how many of both there are."""

    df: Mapping[str, int]
    asked: Mapping[str, int]
    documents: int
    needs: int

    @property
    def common_from(self) -> float:  # a word that stands in more of what is offered is common
        return max(COMMON_FEW, (self.documents - self.needs) * COMMON_SHARE)

    def offered(self, word: str) -> int:
        return self.df[word] - self.asked.get(word, 0)

    def is_common(self, word: str) -> bool:
        return self.offered(word) > self.common_from

    def rarity(self, word: str) -> float:
        """How rare a word is among what is offered."""
        return rarity(self.offered(word), self.documents - self.needs)

    @property
    def rarest(self) -> float:
        """The rarity of a word nobody offers anything with."""
        return rarity(0, self.documents - self.needs)

    def own(self, word: str) -> float:
        """1 for a word that no other need has, less the more do: how needs are worded (想找, 方案) asks for nothing."""
        times, all_needs = max(1, self.asked.get(word, 0)), max(1, self.needs) + NEEDS_TO_KNOW
        return math.sqrt(rarity(times, all_needs) / rarity(1, all_needs))


def asked_for(title: str, text: str, counts: Counts) -> dict[str, float]:
    """What each word that a need asks for is worth: those of its title, and the keywords of its text at less. It is worth
    more the rarer it is among what is offered and the fewer other needs have it."""
    shares: dict[str, float] = dict.fromkeys((word for word in words(title) if counts.df.get(word)), 1.0)
    shares = {word: share for word, share in shares.items() if not counts.is_common(word)}
    for place, word in enumerate(keywords(text, counts)):
        shares[word] = shares.get(word, 0.0) + KEYWORD * (1 - place / (KEYWORDS_MOST + 1))
    return {word: share * weight(word) * counts.rarity(word) * counts.own(word) for word, share in shares.items()}


def keywords(text: str, counts: Counts) -> list[str]:
    """What a long text is about, the most telling first: rare elsewhere, frequent here. All of it would blur the title."""
    counted = words(text[:KEYWORDS_IN])
    rare = [word for word in counted if counts.df.get(word) and not counts.is_common(word)]
    rare.sort(key=lambda word: (-counted[word] * rarity(counts.df[word], counts.documents), word))
    return rare[:KEYWORDS_MOST]


def in_common(read: Iterable[tuple[float, Mapping[str, float]]], counts: Counts) -> dict[str, float]:
    """What the best documents have in common, as shares of 1: each by its score and, word by word, the part of its length
    that the word takes."""
    read = [(score, parts) for score, parts in read if score > 0]
    total, most = sum(score for score, _ in read), counts.common_from
    held: dict[str, float] = {}
    for score, parts in read:
        for word, part in parts.items():
            held[word] = held.get(word, 0.0) + score / total * part
    told = {w: x * weight(w) * counts.rarity(w) for w, x in held.items() if w[0] != MARK and counts.offered(w) <= most}
    chosen = sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))[:THEIR_WORDS]
    spread = sum(worth for _, worth in chosen)
    return {word: worth / spread for word, worth in chosen if worth > 0}


# --- Who is shown for a need (R31, R34) ---------------------------------------------------------------------------

PLACES = 10  # members shown for a need
POOL = 100  # the best by words that are looked at closely
LATELY = timedelta(days=28)  # who was surfaced since is not due for the rotating place
WEEK = timedelta(days=7)
NOTICES_A_WEEK = 3  # a member is told of so many needs in seven days at most; the others wait on their page
FRESH = timedelta(days=30)
TELLING_SHARE, TELLING_FEW = 0.08, 20  # a phrase says something while so few documents use it
LEAST_FIT = 120

# What may be added to the fit, in thousandths of the best: named in the reasons, and bounded together.
EXTRAS = {"topic": 80, "industry": 60, "city": 60, "lack": 40, "met": 40, "stage": 20, "recent": 20}
EXTRA_MOST = 200

_SHELL = set("的了吗呢吧啊是我你他她它们这那谁")
_SHELL_TEXT = (
    "可以 以做 需要 想找 想要 要找 寻找 请问 希望 能否 能不 是否 什么 怎么 哪位 哪里 哪家 如何 有没 没有 有人 有需 不知 知道 "
    "提供 推荐 介绍 求推 求助 帮忙 一个 一家 一些 一起 以及 或者 还有 都可 可做 能做 会做 在做 要做 想做 人可 大家 各位 认识 "
    "and are can for from get has have how into is its like look need not of offer on or our provide some someone "
    "that the their them there they this to want we what who will with you your"
)
_SHELL_WORDS = {form for word in _SHELL_TEXT.split() for form in (word, stem(word))}


def is_telling(word: str, df: int, documents: int) -> bool:
    """Whether sharing this word is worth a mention: a pair or a whole word, not grammar, not on everybody's lips."""
    if is_character(word) or word in _SHELL_WORDS or len(word) < 2 or _SHELL & set(word):
        return False
    return df <= max(TELLING_FEW, documents * TELLING_SHARE)


def phrases(text: str, shared: set[str]) -> list[str]:
    """Shared words as one reads them in `text`: overlapping pairs merged (供应, 应链 → 供应链), each once, in order."""
    found: list[str] = []
    for run in _RUN.findall(plain(text)):
        if not _IS_HAN.match(run):
            found += [run] if stem(run[:WORD_MOST]) in shared else []
            continue
        start = None
        for place in range(len(run)):
            if run[place : place + 2] in shared and place + 1 < len(run):
                start = place if start is None else start
            elif start is not None:
                found.append(run[start : place + 1])
                start = None
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Candidate:
    """A member whose document may fit a need. `base`: the document's score, in thousandths of the best one."""

    person_id: int
    document_id: int
    base: int
    shared: frozenset[str]
    telling: bool
    surfaced_at: datetime | None = None  # last, for whatever need
    exposure: int = 0  # how often in the last seven days

    @property
    def fit(self) -> int:
        """Thousandths of the best by words, 1200 at most."""
        return self.base + min(EXTRA_MOST, sum(EXTRAS[name] for name in self.shared))

    @property
    def fits(self) -> bool:
        """Whether there is a reason to say, and the fit is not far below the best."""
        reason = self.telling or "topic" in self.shared or {"industry", "lack"} <= self.shared
        return reason and self.fit >= LEAST_FIT


def one_each(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those who fit, best first, with each member's best document only. R34: equal fit, less surfaced first."""
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.fits and (
            candidate.person_id not in best or _order(candidate) < _order(best[candidate.person_id])
        ):
            best[candidate.person_id] = candidate
    return sorted(best.values(), key=_order)


def _order(candidate: Candidate) -> tuple[int, int, float, int, int]:
    last = candidate.surfaced_at.timestamp() if candidate.surfaced_at else 0.0
    return -candidate.fit, candidate.exposure, last, candidate.person_id, candidate.document_id


def shortlist(candidates: Iterable[Candidate], *, at: datetime) -> list[tuple[Candidate, bool]]:
    """Ten members at most, best first; True for the one in the rotating place.

    R34: the tenth place goes to somebody who fits and was not surfaced lately, the longest waiting first; with nobody
    to rotate it is an ordinary place.
    """
    ranked = one_each(candidates)
    first, rest = ranked[: PLACES - 1], ranked[PLACES - 1 :]
    due = [who for who in rest if who.surfaced_at is None or who.surfaced_at <= at - LATELY]
    if due:
        waited = min(due, key=lambda who: (who.surfaced_at.timestamp() if who.surfaced_at else 0.0, *_order(who)))
        return [*((who, False) for who in first), (waited, True)]
    return [(who, False) for who in ranked[:PLACES]]


def may_be_told(told_lately: int) -> bool:
    """The cap on notices: `told_lately` needs in the last seven days."""
    return told_lately < NOTICES_A_WEEK


# --- "Who has …" --------------------------------------------------------------------------------------------------

PAGE = 20
SLOTS_MOST = 60
SNIPPET, SNIPPET_BEFORE = 120, 20


def asked(text: str) -> dict[str, int]:
    """The words that decide whether something is found, each with its number: pairs, whole words, a lone character.

    What only makes a question of it (谁有…, who has …) decides nothing, unless there is nothing else.
    """
    found: list[str] = []
    for run in _RUN.findall(plain(text[:QUERY_MOST])):
        if not _IS_HAN.match(run):
            found.append(stem(run[:WORD_MOST]))
        else:
            found += [a + b for a, b in zip(run, run[1:], strict=False)] or [run]
    telling = [word for word in found if word not in _SHELL_WORDS and not _SHELL & set(word)]
    return {word: slot for slot, word in enumerate(dict.fromkeys(telling or found)) if slot < SLOTS_MOST}


def enough(known: int) -> int:
    """How many of the known words of a query a document must have: a third, at least one."""
    return max(1, math.ceil(known / 3))


def marked(text: str, wanted: set[str], *, most: int = SNIPPET) -> list[tuple[str, bool]]:
    """The part of a text where the wanted words stand, in pieces, with True for those to be marked. Never longer than
    `most` characters, and the ellipses."""
    hits = _hits(text[:TEXT_MOST], wanted)
    first = min(hits, default=0)
    start = 0 if len(text) <= most or first < most - SNIPPET_BEFORE else first - SNIPPET_BEFORE
    end = min(len(text), start + most)
    pieces: list[tuple[str, bool]] = []
    for place in range(start, end):
        hit = place in hits
        if pieces and pieces[-1][1] is hit:
            pieces[-1] = (pieces[-1][0] + text[place], hit)
        else:
            pieces.append((text[place], hit))
    before, after = ([("…", False)] if cut else [] for cut in (start, end < len(text)))
    return [*before, *pieces, *after]


def _hits(text: str, wanted: set[str]) -> set[int]:
    """Places of `text` that belong to a wanted word, whatever width or case it is written in."""
    folded, places = [], []
    for place, character in enumerate(text):
        one = plain(character)
        folded.append(one)
        places += [place] * len(one)
    found: set[int] = set()
    for match in _RUN.finditer("".join(folded)):
        run, begin = match.group(), match.start()
        if not _IS_HAN.match(run):
            found.update(places[begin : match.end()] if stem(run[:WORD_MOST]) in wanted else [])
            continue
        for at in range(len(run)):
            if run[at] in wanted:
                found.add(places[begin + at])
            if run[at : at + 2] in wanted:
                found.update(places[begin + at : begin + at + 2])
    return found


# --- Words and meaning together (optional) ------------------------------------------------------------------------

CLOSE = 2.5  # standard deviations above the average likeness: "close in meaning"
ENCODED_MOST = 500  # characters of a text that are encoded


# Words count by how much of the question they answer: a document that has all of it would stand out by 38 deviations, one
# with a third by eight, one with a tenth by one and a half. So an English need is not led astray by one Latin word.
WORDS, WORDS_POWER = 38.0, 1.4


def worded(score: float, whole: float) -> float:
    """What a score by words weighs beside meaning; `whole`: what everything that is asked for is worth."""
    return WORDS * (score / whole) ** WORDS_POWER if score > 0 and whole > 0 else 0.0


def shares(encoders: Iterable[str]) -> dict[str, float]:
    """What each encoder weighs: as measured for the two bundled ones together, else all alike."""
    names = sorted(set(encoders))
    return {"e5": 3 / 7, "use": 4 / 7} if names == ["e5", "use"] else {name: 1 / len(names) for name in names}


def to_encode(kind: str, title: str, text: str) -> list[str]:
    """What of a document is encoded, in so many texts of which the mean counts: a need by its title, and once more with
    its text, which alone would blur what is asked; else title and text."""
    both = f"{title}\n{text[:ENCODED_MOST]}" if text else title
    return [title, both] if kind == NEED and text else [both]
