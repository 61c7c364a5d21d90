"""Named lists and figures about goals, programmes and challenges; each with a bounded number of queries."""

from community.programmes.selectors.challenges import (
    Progress,
    challenges_for,
    challenges_of,
    progress_of,
    run_by_office,
    taking_part,
)
from community.programmes.selectors.cohorts import (
    Line,
    answers_wanted,
    askings,
    by_public_id,
    check_in_by_public_id,
    leading,
    lines,
    places,
    said_by_week,
    silent,
)
from community.programmes.selectors.goals import closed_goals, goal_of, goals_of
from community.programmes.selectors.invariants import broken_invariants
from community.programmes.selectors.lists import (
    WITH_COUNTS,
    desk_list,
    ended,
    following,
    listed,
    mine,
    rungs,
)

__all__ = [
    "WITH_COUNTS",
    "Line",
    "Progress",
    "answers_wanted",
    "askings",
    "broken_invariants",
    "by_public_id",
    "challenges_for",
    "challenges_of",
    "check_in_by_public_id",
    "closed_goals",
    "desk_list",
    "ended",
    "following",
    "goal_of",
    "goals_of",
    "leading",
    "lines",
    "listed",
    "mine",
    "places",
    "progress_of",
    "rungs",
    "run_by_office",
    "said_by_week",
    "silent",
    "taking_part",
]
