"""Posts, introductions, cards, and needs that find somebody."""

from datetime import datetime

from community.kernel.days import ZONE
from community.matching.services import answering as fits
from community.matching.services import pairing
from community.members.services import leaving
from community.posts.models import Post
from community.posts.services import answering, care, introducing, posting, profiles
from tests import make
from tests.matching import make as matching
from tests.posts import make as posts
from tests.properties.still.story import DAY, NOON, Story, story

JANUARY = datetime(2027, 1, 5, 12, tzinfo=ZONE)


def _hidden(post: Post, at: datetime) -> None:
    report = care.report(post, None, "spam", "", by=make.member(), at=at)
    care.settle(report.public_id, hide=True, reason="广告", by=make.person(roles=("organizer",)), at=at)


@story("posts/post_ending", "closed", "renewed", "hidden", "left")
def week_left() -> Story:
    post, at = posts.post(), NOON + 24 * DAY
    who = post.author
    posting.remind_all_due(at=at)
    return Story(
        who,
        at,
        {
            "closed": lambda at: posting.close(post.pk, by=who, at=at),
            "renewed": lambda at: posting.renew(post.pk, by=who, at=at),
            "hidden": lambda at: _hidden(post, at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
        },
    )


@story("posts/answered", "taken back", "hidden")
def answer() -> Story:
    post = posts.post()
    given = posts.answer(post)
    return Story(
        post.author,
        NOON,
        {
            "taken back": lambda at: answering.remove(given, by=given.author, at=at),
            "hidden": lambda at: _hidden(post, at),
        },
    )


@story("posts/best_answer", "another one", "taken back", "hidden")
def best() -> Story:
    post = posts.post(kind="dilemma", title="大客户拖账款怎么办")
    given, other = posts.answer(post, "先停货。"), posts.answer(post, "先打电话。")
    answering.choose_best(given, by=post.author, at=NOON)
    return Story(
        given.author,
        NOON,
        {
            "another one": lambda at: answering.choose_best(other, by=post.author, at=at),
            "taken back": lambda at: answering.remove(given, by=given.author, at=at),
            "hidden": lambda at: _hidden(post, at),
        },
    )


@story("posts/introduction_waiting", "yes", "no", "taken back")
def unanswered() -> Story:
    asked, at = introducing.ask(make.member(), make.member().pk, at=NOON), NOON + 3 * DAY
    introducing.remind_all_due(at=at)
    return Story(
        asked.asked,
        at,
        {
            "yes": lambda at: introducing.answer(asked, yes=True, by=asked.asked, at=at),
            "no": lambda at: introducing.answer(asked, yes=False, by=asked.asked, at=at),
            "taken back": lambda at: introducing.withdraw(asked, by=asked.asker, at=at),
        },
    )


@story("posts/introduction_quiet", "talked")
def quiet() -> Story:
    asked, at = introducing.ask(make.member(), make.member().pk, at=NOON), NOON + 3 * DAY
    introducing.answer(asked, yes=True, by=asked.asked, at=NOON)
    introducing.remind_all_due(at=at)
    return Story(asked.asker, at, {"talked": lambda at: introducing.have_talked(asked, by=asked.asked, at=at)})


@story("posts/refresh_asked", "looked at", "left")
def card_of_last_quarter() -> Story:
    who = make.member()
    profiles.of(who, at=NOON)
    profiles.ask_all_to_refresh(at=JANUARY)
    return Story(
        who,
        JANUARY,
        {
            "looked at": lambda at: profiles.write(who, at=at, needs="找海外仓"),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
        },
    )


@story("matching/need_fits", "closed", "declined", "hidden", "reader left", "author left", "author's year over")
def fitting() -> Story:
    who, post = make.member(), posts.post(title="找抖音直播主播，可签约")
    matching.offer("抖音直播主播团队，可签约", who)
    pairing.pair(post.public_id, at=NOON)
    author = post.author
    return Story(
        who,
        NOON,
        {
            "closed": lambda at: posting.close(post.pk, by=author, at=at),
            "declined": lambda at: fits.answer(post.public_id, who.pk, "declined", at=at),
            "hidden": lambda at: _hidden(post, at),
            "reader left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
            "author's year over": lambda at: author.terms.update(ends_on=at - 15 * DAY),
            "author left": lambda at: leaving.leave(author.pk, by=author, at=at, reason=""),
        },
    )
