"""A post from draft to its end (R30), its quota, notices, pictures and thread."""

from io import BytesIO

import pytest
from PIL import Image

from community.kernel import audit
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.matching.selectors import lists as matching
from community.matching.services import pairing
from community.members.models import Term, Tier
from community.members.services import trainees
from community.posts import selectors
from community.posts.models import Post, Report
from community.posts.services import answering, care, photos, posting
from tests.make import NOON, member, person
from tests.posts import make
from tests.posts.make import DAY, HOUR

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


class TestFromDraftToItsEnd:
    def test_a_draft_is_opened_once_whatever_is_pressed_twice(self):
        draft = make.draft()
        first = posting.publish(draft.pk, by=draft.author, at=NOON)
        again = posting.publish(draft.pk, by=draft.author, at=NOON + HOUR)
        assert (first.status, again.opened_at) == ("open", NOON)
        assert [entry.action for entry in audit.trail(draft)] == ["post.create", "post.publish"]

    def test_three_open_of_a_kind_by_tier_and_what_is_over_no_longer_counts(self):
        who = member()
        mine = [make.post(who, title=f"需求 {n}") for n in range(3)]
        fourth = make.draft(who)
        with refused("post.quota"):
            posting.publish(fourth.pk, by=who, at=NOON)
        make.post(who, kind="offer")
        posting.close(mine[0].pk, by=who, at=NOON)
        assert posting.publish(fourth.pk, by=who, at=NOON).status == "open"
        assert selectors.quota(who, "need", NOON + 31 * DAY).used == 0

    def test_a_trainee_has_one(self):
        who = member()
        Term.objects.filter(person=who).update(tier=Tier.objects.get(code="trainee"))
        make.post(who)
        with refused("post.quota"):
            make.post(who)

    def test_members_in_good_standing_only(self):
        with refused("post.standing"):
            make.draft(person())
        gone = member(since=NOON - 500 * DAY)
        with refused("post.standing"):
            make.draft(gone)

    def test_contact_data_is_refused_everywhere_it_could_stand(self):
        with refused("contact.phone"):
            make.draft(title="找我 13800138000")
        post = make.post()
        with refused("contact.wechat"):
            make.answer(post, "加微信 linxiao88 聊")

    def test_over_means_over_swept_or_not_and_one_tap_opens_it_again(self):
        post = make.post()
        over = post.expires_at
        assert list(selectors.open_posts(over - HOUR)) == [post]
        assert not selectors.open_posts(over)
        with refused("post.not_open"):
            make.answer(post, at=over)
        assert posting.sweep(at=over) == 1
        assert posting.sweep(at=over) == 0
        again = posting.renew(post.pk, by=post.author, at=over + DAY)
        assert (again.status, again.last_on) == ("open", day_of(over + 31 * DAY))

    def test_renewing_begins_in_the_last_week_and_asks_for_room(self):
        who = member()
        post = make.post(who)
        with refused("post.early"):
            posting.renew(post.pk, by=who, at=NOON)
        late = post.expires_at + HOUR
        for _ in range(3):
            make.post(who, at=late)
        with refused("post.quota"):
            posting.renew(post.pk, by=who, at=late)

    def test_two_notices_once_each(self):
        post = make.post()
        week_before = post.expires_at - 8 * DAY
        assert [posting.remind_all_due(at=week_before + n * 12 * HOUR) for n in range(-1, 17)].count(1) == 2
        steps = Message.objects.filter(kind="posts/post_ending").order_by("created_at")
        assert [message.occasion[-2:] for message in steps] == [":7", ":1"]

    def test_the_notice_counts_the_answers_that_still_stand(self):
        post = make.post()
        gone, _ = make.answer(post, "我认识一家。"), make.answer(post, "试试长安。")
        answering.remove(gone, by=gone.author, at=NOON)
        posting.remind_all_due(at=post.expires_at - 3 * DAY)
        assert Message.objects.get(kind="posts/post_ending").context["answers"] == 1

    def test_whoever_loses_standing_has_nothing_open_in_the_same_act(self):
        who = member()
        post = make.post(who)
        ends_on = (NOON + 2 * DAY).date()
        Term.objects.filter(person=who).update(ends_early_on=ends_on)
        assert not selectors.open_posts(NOON + 3 * DAY), "over at that instant, whatever ran"
        assert trainees.end_if_due(who.pk, at=NOON + 3 * DAY)
        post.refresh_from_db()
        assert post.status == "closed"

    def test_the_sweep_closes_what_a_year_that_ran_out_left_open(self):
        who = member(since=NOON - 360 * DAY)
        post = make.post(who, expires_at=NOON + 60 * DAY)
        posting.sweep(at=NOON + 10 * DAY)
        post.refresh_from_db()
        assert post.status == "open", "in grace"
        posting.sweep(at=NOON + 30 * DAY)
        post.refresh_from_db()
        assert post.status == "closed"

    def test_a_draft_is_thrown_away_an_open_post_is_not(self):
        draft, post = make.draft(), make.post()
        posting.discard(draft.pk, by=draft.author, at=NOON)
        with refused("post.stale"):
            posting.discard(post.pk, by=post.author, at=NOON)
        assert list(Post.objects.all()) == [post]


class TestPictures:
    def test_drawn_anew_without_what_the_camera_wrote_and_encrypted_at_rest(self):
        post = make.draft()
        exif = Image.Exif()
        exif[0x010F] = "SECRETCAMERA"
        photo = photos.add(post, make.picture(exif=exif.tobytes()), by=post.author, at=NOON)
        stored = photos.content_of(photo)
        assert b"SECRETCAMERA" not in stored
        with Image.open(BytesIO(stored)) as picture:
            assert picture.size == (1600, 800)
            assert not picture.getexif()
        with open(photo.file.storage.path(photo.file.name), "rb") as raw:
            assert not raw.read(3).startswith(b"\xff\xd8")

    def test_four_at_most_and_pictures_only(self):
        post = make.draft()
        for _ in range(4):
            photos.add(post, make.picture(), by=post.author, at=NOON)
        with refused("photo.count"):
            photos.add(post, make.picture(), by=post.author, at=NOON)


