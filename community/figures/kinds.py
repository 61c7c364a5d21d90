"""The kinds of message about the club's figures."""

from django.utils.translation import gettext_lazy as _

from community.figures.selectors import still
from community.kernel.kinds import CLUB, MEMBER, Kind

KINDS = (
    Kind(
        "figures/question", _("The question of the quarter"), CLUB, MEMBER, transactional=False, stands=still.question
    ),
)
