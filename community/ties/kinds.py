"""The kinds of message about one-to-ones and joint projects. All of them can wait."""

from django.utils.translation import gettext_lazy as _

from community.kernel.kinds import MEMBER, NEEDS, Kind
from community.ties.selectors import still

KINDS = (
    Kind(
        "ties/one_to_one_asked",
        _("Have you met?"),
        NEEDS,
        MEMBER,
        transactional=False,
        stands=still.one_to_one_asked,
    ),
    Kind(
        "ties/one_to_one_confirmed",
        _("Your one-to-one is confirmed"),
        NEEDS,
        MEMBER,
        transactional=False,
        in_digest=True,
        stands=still.one_to_one_confirmed,
    ),
    Kind(
        "ties/project_asked", _("A project of yours?"), NEEDS, MEMBER, transactional=False, stands=still.project_asked
    ),
    Kind(
        "ties/nudge",
        _("Whom you met at the table"),
        NEEDS,
        MEMBER,
        transactional=False,
        in_digest=True,
        stands=still.nudge,
    ),
)
