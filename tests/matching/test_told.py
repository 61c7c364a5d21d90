"""Whatever happens to members, cards and needs: exactly those whom a need fits are told of it, each once (R31, R34)."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.kernel.models import Message
from community.matching import ports, rules
from community.matching.models import Match
from community.matching.services import indexing, pairing
from community.members.models import Term
from tests.conftest import DEEP
from tests.make import NOON, member
from tests.matching import make

TRADES = ["直播带货", "注塑模具"]
PEOPLE = 6


@dataclass
class World:
    """A club small enough that ten places hold everybody whom a need fits; kept beside the product, not from it."""

    dice: random.Random
    at: datetime = NOON
    people: list = field(default_factory=list)
    trade: dict = field(default_factory=dict)
    without: set = field(default_factory=set)
    muted: set = field(default_factory=set)
    needs: dict = field(default_factory=dict)
    told: dict = field(default_factory=lambda: defaultdict(list))

    def begin(self) -> None:
        for number in range(PEOPLE):
            self.people.append(member(f"member {number}"))
            self.write_card()

    def kept_apart(self, person_id: int) -> set[int]:
        return {other for pair in self.muted if person_id in pair for other in pair} - {person_id}

    def write_card(self, hidden: bool = False) -> None:
        who = self.people[-1] if len(self.trade) < len(self.people) else self.dice.choice(self.people)
        trade = self.dice.choice(TRADES)
        self.trade[who.pk] = "" if hidden else trade
        indexing.index(make.source("card", who, trade, key=f"card{who.pk}", visible=not hidden), at=self.at)

    def hide_card(self) -> None:
        self.write_card(hidden=True)

    def lose_standing(self) -> None:
        who = self.dice.choice(self.people)
        Term.objects.filter(person=who).update(voided_at=self.at)
        self.without.add(who.pk)

    def come_back(self) -> None:
        if self.without:
            pk = self.dice.choice(sorted(self.without))
            Term.objects.filter(person=pk).update(voided_at=None)
            self.without.remove(pk)

    def mute(self) -> None:
        self.muted.add(frozenset(who.pk for who in self.dice.sample(self.people, 2)))

    def unmute(self) -> None:
        if self.muted:
            self.muted.discard(self.dice.choice(sorted(self.muted, key=sorted)))

    def ask(self) -> None:
        author, trade = self.dice.choice(self.people), self.dice.choice(TRADES)
        need = make.need(f"找{trade}", author, at=self.at, valid_until=self.at + timedelta(days=20))
        self.needs[need.key] = (author, trade, need.valid_until)

    def close(self) -> None:
        key = self.dice.choice(list(self.needs))
        author, trade, _ = self.needs[key]
        source = make.source("need", author, f"找{trade}", key=key, visible=False, valid_until=self.at)
        indexing.index(source, at=self.at)
        self.needs[key] = (author, trade, self.at)

    def days_pass(self) -> None:
        self.at += timedelta(days=self.dice.choice([1, 3, 8]))

    def pair(self) -> None:
        key = self.dice.choice(list(self.needs))
        author, trade, valid_until = self.needs[key]
        nobody = author.pk in self.without or self.at >= valid_until
        left_alone = self.without | self.kept_apart(author.pk) | {author.pk}
        fits = {
            who.pk
            for who in self.people
            if not nobody
            and self.trade[who.pk] == trade
            and who.pk not in left_alone
            and sum(when > self.at - rules.WEEK for when in self.told[who.pk]) < rules.NOTICES_A_WEEK
        }
        before = told_of(key)
        pairing.pair(key, at=self.at)
        assert told_of(key) == before | fits, (told_of(key), before, fits)
        for pk in fits - before:
            self.told[pk].append(self.at)


def told_of(key: str) -> set[int]:
    """Who has the letter of this need, each once."""
    letters = [row.person_id for row in Message.objects.filter(occasion__startswith=f"need-fits:{key}:")]
    assert len(letters) == len(set(letters))
    return set(letters)


ACTS = ["write_card", "hide_card", "lose_standing", "come_back", "mute", "unmute", "close", "days_pass"] + [
    "ask",
    "pair",
] * 6


class TestWhoIsTold(TestCase):
    @settings(max_examples=300 if DEEP else 25, deadline=None)
    @given(st.integers(0, 10**6), st.lists(st.sampled_from(ACTS), min_size=20, max_size=70))
    def test_exactly_those_whom_it_fits_each_once(self, seed, acts):
        world = World(random.Random(seed))
        with patch.object(ports, "kept_apart", world.kept_apart):
            world.begin()
            world.ask()
            for act in acts:
                getattr(world, act)()
            world.pair()
        assert Match.objects.filter(notified_at__isnull=False).count() <= Message.objects.count()
