"""Real threads on PostgreSQL: a number of open posts is that number, a best answer is one."""

import pytest

from community.kernel.models import Message
from community.posts.models import Answer, Introduction, Post
from community.posts.services import answering, introducing, posting
from tests.concurrency.test_seats import together
from tests.make import NOON, member
from tests.posts import make

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def publishing(post: Post):
    return lambda: posting.publish(post.pk, by=post.author, at=NOON)


def choosing(answer: Answer, post: Post):
    return lambda: answering.choose_best(answer, by=post.author, at=NOON)


def saying(who, post: Post):
    return lambda: answering.answer(post.pk, f"{who.full_name}：可以。", by=who, at=NOON)


def test_two_tabs_never_open_one_post_too_many(rounds):
    for _ in range(rounds(30)):
        who = member()
        drafts = [make.draft(who, title=f"需求 {number}") for number in range(5)]

        answers = together(*(publishing(post) for post in drafts for _ in range(2)))
        assert Post.objects.filter(author=who, status="open").count() == 3
        assert set(answers) == {"ok", "post.quota"}


def test_two_best_answers_at_once_leave_one(rounds):
    for _ in range(rounds(30)):
        post = make.post(kind="dilemma")
        said = [make.answer(post, f"办法 {number}") for number in range(2)]

        assert together(*(choosing(answer, post) for answer in said)) == ["ok", "ok"]
        assert Answer.objects.filter(best_of=post).count() == 1


def test_two_first_answers_and_the_earlier_time_stays(rounds):
    for _ in range(rounds(20)):
        post, people = make.post(), [member(), member()]
        assert together(*(saying(who, post) for who in people)) == ["ok", "ok"]
        post.refresh_from_db()
        assert (post.answers.count(), post.first_answered_at) == (2, NOON)


def test_accepting_while_it_is_taken_back_ends_one_way(rounds):
    for _ in range(rounds(30)):
        post, helper = make.post(), member()
        asked = introducing.help_with(post.pk, by=helper, at=NOON)
        answers = together(accepting(asked), taking_back(asked), accepting(asked))
        asked.refresh_from_db()
        letters = Message.objects.filter(
            kind="posts/introduced", occasion__startswith=f"introduced:{asked.pk}:"
        ).count()
        assert (asked.status, letters) in {("accepted", 2), ("expired", 0)}, answers
        assert set(answers) <= {"ok", "introduction.stale"}


def test_both_asking_at_once_are_introduced_once(rounds):
    for _ in range(rounds(30)):
        one, other = member(), member()
        assert together(asking(one, other), asking(other, one)) == ["ok", "ok"]
        (only,) = Introduction.objects.filter(asker__in=[one, other])
        assert only.status == "accepted"


def accepting(introduction: Introduction):
    return lambda: introducing.answer(introduction, yes=True, by=introduction.asked, at=NOON)


def taking_back(introduction: Introduction):
    return lambda: introducing.withdraw(introduction, by=introduction.asker, at=NOON)


def asking(who, other):
    return lambda: introducing.ask(who, other.pk, at=NOON)
