"""A post for one stage: who finds it, opens it, answers it and is told of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from community.kernel.errors import RuleBroken
from community.matching.models import Document, Match
from community.matching.selectors import lists as matching
from community.matching.selectors import searching
from community.matching.services import pairing
from community.members import rules as members_rules
from community.members.models import Application, Person
from community.members.selectors import stages
from community.posts import policies, selectors
from community.posts.models import Post
from community.posts.services import photos, posting
from tests.make import NOON, member, person
from tests.matching import make as documents
from tests.posts import make
from tests.posts.make import DAY, HOUR

pytestmark = pytest.mark.django_db


def at_stage(stage: str, *, since=NOON - 60 * DAY, **more) -> Person:
    who = member(since=since, **more)
    Application.objects.filter(person=who).update(stage=stage)
    return who


def told_again(who: Person, stage: str) -> None:
    Application.objects.filter(person=who).update(stage=stage)


class TestWhoSeesIt:
    def test_its_author_members_of_that_stage_and_the_office_nobody_else(self):
        author, same, other, silent = (at_stage(stage) for stage in ("growing", "growing", "preparing", ""))
        office = person(roles=("organizer",))
        post = make.post(author, stage_only=True)
        assert post.for_stage == "growing"
        sees = {who: policies.may_see(who, post, at=NOON) for who in (author, same, other, silent, office, person())}
        assert [*sees.values()] == [True, True, False, False, True, False]
        found = {who: post in selectors.readable(who, NOON) for who in (author, same, other, silent)}
        assert [*found.values()] == [True, True, False, False]
        assert post in selectors.office_list("unanswered", NOON + 4 * DAY)

    def test_the_latest_word_counts(self):
        author, reader = at_stage("growing"), at_stage("preparing")
        post = make.post(author, stage_only=True)
        told_again(reader, "growing")
        assert policies.may_see(reader, post, at=NOON)
        told_again(author, "established")
        assert policies.may_see(author, post, at=NOON)
        assert post in selectors.readable(author, NOON)
        assert post.for_stage == "growing", "kept as it was opened"

    def test_for_all_unless_chosen(self):
        post = make.post(at_stage("growing"))
        assert post.for_stage == ""
        assert policies.may_see(at_stage("preparing"), post, at=NOON)

    def test_answering_is_refused_to_another_stage(self):
        post = make.post(at_stage("growing"), stage_only=True)
        with pytest.raises(RuleBroken, match=r"^post\.stage$"):
            make.answer(post, by=at_stage("preparing"))
        assert make.answer(post, by=at_stage("growing"))


class TestWriting:
    def test_the_stage_is_the_one_of_the_day_it_is_opened(self):
        author = at_stage("preparing")
        draft = make.draft(author, stage_only=True)
        told_again(author, "first_year")
        assert posting.publish(draft.pk, by=author, at=NOON).for_stage == "first_year"

    def test_who_never_said_a_stage_writes_for_all(self):
        with pytest.raises(RuleBroken, match=r"^post\.no_stage$"):
            make.draft(at_stage(""), stage_only=True)

    def test_opened_to_all_and_narrowed_again(self):
        author, other = at_stage("growing"), at_stage("preparing")
        post = make.post(author, stage_only=True)
        wide = posting.edit(post.pk, by=author, at=NOON, stage_only=False, **make.details())
        assert policies.may_see(other, wide, at=NOON)
        kept = posting.edit(post.pk, by=author, at=NOON, **make.details())
        assert kept.for_stage == ""
        narrow = posting.edit(post.pk, by=author, at=NOON, stage_only=True, **make.details())
        assert not policies.may_see(other, narrow, at=NOON)


class TestMatching:
    def told(self, post: Post) -> set[Person]:
        pairing.pair(post.public_id, at=NOON)
        return {match.person for match in Match.objects.filter(need__key=post.public_id).exclude(notified_at=None)}

    def helper(self, stage: str) -> Person:
        who = at_stage(stage)
        documents.offer("小批量模具工厂，五百套起", who)
        return who

    def test_a_need_for_one_stage_tells_only_that_stage(self):
        same, other, silent = self.helper("growing"), self.helper("preparing"), self.helper("")
        scoped = make.post(at_stage("growing"), stage_only=True)
        assert self.told(scoped) == {same}
        assert self.told(make.post(at_stage("growing"))) == {same, other, silent}

    def test_whom_it_found_before_it_was_narrowed_are_led_to_it_no_more(self):
        author, other = at_stage("growing"), self.helper("preparing")
        post = make.post(author)
        pairing.pair(post.public_id, at=NOON)
        assert matching.needs_for(other.pk, at=NOON)
        Match.objects.update(notified_at=None)
        posting.edit(post.pk, by=author, at=NOON, stage_only=True, **make.details())
        assert self.told(post) == set()
        assert not matching.needs_for(other.pk, at=NOON)
        assert not matching.needs_of_many([other.pk], at=NOON)
        assert not matching.matches(post.public_id, at=NOON)
        assert matching.foremost([post.public_id], at=NOON) == {post.public_id: []}

    def test_an_offer_for_one_stage_answers_needs_of_that_stage_only(self):
        offering = at_stage("growing")
        make.post(offering, kind="offer", stage_only=True)
        assert self.told(make.post(at_stage("preparing"))) == set()
        assert self.told(make.post(at_stage("growing"))) == {offering}

    def test_neither_it_nor_what_was_answered_to_it_is_found_by_another_stage(self):
        author, helper = at_stage("growing"), at_stage("growing")
        post = make.post(author)
        make.answer(post, "长安的模具厂肯接五百套", by=helper)
        make.post(author, kind="offer", title="东莞模具车间", stage_only=True)
        posting.edit(post.pk, by=author, at=NOON, stage_only=True, **make.details())
        assert Document.objects.filter(for_stage="growing").count() == 3
        seen = {
            stage: searching.search("模具", reader_id=at_stage(stage).pk, at=NOON + HOUR).people
            for stage in ("growing", "preparing")
        }
        assert seen == {"growing": 2, "preparing": 0}


class TestPages:
    @pytest.fixture(autouse=True)
    def _no_second_factor(self, settings) -> None:
        settings.STAFF_SECOND_FACTOR = False

    def client(self, who: Person) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(who)
        return client

    def newcomer(self, stage: str) -> Person:
        return at_stage(stage, since=timezone.now() - timedelta(days=60))

    def test_from_the_form_to_one_stage_and_404_for_the_others(self):
        author = self.newcomer("growing")
        writing = self.client(author)
        assert "Only members at my stage: Growing" in writing.get("/posts/new/").content.decode()
        on = f"{timezone.now() + timedelta(days=20):%Y-%m-%d}"
        writing.post("/posts/new/", make.typed(valid_until_on=on, who_sees="stage"))
        post = Post.objects.get()
        photo = photos.add(post, make.picture(), by=author, at=timezone.now())
        shown = writing.post(f"/posts/{post.public_id}/publish/", follow=True).content.decode()
        assert "members at your stage" in shown
        assert "Only for the stage “Growing”" in shown
        picture = f"/posts/{post.public_id}/photos/{photo.public_id}/"
        same, other = self.client(self.newcomer("growing")), self.client(self.newcomer("preparing"))
        listed = same.get("/posts/").content.decode()
        assert post.title in listed
        assert "Only for the stage “Growing”" in listed
        assert post.title not in other.get("/posts/").content.decode()
        assert post.title not in other.get(f"/members/{author.public_id}/").content.decode()
        paths = (post.get_absolute_url(), picture, f"/posts/{post.public_id}/report/")
        assert [same.get(path).status_code for path in paths] == [200, 200, 200]
        assert [other.get(path).status_code for path in paths] == [404, 404, 404]
        presses = ("answers", "help", "not-me", "mute")
        assert [other.post(f"/posts/{post.public_id}/{name}/", {"text": "好"}).status_code for name in presses] == [
            404
        ] * 4
        assert self.client(person(roles=("organizer",))).get(paths[0]).status_code == 200

    def test_changing_it_keeps_what_was_chosen(self):
        author = self.newcomer("growing")
        post = make.post(author, at=timezone.now(), stage_only=True)
        shown = self.client(author).get(f"/posts/{post.public_id}/edit/").context["form"]
        assert shown["who_sees"].value() == "stage"

    def test_who_never_said_is_not_asked(self):
        assert "who_sees" not in self.client(self.newcomer("")).get("/posts/new/").content.decode()


def test_the_expression_and_the_list_say_the_same():
    people = [at_stage(stage) for stage in ("", *members_rules.STAGES)]
    said = Person.objects.filter(pk__in=[who.pk for who in people]).annotate(said=stages.told_by(answering_key()))
    assert {who.pk: who.said for who in said if who.said} == stages.stages_of(who.pk for who in people)


def answering_key():
    from django.db.models import OuterRef

    return OuterRef("pk")
