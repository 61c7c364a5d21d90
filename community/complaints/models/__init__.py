from community.complaints.models.complaints import Complaint, Said

__all__ = ["Complaint", "Said"]
