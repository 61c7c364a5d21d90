from community.programmes.models.challenges import Challenge, Participation, Tick
from community.programmes.models.checkins import CheckIn, Reply
from community.programmes.models.goals import Goal
from community.programmes.models.programmes import Asking, Host, Place, Programme

__all__ = ["Asking", "Challenge", "CheckIn", "Goal", "Host", "Participation", "Place", "Programme", "Reply", "Tick"]
