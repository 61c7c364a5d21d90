"""The kinds of message that join several floors."""

from django.utils.translation import gettext_lazy as _

from community.kernel.kinds import CLUB, DESK, EMAIL, INBOX, MEMBER, ROBOT, STAFF, Kind

KINDS = (
    Kind("pages/week", _("The letter of the week"), CLUB, MEMBER, transactional=False),
    Kind(
        "pages/desk_waiting", _("What waits too long"), DESK, STAFF, transactional=False, channels=(INBOX, EMAIL, ROBOT)
    ),
)
