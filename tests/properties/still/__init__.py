"""For each kind of reminder a story: it is written by the real task, and something real takes its reason away."""

from tests.properties.still import events, figures, members, posts, programmes, renewals, ties  # noqa: F401  # each puts its stories into STORIES
from tests.properties.still.story import STORIES, Story

__all__ = ["STORIES", "Story"]
