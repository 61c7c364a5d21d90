"""A need finds its people, they say yes, and it ends with thanks (R31–R33)."""

import pytest
from django.test import Client
from django.utils import timezone

from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.matching.selectors import lists as matching
from community.matching.services import pairing
from community.posts import rules, selectors
from community.posts.models import Introduction, Thanks
from community.posts.services import answering, care, introducing, posting, solving
from tests.make import NOON, member, person
from tests.posts import make
from tests.posts.make import DAY, HOUR

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def moulder(title: str = "小批量模具，五百套起可接", **more):
    """A member whose offer fits the usual need."""
    who = member(**more)
    make.post(who, kind="offer", title=title, text="东莞长安，注塑模具，做电源外壳多年。")
    return who


def found(post) -> list:
    pairing.sweep(at=NOON)
    return list(matching.matches(post.public_id, at=NOON))


def letters(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=f"posts/{kind}").values_list("person__full_name", flat=True))


class TestFinding:
    def test_an_open_need_finds_members_whose_offers_fit_and_they_are_told_once(self):
        helpers = {moulder().pk, moulder("开模具的工厂，小批量").pk}
        post = make.post()
        assert {match.person_id for match in found(post)} == helpers
        assert len(found(post)) == 2
        assert set(Message.objects.filter(kind="matching/need_fits").values_list("person_id", flat=True)) == helpers

    def test_a_dilemma_finds_who_answered_the_like_before(self):
        old = make.post(kind="dilemma", title="大客户拖账款怎么办", text="拖了九十天。")
        helper = make.answer(old, "账款先对账发函，再谈分期。").author
        new = make.post(kind="dilemma", title="客户拖欠账款，要不要停货", text="现金流紧。")
        assert helper.pk in {match.person_id for match in found(new)}

    def test_a_draft_a_closed_an_expired_and_a_hidden_one_find_nobody(self):
        moulder()
        draft = make.draft()
        closed = make.post()
        posting.close(closed.pk, by=closed.author, at=NOON)
        hidden = make.post()
        report = care.report(hidden, None, "ad", "", by=member(), at=NOON)
        care.settle(report.public_id, hide=True, reason="广告", by=person(roles=("organizer",)), at=NOON)
        assert [found(post) for post in (draft, closed, hidden)] == [[], [], []]

    def test_whom_one_muted_is_never_led_to_one_nor_the_other_way(self):
        author = member()
        one, other, third = moulder(), moulder(), moulder()
        care.mute(author, one.pk, at=NOON)
        care.mute(other, author.pk, at=NOON)
        post = make.post(author)
        assert [match.person_id for match in found(post)] == [third.pk]
        with refused("introduction.none"):
            introducing.ask(author, other.pk, at=NOON)

    def test_the_author_reads_how_many_opened_help_and_declined(self):
        one, other = moulder(), moulder()
        post = make.post()
        found(post)
        introducing.help_with(post.pk, by=one, at=NOON)
        introducing.not_me(post, by=other, at=NOON)
        counts = matching.counts([post.public_id])[post.public_id]
        assert (counts.surfaced, counts.seen, counts.helping, counts.declined) == (2, 2, 1, 1)
        assert not matching.needs_for(other.pk, at=NOON)


class TestIntroductions:
    def test_contact_data_is_exchanged_when_both_have_said_yes(self):
        post, helper = make.post(), member("何帮")
        asked = introducing.help_with(post.pk, by=helper, at=NOON, note="我们有两台小机器空着。")
        assert (asked.status, letters("introduction_asked")) == ("asked", [post.author.full_name])
        agreed = introducing.answer(asked, yes=True, by=post.author, at=NOON + HOUR)
        assert (agreed.status, agreed.talk_at) == ("accepted", rules.suggested_at(NOON + HOUR))
        assert letters("introduced") == sorted([post.author.full_name, "何帮"])
        assert introducing.answer(asked, yes=True, by=post.author, at=NOON + 2 * HOUR).status == "accepted"

    def test_asking_whoever_asked_me_is_the_second_yes(self):
        post, helper = make.post(), member()
        first = introducing.ask(post.author, helper.pk, post=post, at=NOON)
        second = introducing.help_with(post.pk, by=helper, at=NOON)
        assert (second.pk, second.status) == (first.pk, "accepted")

    def test_asked_twice_it_is_asked_once_and_five_a_day_are_the_most(self):
        who = member()
        others = [member() for _ in range(6)]
        for other in (*others[:5], *others[:5]):
            introducing.ask(who, other.pk, at=NOON)
        assert Introduction.objects.count() == 5
        with refused("introduction.many"):
            introducing.ask(who, others[5].pk, at=NOON)
        introducing.ask(who, others[5].pk, at=NOON + DAY + HOUR)

    def test_a_no_is_said_kindly_and_a_question_taken_back_or_too_old_cannot_be_answered(self):
        post = make.post()
        no = introducing.help_with(post.pk, by=member(), at=NOON)
        assert introducing.answer(no, yes=False, by=post.author, at=NOON).status == "declined"
        assert letters("introduction_declined")
        back = introducing.help_with(post.pk, by=member(), at=NOON)
        introducing.withdraw(back, by=back.asker, at=NOON)
        old = introducing.help_with(post.pk, by=member(), at=NOON)
        for row in (no, back, old):
            with refused("introduction.stale"):
                introducing.answer(row, yes=True, by=post.author, at=old.expires_at)
        assert introducing.expire_all_due(at=old.expires_at) == 1
        assert introducing.expire_all_due(at=old.expires_at) == 0

    def test_only_the_asked_answers_and_only_people_in_standing_are_led_to_each_other(self):
        post = make.post()
        asked = introducing.help_with(post.pk, by=member(), at=NOON)
        with refused("introduction.stale"):
            introducing.answer(asked, yes=True, by=asked.asker, at=NOON)
        for other, code in ((person(), "introduction.none"), (post.author, "introduction.self")):
            with refused(code):
                introducing.ask(post.author, other.pk, at=NOON)
        with refused("contact.phone"):
            introducing.ask(post.author, member().pk, note="打 13800138000", at=NOON)

    def test_the_suggested_time_is_a_working_afternoon(self):
        assert f"{rules.suggested_at(NOON):%a %H:%M}" == "Tue 15:00"


