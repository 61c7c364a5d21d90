"""What matching keeps of a person (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import DERIVED, kept_back, told

RULES = (
    told("matching.Match", "person", "posts", "slot surfaced_at notified_at seen_at answer answered_at", mine=False),
    *kept_back(DERIVED, "matching.Document.person"),
)