class TestThread:
    def test_a_reply_to_a_reply_joins_the_same_thread_and_sent_twice_it_stands_once(self):
        post = make.post()
        first = make.answer(post)
        reply = answering.answer(post.pk, "哪家？", by=post.author, at=NOON + HOUR, to=first.public_id)
        deeper = answering.answer(post.pk, "东莞那家。", by=first.author, at=NOON + HOUR, to=reply.public_id)
        again = answering.answer(post.pk, "东莞那家。", by=first.author, at=NOON + HOUR, to=reply.public_id)
        assert (deeper.parent, again) == (first, deeper)
        (thread,) = selectors.thread(post, post.author)
        assert thread.replies == [reply, deeper]

    def test_the_first_answer_of_somebody_else_sets_the_time(self):
        post = make.post(kind="dilemma")
        make.answer(post, "补充一点。", by=post.author, at=NOON + HOUR)
        post.refresh_from_db()
        assert post.first_answered_at is None
        make.answer(post, at=NOON + 2 * HOUR)
        make.answer(post, "我也遇到过。", at=NOON + 3 * HOUR)
        post.refresh_from_db()
        assert post.first_answered_at == NOON + 2 * HOUR

    def test_the_author_of_a_dilemma_names_one_best_answer_of_another(self):
        post = make.post(kind="dilemma")
        first, second = make.answer(post), make.answer(post, "先谈付款期。")
        own = make.answer(post, "谢谢各位。", by=post.author)
        for one in (first, second):
            answering.choose_best(one, by=post.author, at=NOON)
        post.refresh_from_db()
        assert post.best == second
        assert selectors.thread(post, post.author)[0].answer == second
        with refused("answer.best"):
            answering.choose_best(own, by=post.author, at=NOON)
        with refused("answer.best"):
            answering.choose_best(first, by=first.author, at=NOON)
        answering.remove(second, by=second.author, at=NOON)
        post.refresh_from_db()
        assert post.best is None

    def test_words_taken_away_are_gone_and_the_place_stays_while_somebody_replied(self):
        post = make.post()
        first, lonely = make.answer(post), make.answer(post, "当我没说。")
        answering.answer(post.pk, "谢谢。", by=post.author, at=NOON, to=first.public_id)
        for one in (first, lonely):
            answering.remove(one, by=one.author, at=NOON)
            one.refresh_from_db()
            assert one.text == ""
        assert [thread.answer for thread in selectors.thread(post, post.author)] == [first]


class TestCare:
    def test_a_report_is_looked_at_and_its_author_reads_why(self):
        post, who, office = make.post(), member(), person(roles=("organizer",))
        report = care.report(post, None, "ad", "", by=who, at=NOON)
        assert care.report(post, None, "rude", "", by=who, at=NOON) == report
        with refused("post.own"):
            care.report(post, None, "ad", "", by=post.author, at=NOON)
        with refused("post.reason"):
            care.settle(report.public_id, hide=True, reason=" ", by=office, at=NOON)
        care.settle(report.public_id, hide=True, reason="这是广告。", by=office, at=NOON)
        with refused("report.stale"):
            care.settle(report.public_id, hide=False, reason="", by=office, at=NOON)
        assert not selectors.open_posts(NOON)
        assert Message.objects.get(kind="posts/taken_down").context["reason"] == "这是广告。"

    def test_an_answer_can_be_reported_and_left(self):
        said = make.answer(make.post())
        report = care.report(said.post, said, "other", "", by=member(), at=NOON)
        care.settle(report.public_id, hide=False, reason="", by=person(roles=("organizer",)), at=NOON)
        assert not Report.objects.filter(settled_at=None).exists()
        said.refresh_from_db()
        assert said.removed_at is None

    def test_whoever_is_muted_is_no_longer_read(self):
        who, post = member(), make.post()
        said = make.answer(make.post(), by=post.author)
        care.mute(who, post.author_id, at=NOON)
        care.mute(who, post.author_id, at=NOON)
        assert list(selectors.readable(who, NOON)) == [said.post]
        assert selectors.thread(said.post, who) == []
        care.unmute(who, post.author_id)
        assert selectors.readable(who, NOON).count() == 2


def test_the_office_sees_what_nobody_answered_for_72_hours():
    need, offer, answered = make.post(), make.post(kind="offer"), make.post()
    make.answer(answered)
    assert not selectors.office_list("unanswered", NOON + 71 * HOUR)
    assert list(selectors.office_list("unanswered", NOON + 72 * HOUR)) == [need]
    assert offer.status == "open"


def test_the_desk_suggests_whom_to_ask():
    helper = member("何帮")
    make.post(helper, kind="offer", title="小批量模具，五百套起可接", at=NOON)
    need = make.post()
    pairing.sweep(at=NOON)
    found = matching.foremost([need.public_id], at=NOON + 72 * HOUR)
    assert [match.person for match in found[need.public_id]] == [helper]


def test_nothing_of_this_breaks_an_invariant():
    post = make.post(kind="dilemma")
    answering.choose_best(make.answer(post), by=post.author, at=NOON)
    assert not any(selectors.broken_invariants(NOON).values())
    assert selectors.broken_invariants(post.expires_at + HOUR)["post_left_open"] == [post.public_id]
