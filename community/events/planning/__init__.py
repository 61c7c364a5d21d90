"""Who sits with whom (R22): a pure engine from plain values to a plan. It reads no database and no clock."""

from community.events.planning.annealing import check, propose
from community.events.planning.question import EXPERIENCED, Guest, Plan, Question
from community.events.planning.score import Room, TableScore, new_to, score

__all__ = ["EXPERIENCED", "Guest", "Plan", "Question", "Room", "TableScore", "check", "new_to", "propose", "score"]
