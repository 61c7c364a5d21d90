"""What complaints keeps of a person (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import OTHERS, WORK, kept_back, told

RULES = (
    told(
        "complaints.Complaint", "filer", "messages",
        "text event__topic event__starts_at contact status filed_at answered_at outcome closed_at satisfied",
    ),
    told("complaints.Said", "complaint", "messages", "text said_at"),
    *kept_back(OTHERS, "complaints.Complaint.person"),
    *kept_back(WORK, "complaints.Complaint.taken_by", "complaints.Complaint.closed_by", "complaints.Said.author"),
)  # fmt: skip
