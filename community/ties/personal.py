"""What ties keeps of a person (R52). The words of it: kernel/personal.py. Whether the other said no is the other's."""

from community.kernel.personal import DERIVED, OTHERS, kept_back, told

RULES = (
    told("ties.OneToOne", "asker", "introductions", "met_on logged_at", mine=False),
    told("ties.OneToOne", "asked", "introductions", "met_on status answered_at", mine=False),
    told("ties.Project", "declared_by", "introductions", "title since_on declared_at"),
    told("ties.Partner", "person", "introductions", "project__since_on status asked_at answered_at", mine=False),
    *kept_back(OTHERS, "ties.Partner.project"),
    *kept_back(DERIVED, "ties.Meeting.person", "ties.Meeting.other"),
)
