"""An event for some stages: who may sign up, what it says, and which clocks and letters it counts for."""

import pytest
from django.test import Client
from django.utils import timezone

from community.events import policies, selectors
from community.events.selectors import weekly
from community.events.services import booking, publishing, walking_in
from community.kernel.errors import RuleBroken
from community.members import ports, rules
from community.members.models import Application, Person
from tests.events import make
from tests.make import NOON, approved, member

pytestmark = pytest.mark.django_db


def at_stage(stage: str, **more) -> Person:
    who = member(**more)
    Application.objects.filter(person=who).update(stage=stage)
    return who


def for_stages(*stages: str, **changes):
    return make.event(**{"kind": "class", "starts_at": NOON + 3 * make.DAY, "stages": list(stages)} | changes)


class TestSigningUp:
    def test_whose_stage_it_names_and_nobody_else(self):
        event = for_stages("preparing", "first_year")
        assert make.seat(event, at_stage("first_year")).status == "confirmed"
        for stage in ("growing", ""):
            who = at_stage(stage)
            with pytest.raises(RuleBroken, match=r"^booking\.stage$"):
                booking.sign_up(event.pk, who, by=who, at=NOON)

    def test_all_stages_unless_some_are_named(self):
        event = for_stages()
        assert all(policies.may_sign_up(at_stage(stage), event, at=NOON) for stage in ("", *rules.STAGES))

    def test_an_applicants_application_says_the_stage(self):
        event = for_stages("growing")
        assert policies.may_sign_up(approved().person, event, at=NOON)
        assert policies.may_sign_up(approved(stage="preparing").person, event, at=NOON).code == "booking.stage"

    def test_a_waitlist_is_for_the_same_people(self):
        event = for_stages("growing", seats_each=1)
        make.seat(event, at_stage("growing"))
        assert make.seat(event, at_stage("growing")).status == "waiting"
        other = at_stage("preparing")
        with pytest.raises(RuleBroken, match=r"^booking\.stage$"):
            booking.sign_up(event.pk, other, by=other, at=NOON)

    def test_the_office_may_let_somebody_in_at_the_door(self):
        event = for_stages("growing")
        other = at_stage("preparing")
        staff = make.organizer()
        assert walking_in.seat(event.pk, other.pk, by=staff, at=event.starts_at).status == "attended"

    def test_a_mixed_event_costs_no_query_more(self, django_assert_num_queries):
        who = at_stage("growing")
        mixed, scoped = for_stages(), for_stages("growing")
        policies.may_sign_up(who, mixed, at=NOON)
        with django_assert_num_queries(2):
            policies.may_sign_up(who, mixed, at=NOON)
        with django_assert_num_queries(3):
            policies.may_sign_up(who, scoped, at=NOON)


class TestWriting:
    def test_fixed_once_published(self):
        event = for_stages("growing")
        with pytest.raises(RuleBroken, match=r"^event\.fixed$"):
            publishing.edit(event.pk, by=make.organizer(), at=NOON, stages=[])
        draft = make.draft(kind="class")
        assert publishing.edit(draft.pk, by=make.organizer(), at=NOON, stages=["growing"]).stages == ["growing"]


class TestClocks:
    def could(self, application: Application) -> bool:
        since, until = application.approved_at, application.clock_ends_at
        return rules.could_have_taken(ports.seat_chances(application.person_id, since, until), since, until)

    def test_what_is_for_other_stages_was_no_chance(self, django_assert_num_queries):
        application = approved()
        for_stages("preparing", starts_at=NOON + 5 * make.DAY)
        assert not self.could(application)
        for_stages("preparing", "growing", starts_at=NOON + 5 * make.DAY)
        assert self.could(application)
        with django_assert_num_queries(3):
            self.could(application)

    def test_reminders_name_what_everybody_may_take(self):
        for_stages("growing")
        mixed = for_stages()
        named = selectors.qualifying_events(NOON, NOON + 20 * make.DAY, NOON)
        assert [event["path"] for event in named] == [mixed.get_absolute_url()]

    def test_nor_does_a_letter_of_the_week_to_another_stage(self):
        scoped = for_stages("growing")
        same, other = at_stage("growing"), at_stage("preparing")
        ahead = weekly.open_between(NOON, NOON + 7 * make.DAY)
        found = weekly.chances([same.pk, other.pk], {}, ahead, NOON, each=3)
        assert [[chance.event for chance in found[who.pk]] for who in (same, other)] == [[scoped], []]


class TestPage:
    def test_the_teaser_says_for_whom_and_another_stage_reads_why_not(self):
        at = timezone.now()
        event = for_stages("growing", at=at, starts_at=at + 3 * make.DAY)
        client = Client(headers={"accept-language": "en"})
        assert "For: Growing" in client.get(event.get_absolute_url()).content.decode()
        assert "For: Growing" in client.get("/events/").content.decode()
        client.force_login(at_stage("preparing", since=at - 60 * make.DAY))
        assert "companies at another stage than yours" in client.get(event.get_absolute_url()).content.decode()

    def test_the_form_keeps_what_was_chosen(self, settings):
        settings.STAFF_SECOND_FACTOR = False
        client = Client()
        client.force_login(make.organizer())
        draft = make.draft(kind="class", stages=["growing"])
        shown = client.get(f"/desk/events/{draft.public_id}/").context["form"]
        assert shown["stages"].value() == ["growing"]
        copied = client.get(f"/desk/events/new/?copy={draft.public_id}").context["form"]
        assert copied["stages"].value() == ["growing"]
