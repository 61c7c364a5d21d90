"""Who may read, join, lead and decide. A refusal says why and what to do next."""

from datetime import datetime
from typing import Any

from community.kernel import access
from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.members import policies as members
from community.members.selectors import stages
from community.programmes import rules, states
from community.programmes.models import Asking, Challenge, CheckIn, Host, Participation, Place, Programme


def in_standing(person: Any, at: datetime) -> bool:
    """Members and trainees in good standing (product.md §5)."""
    return members.in_good_standing(person, day_of(at))


def is_office(person: Any) -> bool:
    """The organizer's office plans programmes and looks after them."""
    return access.has_role(person, access.ORGANIZER)


def leads(person: Any, programme: Programme, *, at: datetime) -> bool:
    """Its hosts while they are in good standing, and the office."""
    if is_office(person):
        return True
    return Host.objects.filter(programme=programme, person=person).exists() and in_standing(person, at)


def place_of(person: Any, programme: Programme) -> Place | None:
    """The place somebody holds in the cohort, or held to its end; not one they left."""
    return Place.objects.filter(programme=programme, person=person, status__in=states.SEATED).first()


def may_read(person: Any, *, at: datetime) -> Verdict:
    """Members in good standing, and the office."""
    return YES if is_office(person) else members.must_stand(person, day_of(at), "programme.standing")


def may_see(person: Any, programme: Programme, *, at: datetime) -> bool:
    """A draft exists for those who lead it; everything else for whoever reads programmes, and for those who took part."""
    if programme.status == states.DRAFT:
        return leads(person, programme, at=at)
    return bool(may_read(person, at=at)) or place_of(person, programme) is not None


def may_meet(person: Any, programme: Programme, *, at: datetime) -> bool:
    """What a cohort writes is read by its members in good standing and those who lead it."""
    if leads(person, programme, at=at):
        return True
    return place_of(person, programme) is not None and in_standing(person, at)


def may_read_line(person: Any, check_in: CheckIn, *, at: datetime) -> bool:
    """One's own line and what was answered to it stay one's own, whatever became of the membership."""
    return check_in.place.person_id == person.pk or may_meet(person, check_in.place.programme, at=at)


def may_state_goal(person: Any, *, at: datetime) -> Verdict:
    return members.must_stand(person, day_of(at), "goal.standing")


def may_join(person: Any, programme: Programme, *, at: datetime) -> Verdict:
    """Signing up: good standing, while it signs up, the stage it is for (or let in by a host), the rung below climbed."""
    if not (verdict := members.must_stand(person, day_of(at), "programme.standing")):
        return verdict
    if programme.status_at(at) != states.OPEN:
        return no("programme.not_open")
    if Host.objects.filter(programme=programme, person=person).exists():
        return no("programme.host")
    if not fits_stage(person, programme):
        return no("programme.stage")
    if not has_climbed(person, programme):
        return no("programme.prerequisite", name=programme.follows.name if programme.follows else "")
    return YES


def fits_stage(person: Any, programme: Programme) -> bool:
    """By the stage of their company, or because a host let them in."""
    if not programme.stages or rules.stage_fits(programme.stages, stages.stage_of(person)):
        return True
    return Asking.objects.filter(programme=programme, person=person, let_in=True).exists()


def has_climbed(person: Any, programme: Programme) -> bool:
    """Whether a run of the rung below ended with "moves up" for them."""
    if programme.follows is None:
        return True
    below = Place.objects.filter(person=person, programme__rung=programme.follows.rung)
    return below.filter(status=states.MOVED_UP).exists()


def may_ask_in(person: Any, programme: Programme, *, at: datetime) -> Verdict:
    """Somebody of another stage may ask the hosts, once."""
    verdict = may_join(person, programme, at=at)
    if verdict or verdict.code != "programme.stage":
        return no("asking.needless") if verdict else verdict
    return no("asking.once") if Asking.objects.filter(programme=programme, person=person).exists() else YES


def may_answer_asking(person: Any, programme: Programme, *, let_in: bool, at: datetime) -> Verdict:
    """Those who lead it; letting somebody in only while they can still sign up."""
    if not leads(person, programme, at=at):
        return no("place.own")
    return YES if not let_in or programme.status_at(at) == states.OPEN else no("programme.not_open")


def may_leave(place: Place | None, programme: Programme, *, at: datetime) -> Verdict:
    """Any day until the programme ends."""
    if place is None or place.status != states.JOINED:
        return no("place.stale")
    return YES if programme.status_at(at) in (states.OPEN, states.RUNNING) else no("programme.over")


def may_check_in(place: Place | None, programme: Programme, week: rules.Week | None, *, at: datetime) -> Verdict:
    """Who takes part in a programme that runs, for a week that has begun."""
    if place is None or place.status != states.JOINED:
        return no("place.stale")
    if programme.status_at(at) != states.RUNNING:
        return no("programme.not_running")
    if week is None:
        return no("checkin.early")
    found = CheckIn.objects.filter(place=place, week=week.number).first()
    code = rules.may_check_in(week, found.written_at if found else None, at)
    return no(code) if code else YES


def may_reply(person: Any, check_in: CheckIn, *, at: datetime) -> Verdict:
    """Mates and hosts answer who is stuck or asks, while the programme runs."""
    programme = check_in.place.programme
    if check_in.way not in rules.ANSWERABLE:
        return no("reply.needless")
    if programme.status_at(at) != states.RUNNING:
        return no("programme.not_running")
    return YES if may_meet(person, programme, at=at) else no("place.stale")


def may_decide(person: Any, place: Place, programme: Programme, *, at: datetime) -> Verdict:
    """Those who lead it, once it has ended; nobody about themselves."""
    if place.person_id == person.pk or not leads(person, programme, at=at):
        return no("place.own")
    if programme.status_at(at) != states.ENDED:
        return no("programme.not_ended")
    return YES if place.status == states.JOINED else no("place.stale")


def may_open_challenge(person: Any, programme: Programme | None, *, at: datetime) -> Verdict:
    """In a cohort its hosts, for a whole stage the office."""
    if programme is None:
        return YES if is_office(person) else no("challenge.office")
    if not leads(person, programme, at=at):
        return no("challenge.office")
    return YES if programme.status_at(at) in (states.OPEN, states.RUNNING) else no("programme.over")


def may_see_challenge(person: Any, challenge: Challenge, *, at: datetime) -> bool:
    """A cohort's own exists for the cohort and those who lead it; another for members of its stages and the office."""
    if challenge.programme is not None:
        return place_of(person, challenge.programme) is not None or leads(person, challenge.programme, at=at)
    if is_office(person) or Participation.objects.filter(challenge=challenge, person=person).exists():
        return True
    return in_standing(person, at) and rules.stage_fits(challenge.stages, stages.stage_of(person))


def may_take_part(person: Any, challenge: Challenge, *, at: datetime) -> Verdict:
    """Until it ends: members it is for, and of a cohort those who hold a place."""
    if challenge.status_at(at) != states.OPEN:
        return no("challenge.over")
    if not (verdict := members.must_stand(person, day_of(at), "programme.standing")):
        return verdict
    if challenge.programme is not None:
        place = place_of(person, challenge.programme)
        return YES if place is not None and place.status == states.JOINED else no("challenge.cohort")
    return YES if rules.stage_fits(challenge.stages, stages.stage_of(person)) else no("challenge.stage")
