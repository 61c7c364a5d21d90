"""What the club can find, kept true in the transaction of the thing it describes (R31). The index is the last lock."""

from datetime import datetime

from django.urls import reverse

from community.matching import rules as matching
from community.matching.services import indexing
from community.members.selectors import cards
from community.posts import rules, states
from community.posts.models import Answer, Post, Profile


def index_post(post: Post, *, at: datetime) -> None:
    """A need or a dilemma finds people, an offer is found; what is over or hidden is neither, and
    what is for one stage only within it."""
    kind = matching.OFFER if post.kind == rules.OFFER else matching.NEED
    source = indexing.Source(
        kind=kind, key=post.public_id, person_id=post.author_id, path=post.get_absolute_url(), title=post.title,
        text=post.text, lacks=(post.lack,), topics=(post.topic,), industry_id=post.industry_id, city_id=post.city_id,
        for_stage=post.for_stage, valid_until=post.expires_at,
        visible=post.status == states.OPEN and post.hidden_at is None,
    )  # fmt: skip
    indexing.index(source, at=at)


def index_answer(answer: Answer, *, at: datetime) -> None:
    """Who answered once is found again. Replies and the author's own words say nothing of what somebody can do."""
    post = answer.post
    if answer.parent_id is not None or answer.author_id == post.author_id:
        return
    if answer.removed_at is not None or post.hidden_at is not None:
        indexing.forget(matching.ANSWER, answer.public_id)
        return
    source = indexing.Source(
        kind=matching.ANSWER, key=answer.public_id, person_id=answer.author_id, path=post.get_absolute_url(),
        title=post.title, text=answer.text, lacks=(post.lack,), topics=(post.topic,), industry_id=post.industry_id,
        city_id=post.city_id, for_stage=post.for_stage,
    )  # fmt: skip
    indexing.index(source, at=at)


def index_answers(post: Post, *, at: datetime) -> None:
    """All answers of a post anew: they are found by whom it is for."""
    for answer in post.answers.select_related("post").order_by("pk"):
        index_answer(answer, at=at)


def index_card(profile: Profile, known: cards.Known, *, at: datetime) -> None:
    """What all members may read of a card is found; whoever hides is not."""
    open_to_all = {name for name in rules.FIELDS if profile.audience(name) == rules.MEMBERS}
    said = {name: getattr(profile, name) for name in ("offers", "about", "needs") if name in open_to_all}
    text = [said.get("offers", ""), said.get("about", ""), *profile.tags]
    text += [getattr(known, name) for name in ("title", "company") if name in open_to_all]
    source = indexing.Source(
        kind=matching.CARD, key=profile.person.public_id, person_id=profile.person_id,
        path=reverse("member", args=[profile.person.public_id]),
        title=said.get("offers") or said.get("about") or profile.person.name, text="\n".join(filter(None, text)),
        industry_id=known.industry_id if "industry" in open_to_all else None,
        city_id=known.city_id if "city" in open_to_all else None,
        stage=known.stage if "stage" in open_to_all else "", visible=not profile.person.hide_me,
    )  # fmt: skip
    indexing.index(source, at=at)
