"""Challenges: set, taken part in, ticked day by day, ended with a letter."""

from datetime import date

import pytest

from community.kernel.days import start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.programmes import policies, selectors
from community.programmes.models import Participation, Tick
from community.programmes.services import challenging, joining
from tests.make import NOON, person
from tests.programmes import make
from tests.programmes.make import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 11, 21)
FIRST = start_of(MONDAY) + 20 * HOUR


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def progress(challenge, who, at):
    part = Participation.objects.get(challenge=challenge, person=who)
    return selectors.progress_of([part], challenge, at)[part.pk]


def test_ticked_on_its_day_or_until_noon_of_the_next_and_once():
    game, who = make.challenge(), make.founder()
    challenging.take_part(game.pk, who, at=NOON)
    for note in ("打了", "打了两通"):
        tick = challenging.tick(game.pk, who, SATURDAY, note=note, at=NOON)
    assert (tick.note, Tick.objects.count()) == ("打了两通", 1)
    sunday_late = NOON + 1.5 * DAY  # 24:00 of Sunday
    challenging.tick(game.pk, who, SATURDAY + DAY, at=sunday_late + 11 * HOUR)
    with refused("tick.day"):
        challenging.tick(game.pk, who, SATURDAY + DAY, at=sunday_late + 12 * HOUR)
    with refused("tick.day"):
        challenging.tick(game.pk, who, SATURDAY + 3 * DAY, at=sunday_late)
    seen = progress(game, who, NOON + 2 * DAY)
    assert (seen.total, seen.streak, seen.longest, len(seen.row)) == (2, 2, 2, 7)
    challenging.untick(game.pk, who, SATURDAY + DAY, at=sunday_late + 11 * HOUR)
    assert progress(game, who, NOON + 2 * DAY).streak == 0


def test_who_takes_no_part_ticks_nothing_and_who_stops_keeps_the_days():
    game, who = make.challenge(), make.founder()
    with refused("tick.out"):
        challenging.tick(game.pk, who, SATURDAY, at=NOON)
    challenging.take_part(game.pk, who, at=NOON)
    challenging.tick(game.pk, who, SATURDAY, at=NOON)
    challenging.stop(game.pk, who, at=NOON)
    with refused("tick.out"):
        challenging.tick(game.pk, who, SATURDAY, at=NOON)
    challenging.take_part(game.pk, who, at=NOON)
    assert progress(game, who, NOON).total == 1


def test_over_at_noon_after_its_last_day_swept_or_not_and_one_letter_each():
    game, who, idle = make.challenge(), make.founder(), make.founder()
    for one in (who, idle):
        challenging.take_part(game.pk, one, at=NOON)
    for n in (0, 1, 3):
        challenging.tick(game.pk, who, SATURDAY + n * DAY, at=NOON + n * DAY)
    over = start_of(SATURDAY + 7 * DAY) + 12 * HOUR
    assert challenging.sweep(at=over - HOUR) == 0
    with refused("challenge.over"):
        challenging.tick(game.pk, who, SATURDAY + 6 * DAY, at=over)
    assert (challenging.sweep(at=over), challenging.sweep(at=over)) == (1, 0)
    told = {letter.person_id: letter.context for letter in Message.objects.filter(kind="programmes/challenge_over")}
    assert (told[who.pk]["total"], told[who.pk]["best"], told[idle.pk]["total"]) == (3, 2, 0)


def test_a_whole_stage_or_a_cohort_and_nobody_else_finds_it():
    early = make.founder(stage="preparing")
    game = make.challenge(stages=["growing"])
    with refused("challenge.stage"):
        challenging.take_part(game.pk, early, at=NOON)
    assert not policies.may_see_challenge(early, game, at=NOON)
    assert selectors.challenges_for(early, NOON) == []
    assert selectors.challenges_for(make.founder(), NOON) == [game]
    with refused("programme.standing"):
        challenging.take_part(make.challenge().pk, person(), at=NOON)

    made, places = make.running()
    ours = make.challenge(made, at=FIRST, by=made.hosts.get().person)
    with refused("challenge.cohort"):
        challenging.take_part(ours.pk, early, at=FIRST)
    assert challenging.take_part(ours.pk, places[0].person, at=FIRST).left_at is None
    assert ours in selectors.challenges_for(places[0].person, FIRST)
    assert ours not in selectors.challenges_for(early, FIRST)
    joining.leave(made.pk, places[0].person, at=FIRST)
    assert not selectors.taking_part(ours).exists()


def test_who_may_set_one_and_when():
    made, places = make.running()
    for by, programme, changes, code in [
        (make.founder(), None, {}, "challenge.office"),
        (places[0].person, made, {}, "challenge.office"),
        (make.organizer(), None, {"starts_on": SATURDAY}, "challenge.past"),
        (make.organizer(), made, {"starts_on": MONDAY + 30 * DAY, "days": 14}, "challenge.long"),
    ]:
        with refused(code):
            make.challenge(programme, at=FIRST, by=by, **changes)


def test_stopped_with_a_reason_everybody_in_it_reads():
    game, who = make.challenge(), make.founder()
    challenging.take_part(game.pk, who, at=NOON)
    with refused("challenge.reason"):
        challenging.cancel(game.pk, reason=" ", by=make.organizer(), at=NOON)
    with refused("challenge.office"):
        challenging.cancel(game.pk, reason="不想了", by=who, at=NOON)
    for _ in range(2):
        challenging.cancel(game.pk, reason="日子选错了。", by=make.organizer(), at=NOON)
    assert Message.objects.get(kind="programmes/challenge_cancelled").person_id == who.pk
    with refused("challenge.over"):
        challenging.take_part(game.pk, make.founder(), at=NOON)


def test_what_is_over_is_not_called_off_swept_or_not():
    game, who = make.challenge(), make.founder()
    challenging.take_part(game.pk, who, at=NOON)
    with refused("challenge.over"):
        challenging.cancel(game.pk, reason="太晚了。", by=make.organizer(), at=game.closes_at)
    assert not Message.objects.filter(kind="programmes/challenge_cancelled").exists()
