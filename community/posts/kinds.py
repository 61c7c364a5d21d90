"""The kinds of message about posts and introductions."""

from django.utils.translation import gettext_lazy as _

from community.kernel.kinds import MEMBER, NEEDS, Kind
from community.posts.selectors import still

KINDS = (
    Kind("posts/post_ending", _("Your post ends soon"), NEEDS, MEMBER, transactional=False, stands=still.post_ending),
    Kind("posts/answered", _("Somebody answered your post"), NEEDS, MEMBER, transactional=False, stands=still.answered),
    Kind(
        "posts/best_answer", _("Yours is the best answer"), NEEDS, MEMBER, transactional=False, stands=still.best_answer
    ),
    Kind("posts/taken_down", _("Taken down by the office"), NEEDS, MEMBER),
    Kind("posts/introduction_asked", _("Somebody would like to meet you"), NEEDS, MEMBER),
    Kind("posts/introduced", _("Introduction"), NEEDS, MEMBER),
    Kind("posts/introduction_declined", _("Introduction declined"), NEEDS, MEMBER),
    Kind(
        "posts/introduction_waiting",
        _("Somebody waits for your yes or no"),
        NEEDS,
        MEMBER,
        transactional=False,
        stands=still.introduction_waiting,
    ),
    Kind(
        "posts/introduction_quiet",
        _("Have you talked?"),
        NEEDS,
        MEMBER,
        transactional=False,
        stands=still.introduction_quiet,
    ),
    Kind("posts/thanked", _("Thanks for your help"), NEEDS, MEMBER),
    Kind(
        "posts/refresh_asked",
        _("Is your card still right?"),
        NEEDS,
        MEMBER,
        transactional=False,
        stands=still.refresh_asked,
    ),
)