class TestTheEnd:
    def test_solved_by_whom_thanked_at_once_confirmed_and_credited(self):
        post, helper = make.post(), member("何帮")
        introduction = introducing.help_with(post.pk, by=helper, at=NOON)
        introducing.answer(introduction, yes=True, by=post.author, at=NOON)
        solving.solve(
            post.pk, [helper.public_id], by=post.author, at=NOON + DAY, text="谢谢", business=True, amount=1_200_000
        )
        solving.solve(post.pk, [helper.public_id], by=post.author, at=NOON + DAY)
        introduction.refresh_from_db()
        thanks = Thanks.objects.get()
        assert (introduction.status, thanks.amount, letters("thanked")) == ("thanked", 1_200_000, ["何帮"])
        assert not selectors.open_posts(NOON + DAY)
        assert selectors.credit(helper, NOON, NOON + 30 * DAY).thanks == 0
        solving.confirm(thanks.public_id, yes=True, by=helper, at=NOON + DAY)
        solving.confirm(thanks.public_id, yes=True, by=helper, at=NOON + 2 * DAY)
        with refused("thanks.stale"):
            solving.confirm(thanks.public_id, yes=False, by=helper, at=NOON + 2 * DAY)
        credit = selectors.credit(helper, NOON, NOON + 30 * DAY)
        assert (credit.thanks, credit.introductions) == (1, 1)

    def test_only_who_took_part_can_be_thanked(self):
        post = make.post()
        with refused("solve.who"):
            solving.solve(post.pk, [member().public_id], by=post.author, at=NOON)
        assert solving.solve(post.pk, [], by=post.author, at=NOON).status == "solved"

    def test_amounts_are_seen_only_as_a_sum_over_five_parties(self):
        author = member()
        for number in range(2):
            post = make.post(author, title=f"需求 {number}")
            helper = make.answer(post).author
            solving.solve(post.pk, [helper.public_id], by=author, at=NOON, business=True, amount=100)
            solving.confirm(post.thanks.get().public_id, yes=True, by=helper, at=NOON)
        until = NOON + DAY
        assert selectors.figures(NOON, until, until).amount is None, "three parties"
        post = make.post(title="又一条")
        helper = make.answer(post).author
        solving.solve(post.pk, [helper.public_id], by=post.author, at=NOON, business=True, amount=100)
        solving.confirm(post.thanks.get().public_id, yes=True, by=helper, at=NOON)
        figures = selectors.figures(NOON, until, until)
        assert (figures.amount, figures.deals, figures.solved, figures.in_time) == (300, 3, 3, 100)


def signed_in(who) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(who)
    return client


def test_the_page_of_an_introduction_is_for_the_two_and_tells_nothing_before_both_agree():
    now = timezone.now()
    author, helper = (member(since=now - 60 * DAY) for _ in range(2))
    for one, number in ((author, "13911110001"), (helper, "13911110002")):
        one.phone, one.wechat = f"+86{number}", f"wx{number}"
        one.save()
    post = make.post(author, at=now)
    theirs, mine = signed_in(helper), signed_in(author)
    theirs.post(f"/posts/{post.public_id}/help/", {"note": "我来"})
    path = Introduction.objects.get().get_absolute_url()
    for client, other in ((theirs, author), (mine, helper)):
        seen = client.get(path).content.decode()
        assert "wx139" not in seen and "139 1111" not in seen and other.email not in seen
    assert signed_in(member(since=now - 60 * DAY)).get(path).status_code == 404
    assert "我来" in mine.get("/home/").content.decode()
    mine.post(f"{path}answer/", {"answer": "yes"})
    for client in (theirs, mine):
        seen = client.get(path).content.decode()
        assert all(word in seen for word in ("wx13911110001", "wx13911110002", author.email, helper.email))
    mine.post(f"/posts/{post.public_id}/solve/", {"helpers": helper.public_id, "text": "谢谢", "amount": "9.5"})
    assert "谢谢" in theirs.get("/introductions/").content.decode()
    theirs.post(f"/thanks/{Thanks.objects.get().public_id}/", {"answer": "yes"})
    assert Thanks.objects.get().confirmed_at and Thanks.objects.get().amount is None
    assert "已确认" in mine.get(post.get_absolute_url()).content.decode()


def test_nothing_of_the_loop_breaks_an_invariant():
    from community.pages import invariants

    post = make.post()
    helper = make.answer(post).author
    introducing.help_with(post.pk, by=helper, at=NOON)
    answering.answer(post.pk, "好的。", by=post.author, at=NOON)
    solving.solve(post.pk, [helper.public_id], by=post.author, at=NOON)
    broken = {name: rows for name, rows in invariants.broken(NOON).items() if rows and "post" in name.lower()}
    assert not broken
