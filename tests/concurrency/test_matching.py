"""Real threads on PostgreSQL: the index counts right, and everybody is told once, whoever writes at the same time."""

import random
from collections.abc import Callable
from functools import partial

import pytest

from community.kernel.models import Message
from community.matching import rules
from community.matching.models import Document, Match
from community.matching.selectors import invariants, ranking
from community.matching.services import indexing, pairing
from tests.concurrency.test_seats import together
from tests.make import NOON, member
from tests.matching import make
from tests.matching.test_ranking import reference

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TEXTS = ["直播主播", "找供应链", "出海直播", "livestream hosts", "主播", ""]


def test_edits_of_the_same_and_of_other_documents_keep_every_count_right(rounds: Callable[[int], int]) -> None:
    people = [member() for _ in range(4)]
    for number in range(rounds(30)):
        dice = random.Random(number)
        acts: list[Callable[[], object]] = []
        for _ in range(24):
            key = dice.choice("abcdef")
            source = make.source("offer", dice.choice(people), dice.choice(TEXTS), text=dice.choice(TEXTS), key=key)
            acts.append(
                partial(indexing.forget, "offer", key)
                if dice.random() < 0.2
                else partial(indexing.index, source, at=NOON)
            )
        assert set(together(*acts)) == {"ok"}
        broken = invariants.broken_invariants(NOON)
        assert not any(broken.values()), broken
        rows = {document.pk: (document.title, document.text) for document in Document.objects.all()}
        wanted = reference({str(key): texts for key, texts in rows.items()}, "直播 hosts")
        found = ranking.scores(ranking.query(rules.words("直播 hosts")))
        assert found == pytest.approx({int(key): score for key, score in wanted.items()}, rel=1e-4)


def test_needs_and_offers_at_once_tell_everybody_once_and_nobody_too_often(rounds: Callable[[int], int]) -> None:
    people = [member() for _ in range(6)]
    for who in people:
        make.offer("直播主播", who)
    needs = [make.need("找直播主播", member()) for _ in range(5)]
    for _ in range(rounds(20)):
        acts = [partial(pairing.pair, need.key, at=NOON) for need in needs for _ in range(3)]
        acts += [partial(pairing.sweep, at=NOON) for _ in range(3)]
        random.Random(1).shuffle(acts)
        assert set(together(*acts)) == {"ok"}
        assert Match.objects.count() == len(people) * len(needs)
        letters = Message.objects.filter(kind="matching/need_fits")
        assert {who.pk: letters.filter(person=who).count() for who in people} == dict.fromkeys(
            (who.pk for who in people), rules.NOTICES_A_WEEK
        )
        Match.objects.all().delete()
        letters.delete()
        Document.objects.update(paired_at=None)
