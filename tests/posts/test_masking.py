"""R52: no word and no picture of somebody who is erased is left, and what belongs to others stays."""

from datetime import timedelta

import pytest

from community.kernel.models import Message
from community.matching.models import Document, Match
from community.matching.services import pairing
from community.members.models import Person
from community.members.services import erasing
from community.posts import selectors
from community.posts.models import Answer, Introduction, Photo, Post, Profile, Thanks
from community.posts.services import answering, care, introducing, masking, photos, posting, profiles, solving
from tests.make import NOON, member
from tests.members.test_erasing import left_of
from tests.posts import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WORDS = [
    "独家标题甲",
    "独家正文乙",
    "独家草稿丙",
    "独家回答丁",
    "独家名片戊",
    "独家能给己",
    "独家附言庚",
    "独家感谢辛",
    "独家举报壬",
    "欧阳独特",
]


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def life(who: Person, other: Person, third: Person) -> tuple[Post, Post, Post, Introduction]:
    """Everything a member can leave behind here: their need, their draft, a dilemma they answered, whom they asked."""
    profiles.write(who, at=NOON, about="独家名片戊", offers="注塑模具，独家能给己", tags=["独家名片戊"])
    offer = make.post(other, kind="offer", title="注塑模具加工")
    need = make.post(who, title="找注塑模具，独家标题甲", text="独家正文乙")
    photos.add(need, make.picture(), by=who, at=NOON)
    drafted = make.draft(who, title="独家草稿丙")
    photos.add(drafted, make.picture(), by=who, at=NOON)
    make.answer(need, "别人的回答，注塑模具可以做", by=other)
    make.answer(offer, "独家回答丁", by=who)
    dilemma = make.post(third, kind="dilemma", title="注塑模具报价怎么谈")
    best = make.answer(dilemma, "独家回答丁，先谈量", by=who)
    answering.choose_best(best, by=third, at=NOON)
    care.report(offer, None, "ad", "独家举报壬", by=who, at=NOON)
    care.mute(third, who.pk, at=NOON)
    care.unmute(third, who.pk)
    pairing.sweep(at=NOON)
    asked = introducing.ask(who, third.pk, note="独家附言庚", at=NOON)
    introducing.answer(
        introducing.ask(who, other.pk, post=need, note="独家附言庚", at=NOON), yes=True, by=other, at=NOON
    )
    solving.solve(need.pk, [other.public_id], by=who, at=NOON, text="独家感谢辛")
    return need, drafted, dilemma, asked


def test_no_word_and_no_picture_of_a_member_is_left(monkeypatch, tmp_path, django_capture_on_commit_callbacks) -> None:
    who, other, third = member("欧阳独特"), member("何帮"), member("陆远")
    need, drafted, dilemma, asked = life(who, other, third)
    monkeypatch.setattr(erasing, "insist", lambda person: None)  # a member, whose term is over in this test alone
    assert {word for _, word in left_of(WORDS)} == set(WORDS), "the search must be able to find them"
    assert [path for path in tmp_path.rglob("*") if path.is_file()]

    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(who.pk, by=None, at=NOON + DAY)

    assert left_of(WORDS) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()] and not Photo.objects.exists()
    assert not Profile.objects.filter(person=who).exists() and not Document.objects.filter(person=who).exists()
    # What others wrote, and what can be counted, stays.
    assert Answer.objects.get(author=other).text == "别人的回答，注塑模具可以做"
    assert Post.objects.get(pk=need.pk).status == "solved" and not Post.objects.filter(pk=drafted.pk).exists()
    assert Thanks.objects.get(post=need).helper == other
    assert Introduction.objects.get(pk=asked.pk).status == "expired"
    assert Introduction.objects.get(post=need).status == "thanked"
    assert Answer.objects.filter(author=who, removed_at__isnull=False, text="").count() == 2
    dilemma.refresh_from_db()
    assert dilemma.best is None and dilemma.first_answered_at is not None
    assert not Message.objects.filter(person=other, status="waiting", context__title="…").exists()
    assert not any(selectors.broken_invariants(NOON + DAY).values())
    found = Document.objects.get(kind="answer", person=other)
    assert found.title == "…" and not Match.objects.filter(document=found).exclude(reasons=[]).exists()


def test_open_posts_close_and_what_waits_to_be_sent_is_not_sent() -> None:
    who, other = member("欧阳独特"), member("何帮")
    make.post(other, kind="offer", title="注塑模具加工")
    need = make.post(who, title="找注塑模具")
    pairing.sweep(at=NOON)
    assert Message.objects.get(kind="matching/need_fits").status == "waiting"
    assert masking.forget(who.pk, at=NOON) == 1
    need.refresh_from_db()
    assert (need.status, need.title, need.text) == ("closed", "…", "")
    letter = Message.objects.get(kind="matching/need_fits")
    assert (letter.status, letter.error, letter.context["title"]) == ("dropped", "erased", "…")
    assert masking.forget(who.pk, at=NOON) == 1  # twice is once
    assert posting.sweep(at=NOON) == 0
