"""One-to-ones, projects, wishes and nudges (R35): who may say what, who hears of it, and what is over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.events import selectors as events
from community.events.models import MeetAgain
from community.events.services import wishing
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Block, Person, Suspension
from community.ties import selectors
from community.ties.models import OneToOne, Partner, Project
from community.ties.selectors import invariants
from community.ties.services import forgetting, nudging, one_to_ones, projects
from tests import make
from tests.make import NOON
from tests.ties.make import members, met, together

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TODAY = day_of(NOON)

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def letters(kind):
    return list(Message.objects.filter(kind=f"ties/{kind}").order_by("pk").values_list("person", flat=True))


class TestOneToOnes:
    def test_said_twice_it_stands_once_and_both_saying_so_confirms_it(self):
        a, b = members("甲", "乙")
        first = one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON)
        assert one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON + DAY) == first
        assert one_to_ones.log(b, a.pk, met_on=TODAY, at=NOON + DAY).status == "confirmed"
        assert one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON + DAY) == first
        assert (letters("one_to_one_asked"), letters("one_to_one_confirmed")) == ([b.pk], [a.pk])
        assert OneToOne.objects.count() == 1 and met(a, b, on=TODAY + DAY, at=NOON + DAY).pk != first.pk

    def test_a_no_looks_like_silence_and_can_still_become_a_yes(self):
        a, b = members("甲", "乙")
        made = one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON)
        assert one_to_ones.answer(made, yes=False, by=b, at=NOON).status == "declined"
        made.refresh_from_db()
        assert made.looks_open(NOON) and one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON + DAY) == made
        assert letters("one_to_one_asked") == [b.pk] and not letters("one_to_one_confirmed")
        assert one_to_ones.log(b, a.pk, met_on=TODAY, at=NOON + DAY).status == "confirmed"

    def test_over_after_fourteen_days_at_the_very_instant(self):
        a, b = members("甲", "乙")
        made = one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON)
        assert one_to_ones.expire_all_due(at=made.expires_at - DAY) == 0
        with refused("one_to_one.stale"):
            one_to_ones.answer(made, yes=True, by=b, at=made.expires_at)
        again = one_to_ones.log(a, b.pk, met_on=TODAY + 10 * DAY, at=made.expires_at)
        made.refresh_from_db()
        assert (made.status, again.status) == ("expired", "waiting") and selectors.of(a.pk) == {}

    def test_confirmed_by_mistake_either_takes_it_back_for_seven_days(self):
        a, b, c = members("甲", "乙", "丙")
        mine, theirs, kept = (met(a, b, on=TODAY - n * DAY) for n in range(3))
        with refused("one_to_one.stale"):
            one_to_ones.take_back(mine, by=c, at=NOON)
        assert one_to_ones.take_back(mine, by=a, at=NOON + DAY).status == "taken_back"
        assert one_to_ones.take_back(theirs, by=b, at=NOON + 7 * DAY - SECOND).status == "taken_back"
        assert one_to_ones.take_back(theirs, by=a, at=NOON + 8 * DAY).status == "taken_back"  # pressed twice, once done
        with refused("one_to_one.settled"):
            one_to_ones.take_back(kept, by=b, at=NOON + 7 * DAY)
        assert selectors.of(a.pk)[b.pk].one_to_ones == 1 and not any(invariants.broken_invariants().values())
        assert letters("one_to_one_confirmed") == [a.pk] * 3  # and none says that it was taken back
        again = met(a, b, on=TODAY, at=NOON + DAY)
        assert again.pk != mine.pk and selectors.of(b.pk)[a.pk].one_to_ones == 2
        # What was taken back later than that is named by verify.
        AuditEntry.objects.create(
            at=NOON + 7 * DAY, action="one_to_one.take_back", subject_type="ties.OneToOne", subject_id=kept.pk,
            old="confirmed", new="taken_back", actor=b,
        )  # fmt: skip
        assert invariants.broken_invariants()["one_to_one_taken_back_too_late"] == [str(kept.pk)]

    def test_the_page_offers_it_to_both_while_it_can_be(self, client):
        now = timezone.now()
        a, b = members("甲一", "乙二", since=now - 90 * DAY)
        made = met(a, b, on=day_of(now - 6 * DAY), at=now - 6 * DAY)
        OneToOne.objects.filter(pk=met(a, b, on=day_of(now - DAY), at=now).pk).update(answered_at=now - 7 * DAY)
        for who, other in ((a, "乙二"), (b, "甲一")):
            client.force_login(who)
            page = client.get(reverse("people"))
            assert [(one.pk, them.name) for one, them in page.context["lately"]] == [(made.pk, other)]
        client.post(reverse("one_to_one_take_back", args=[made.public_id]))
        page = client.get(reverse("people"))
        assert page.context["lately"] == [] and page.context["lines"][0].tie.one_to_ones == 1

    def test_who_cannot(self):
        a, b, c, d = members("甲", "乙", "丙", "丁")
        with refused("tie.self"):
            one_to_ones.log(a, a.pk, met_on=TODAY, at=NOON)
        for days, code in ((1, "future"), (-31, "old")):
            with refused(f"one_to_one.{code}"):
                one_to_ones.log(a, b.pk, met_on=TODAY + days * DAY, at=NOON)
        made = one_to_ones.log(a, b.pk, met_on=TODAY, at=NOON)
        Block.objects.create(person=b, blocked=a, since_at=NOON)
        Suspension.objects.create(
            person=c, begins_on=TODAY, ends_on=TODAY + 9 * DAY, reason="争吵", set_at=NOON, set_by=d
        )
        visitor = make.person()
        for other in (b, c, visitor):
            with refused("tie.none"):
                one_to_ones.log(a, other.pk, met_on=TODAY, at=NOON)
        for who in (c, visitor):
            with pytest.raises(RuleBroken):
                one_to_ones.log(who, d.pk, met_on=TODAY, at=NOON)
        with refused("tie.none"):
            one_to_ones.answer(made, yes=True, by=b, at=NOON)
        with refused("one_to_one.stale"):
            one_to_ones.answer(made, yes=True, by=d, at=NOON)

    def test_erased_the_tie_stays_and_the_words_go(self):
        a, b = members("甲", "乙")
        met(a, b, on=TODAY)
        made = projects.declare(a, title="秘密项目", since_on=TODAY, partners=[b.pk], at=NOON)
        projects.answer(made, yes=True, by=b, at=NOON)
        forgetting.forget(a.pk, at=NOON)
        made.refresh_from_db()
        assert made.title == "" and set(selectors.of(b.pk)) == {a.pk}
        assert not Message.objects.filter(context__title="秘密项目").exists()


class TestProjects:
    def test_twice_the_same_is_one_and_a_stranger_has_no_part_in_it(self):
        a, b, c = members("甲", "乙", "丙")
        made = projects.declare(a, title=" 共享仓 ", since_on=TODAY, partners=[b.pk], at=NOON)
        assert projects.declare(a, title="共享仓", since_on=TODAY, partners=[b.pk], at=NOON) == made
        with refused("partner.stale"):
            projects.answer(made, yes=True, by=c, at=NOON)
        with refused("partner.stale"):
            projects.answer(made, yes=True, by=b, at=made.expires_at)
        assert projects.expire_all_due(at=made.expires_at) == 1 and letters("project_asked") == [b.pk]
        for changed, code in (
            ({"title": "  "}, "project.title"), ({"since_on": TODAY + DAY}, "project.day"),
            ({"partners": [a.pk]}, "project.partners"),
        ):  # fmt: skip
            with refused(code):
                projects.declare(a, **{"title": "另一个", "since_on": TODAY, "partners": [c.pk], "at": NOON} | changed)
        assert Partner.objects.filter(project=made, status="confirmed").get().person == a


class TestWishes:
    def test_told_to_both_when_mutual_and_to_nobody_before(self):
        a, b, c = members("甲", "乙", "丙")
        together(a, b, at=NOON - 9 * DAY)
        assert wishing.wish(a, b.pk, at=NOON) is False and not Message.objects.filter(kind="events/meet_again").exists()
        assert wishing.take_back(a, b.pk) and wishing.wish(b, a.pk, at=NOON) is False
        assert wishing.wish(a, b.pk, at=NOON) is True and wishing.wish(a, b.pk, at=NOON) is True
        told = Message.objects.filter(kind="events/meet_again").values_list("person", flat=True)
        assert sorted(told) == sorted([a.pk, b.pk]) and MeetAgain.objects.count() == 2
        with refused("wish.met"):
            wishing.wish(a, c.pk, at=NOON)
        assert not events.broken_invariants(NOON)["mutual_wish_untold"]
        Message.objects.filter(kind="events/meet_again", person=b).delete()
        assert events.broken_invariants(NOON)["mutual_wish_untold"] == [f"{b.pk} {a.pk}"]


class TestNudges:
    def test_on_day_three_and_on_day_fourteen_only_when_nothing_happened(self):
        a, b, c = members("甲", "乙", "丙")
        event = together(a, b, c, at=NOON)
        for days, new in ((2, 0), (3, 3), (3, 0), (4, 0)):
            assert nudging.nudge_all_due(at=NOON + days * DAY) == new
        wishing.wish(a, b.pk, at=NOON + 5 * DAY)
        one_to_ones.log(b, c.pk, met_on=TODAY, at=NOON + 5 * DAY)
        assert nudging.nudge_all_due(at=NOON + 14 * DAY) == 1 and letters("nudge")[3:] == [c.pk]
        first, last = Message.objects.filter(kind="ties/nudge", person=c).order_by("pk")
        assert (first.valid_until, last.valid_until) == (NOON + 14 * DAY, NOON + 21 * DAY)
        assert nudging.nudge_all_due(at=NOON + 30 * DAY) == 0 and event.topic == last.context["topic"]

    def test_only_the_last_table_asks(self):
        a, b = members("甲", "乙")
        together(a, b, at=NOON - 7 * DAY)
        together(a, b, at=NOON)
        assert nudging.nudge_all_due(at=NOON + DAY) == 0
        assert nudging.nudge_all_due(at=NOON + 3 * DAY) == 2 and nudging.nudge_all_due(at=NOON + 8 * DAY) == 0


class TestPages:
    @pytest.fixture
    def pair(self, client, at):
        since = at - 90 * DAY
        a, b = members("林晓", "周宁", since=since)
        together(a, b, at=at - 9 * DAY)
        client.force_login(a)
        return a, b

    def test_two_taps_and_one(self, client, pair):
        a, b = pair
        page = client.get(reverse("people_met")).content.decode()
        assert f'value="{b.public_id}"' in page and f'value="{a.public_id}"' not in page
        said = client.post(reverse("people_met"), {"person": b.public_id}, follow=True).content.decode()
        made = OneToOne.objects.get()
        assert made.met_on == day_of(timezone.now()) and "周宁" in said
        assert client.post(reverse("people_met"), {"person": b.public_id, "met_on": "2001-01-01"}).status_code == 422
        assert client.post(reverse("one_to_one_answer", args=[made.public_id]), {"answer": "yes"}).status_code == 302
        made.refresh_from_db()
        assert made.status == "waiting"
        client.force_login(b)
        assert "林晓" in client.get(reverse("people")).content.decode()
        client.post(reverse("one_to_one_answer", args=[made.public_id]), {"answer": "yes"})
        made.refresh_from_db()
        assert made.status == "confirmed"
        client.force_login(make.member(since=timezone.now() - 90 * DAY))
        assert client.post(reverse("one_to_one_answer", args=[made.public_id])).status_code == 404

    def test_who_hides_or_was_erased_is_not_named_and_a_wish_of_the_others_is_not_told(self, client, pair):
        a, b = pair
        wishing.wish(b, a.pk, at=timezone.now())
        assert "tone-done" not in client.get(reverse("people")).content.decode()
        Person.objects.filter(pk=b.pk).update(hide_me=True)
        page = client.get(reverse("people")).content.decode()
        assert "周宁" not in page and client.post(reverse("people_wish"), {"person": b.public_id}).status_code == 302
        assert not MeetAgain.objects.filter(person=a).exists()

    def test_a_partner_is_looked_for_by_name_and_what_is_typed_and_ticked_stays(self, client, pair):
        one, other = pair
        far = make.member("尉迟远", since=timezone.now() - 90 * DAY)
        Block.objects.create(person=make.member("尉迟近", since=timezone.now() - 90 * DAY), blocked=one, since_at=NOON)
        typed = {"title": "共享仓", "since_on": "2026-13-01", "partners": [other.public_id]}
        page = client.post(reverse("project_new"), typed | {"q": "尉迟", "look": "1"})
        form = page.context["form"]
        assert page.status_code == 200 and not Project.objects.exists()
        assert [key for key, _ in form.fields["partners"].choices] == [other.public_id, far.public_id]
        assert (form["title"].value(), form["since_on"].value()) == ("共享仓", "2026-13-01")
        assert form["partners"].value() == [other.public_id] and "checked" in str(form["partners"])
        nobody = client.post(reverse("project_new"), typed | {"q": "没有这个人", "look": "1"})
        assert nobody.context["nobody"] and [key for key, _ in nobody.context["form"].fields["partners"].choices]
        # Enter in a field with nothing to look for presses the same button: it is the declaration that is meant.
        assert client.post(reverse("project_new"), typed | {"q": "", "look": "1"}).status_code == 422
        both = typed | {"since_on": "2026-01-01", "partners": [other.public_id, far.public_id], "q": "尉迟"}
        assert client.post(reverse("project_new"), both).status_code == 302
        assert set(Partner.objects.values_list("person", flat=True)) == {one.pk, other.pk, far.pk}

    def test_a_project_refused_keeps_what_was_typed(self, client, pair):
        typed = {"title": "共享仓", "since_on": "2999-01-01", "partners": [pair[1].public_id]}
        answer = client.post(reverse("project_new"), typed)
        assert answer.status_code == 422 and "共享仓" in answer.content.decode()
        assert client.post(reverse("project_new"), typed | {"since_on": "2026-01-01"}).status_code == 302
        assert "共享仓" in client.get(reverse("projects")).content.decode()

    def test_as_many_questions_for_three_as_for_three_hundred(self, client, pair, at):
        a = pair[0]
        counts = []
        for crowd in (2, 300):
            people = Person.objects.bulk_create(
                Person(email=f"x{crowd}-{n}@example.test", full_name=f"会员{n:03}") for n in range(crowd)
            )
            for start in range(0, crowd, 11):
                together(a, *people[start : start + 11], at=at - (start + 10) * DAY)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("people")).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 14
