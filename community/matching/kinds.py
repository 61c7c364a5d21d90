"""The kind of message of this floor."""

from django.utils.translation import gettext_lazy as _

from community.kernel.kinds import MEMBER, NEEDS, Kind
from community.matching.selectors import still

KINDS = (
    Kind("matching/need_fits", _("A need that fits you"), NEEDS, MEMBER, transactional=False, stands=still.need_fits),
)
