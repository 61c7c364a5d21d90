"""The kinds of message about programmes and challenges."""

from django.utils.translation import gettext_lazy as _

from community.kernel.kinds import MEMBER, PROGRAMMES, Kind
from community.programmes.selectors import still

KINDS = (
    Kind("programmes/joined", _("A place in a programme"), PROGRAMMES, MEMBER),
    Kind("programmes/cancelled", _("Programme called off"), PROGRAMMES, MEMBER),
    Kind("programmes/asked", _("Somebody asks to be let in"), PROGRAMMES, MEMBER),
    Kind("programmes/answered", _("The hosts' answer"), PROGRAMMES, MEMBER),
    Kind(
        "programmes/check_in_due",
        _("The week ends tonight"),
        PROGRAMMES,
        MEMBER,
        transactional=False,
        stands=still.check_in_due,
    ),
    Kind(
        "programmes/week_over",
        _("The week of your cohort"),
        PROGRAMMES,
        MEMBER,
        transactional=False,
        stands=still.week_over,
    ),
    Kind(
        "programmes/replied", _("An answer to your week"), PROGRAMMES, MEMBER, transactional=False, stands=still.replied
    ),
    Kind("programmes/to_decide", _("Your sentence is wanted"), PROGRAMMES, MEMBER, stands=still.to_decide),
    Kind("programmes/decided", _("How a programme ended"), PROGRAMMES, MEMBER),
    Kind("programmes/challenge_over", _("A challenge is over"), PROGRAMMES, MEMBER, transactional=False),
    Kind("programmes/challenge_cancelled", _("Challenge stopped"), PROGRAMMES, MEMBER),
)
