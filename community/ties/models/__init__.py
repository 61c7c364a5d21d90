from community.ties.models.meetings import Meeting
from community.ties.models.one_to_ones import OneToOne
from community.ties.models.projects import Partner, Project

__all__ = ["Meeting", "OneToOne", "Partner", "Project"]
