"""Named lists and figures about posts; each with a bounded number of queries."""

from community.posts.selectors.introductions import (
    Credit,
    Figures,
    about,
    between,
    credit,
    figures,
    going_on,
    helpers_of,
    in_time,
    of_person,
    thanks_for,
    with_person,
)
from community.posts.selectors.invariants import broken_invariants
from community.posts.selectors.lists import (
    by_public_id,
    kept_apart,
    mine,
    muted_by,
    muted_people,
    open_of,
    open_posts,
    quota,
    quotas,
    readable,
    stage_for,
)
from community.posts.selectors.office import OFFICE_LISTS, office_list, office_sizes
from community.posts.selectors.threads import Thread, thread

__all__ = [
    "Credit",
    "Figures",
    "about",
    "between",
    "credit",
    "figures",
    "going_on",
    "helpers_of",
    "in_time",
    "kept_apart",
    "of_person",
    "thanks_for",
    "with_person",
    "OFFICE_LISTS",
    "Thread",
    "broken_invariants",
    "by_public_id",
    "mine",
    "muted_by",
    "muted_people",
    "office_list",
    "office_sizes",
    "open_of",
    "open_posts",
    "quota",
    "quotas",
    "readable",
    "stage_for",
    "thread",
]
