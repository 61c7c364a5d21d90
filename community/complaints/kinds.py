"""The kinds of message about complaints."""

from django.utils.translation import gettext_lazy as _

from community.kernel.kinds import APPLICANT, DESK, MEMBERSHIP, STAFF, Kind

KINDS = (
    Kind("complaints/answered", _("Answer to your complaint"), MEMBERSHIP, APPLICANT),
    Kind("complaints/closed", _("Your complaint is closed"), MEMBERSHIP, APPLICANT),
    Kind("complaints/filed", _("Complaint to answer"), DESK, STAFF),
    Kind("complaints/added", _("More about a complaint"), DESK, STAFF),
)
