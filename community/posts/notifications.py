"""The messages about posts, one function each. Context is plain facts; the words are in templates/posts/mail/."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from community.kernel import outbox
from community.kernel.days import day_of
from community.posts import rules
from community.posts.models import Answer, Introduction, Post, Profile, Thanks


def facts_of(post: Post) -> dict[str, Any]:
    return {"kind": post.kind, "title": post.title, "path": post.get_absolute_url()}


def post_ending(due: Iterable[tuple[Post, int, int]], *, at: datetime) -> int:
    """R30: (post, step, answers): a week and a day before the end, with the page where one tap renews it."""
    return outbox.post_all(
        [
            outbox.draft(
                "posts/post_ending",
                post.author_id,
                occasion=f"post-ending:{post.pk}:{post.expires_at.isoformat()}:{step}",
                at=at,
                valid_until=rules.notice_valid_until(post.expires_at, step),
                context=facts_of(post) | {"last_on": post.last_on.isoformat(), "answers": answers},
            )
            for post, step, answers in due
        ]
    )


def answered(answer: Answer, *, at: datetime) -> bool:
    """Somebody answered: one letter a day about a post, however many answer; the page has them all."""
    post = answer.post
    return outbox.post(
        "posts/answered",
        post.author,
        occasion=f"post-answered:{post.pk}:{day_of(at).isoformat()}",
        at=at,
        valid_until=post.expires_at,
        context=facts_of(post) | {"other": answer.author.name, "path": answer.get_absolute_url()},
    )


def best_answer(answer: Answer, *, at: datetime) -> bool:
    """The author of a dilemma says that this answer was the best; once an answer."""
    return outbox.post(
        "posts/best_answer",
        answer.author,
        occasion=f"best-answer:{answer.pk}",
        at=at,
        context=facts_of(answer.post) | {"other": answer.post.author.name, "path": answer.get_absolute_url()},
    )


def taken_down(author: Any, post: Post, *, answer: bool, reason: str, at: datetime) -> bool:
    """The office took a post or an answer out of sight and says why."""
    return outbox.post(
        "posts/taken_down",
        author,
        occasion=f"taken-down:{post.pk}:{at.isoformat()}",
        at=at,
        context=facts_of(post) | {"answer": answer, "reason": reason},
    )


def _about(introduction: Introduction, other: Any) -> dict[str, Any]:
    """Names and the post, never contact data: that stands on the page both may open."""
    post = introduction.post
    return {
        "other": other.name,
        "title": post.title if post else "",
        "note": introduction.note,
        "path": introduction.get_absolute_url(),
    }


def introduction_asked(introduction: Introduction, *, at: datetime) -> bool:
    """R32: somebody would like to meet you. Worth nothing once the question is over."""
    post = introduction.post
    helps = post is not None and post.author_id == introduction.asked_id and post.kind != rules.OFFER
    return outbox.post(
        "posts/introduction_asked",
        introduction.asked,
        occasion=f"introduction-asked:{introduction.pk}",
        at=at,
        valid_until=introduction.expires_at,
        context=_about(introduction, introduction.asker) | {"helps": helps},
    )


def introduced(introduction: Introduction, person: Any, *, at: datetime) -> bool:
    """R32: both have said yes; where the other's contact data stands."""
    other = introduction.asked if person.pk == introduction.asker_id else introduction.asker
    assert introduction.talk_at is not None
    return outbox.post(
        "posts/introduced",
        person,
        occasion=f"introduced:{introduction.pk}:{person.pk}",
        at=at,
        context=_about(introduction, other) | {"talk_at": introduction.talk_at.isoformat()},
    )


def introduction_declined(introduction: Introduction, *, at: datetime) -> bool:
    """The other said: not this time."""
    return outbox.post(
        "posts/introduction_declined",
        introduction.asker,
        occasion=f"introduction-declined:{introduction.pk}",
        at=at,
        context=_about(introduction, introduction.asked),
    )


def introduction_waiting(introductions: Iterable[Introduction], *, at: datetime) -> int:
    """R32: somebody waits for your yes or no, for three days now; called to mind once."""
    return outbox.post_all(
        [
            outbox.draft(
                "posts/introduction_waiting",
                introduction.asked_id,
                occasion=f"introduction-waiting:{introduction.pk}",
                at=at,
                valid_until=introduction.expires_at,
                context=_about(introduction, introduction.asker) | {"until_at": introduction.expires_at.isoformat()},
            )
            for introduction in introductions
        ]
    )


def introduction_quiet(due: Iterable[tuple[Introduction, int]], *, at: datetime) -> int:
    """R32: (introduction, day) pairs: both said yes, and nobody has said that they talked. To both, once a step."""
    drafts = []
    for introduction, step in due:
        assert introduction.answered_at is not None
        for person, other in ((introduction.asker, introduction.asked), (introduction.asked, introduction.asker)):
            drafts.append(
                outbox.draft(
                    "posts/introduction_quiet",
                    person.pk,
                    occasion=f"introduction-quiet:{introduction.pk}:{person.pk}:{step}",
                    at=at,
                    valid_until=rules.quiet_step_until(introduction.answered_at, step),
                    context=_about(introduction, other) | {"last": step == max(rules.QUIET_DAYS)},
                )
            )
    return outbox.post_all(drafts)


def thanked(thanks: Thanks, *, at: datetime) -> bool:
    """R33: a need is solved thanks to you; is it so?"""
    return outbox.post(
        "posts/thanked",
        thanks.helper,
        occasion=f"thanked:{thanks.pk}",
        at=at,
        context=facts_of(thanks.post)
        | {"author": thanks.post.author.name, "text": thanks.text, "path": reverse("introductions")},
    )


def refresh_asked(profiles: Iterable[Profile], *, at: datetime) -> int:
    """Once a quarter: is it still so, what you need and what you offer? One minute, filled in already."""
    quarter, ends_at = rules.quarter_of(at).isoformat(), rules.quarter_ends_at(at)
    return outbox.post_all(
        [
            outbox.draft(
                "posts/refresh_asked",
                profile.person_id,
                occasion=f"refresh:{profile.person_id}:{quarter}",
                at=at,
                valid_until=ends_at,
                context={"needs": profile.needs, "offers": profile.offers, "path": reverse("profile_refresh")},
            )
            for profile in profiles
        ]
    )
