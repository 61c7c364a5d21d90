"""The kinds of message of admission and membership."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.kinds import (
    APPLICANT,
    APPLICATION,
    DESK,
    EMAIL,
    INBOX,
    MEMBER,
    MEMBERSHIP,
    ROBOT,
    SMS,
    STAFF,
    Kind,
)
from community.members.selectors import still

URGENT = (INBOX, EMAIL, SMS)
WORK = (INBOX, EMAIL, ROBOT)

KINDS = (
    Kind("members/application_received", _("Application received"), APPLICATION, APPLICANT),
    Kind("members/application_approved", _("Application approved"), APPLICATION, APPLICANT, channels=URGENT),
    Kind("members/more_needed", _("Something is missing"), APPLICATION, APPLICANT, channels=URGENT),
    Kind("members/application_rejected", _("Application not accepted"), APPLICATION, APPLICANT),
    Kind("members/application_lapsed", _("Application lapsed"), APPLICATION, APPLICANT),
    Kind("members/draft_closed", _("Draft closed"), APPLICATION, APPLICANT),
    Kind(
        "members/draft_ending",
        _("Your draft is closed soon"),
        APPLICATION,
        APPLICANT,
        transactional=False,
        stands=still.draft_ending,
    ),
    Kind("members/question_answered", _("Your question was answered"), APPLICATION, APPLICANT),
    Kind("members/in_waiting_room", _("In the waiting room"), APPLICATION, APPLICANT),
    Kind("members/intake_open", _("Your turn to apply"), APPLICATION, APPLICANT, channels=URGENT),
    Kind("members/clock_extended", _("More time for your first event"), APPLICATION, APPLICANT),
    Kind(
        "members/clock_reminder",
        _("Days left for your first event"),
        APPLICATION,
        APPLICANT,
        transactional=False,
        channels=URGENT,
        stands=still.clock_reminder,
    ),
    Kind("members/welcome", pgettext_lazy("letter", "Welcome"), MEMBERSHIP, MEMBER),
    Kind("members/membership_expired", _("Membership over"), MEMBERSHIP, MEMBER),
    Kind("members/reverification_failed", _("Your company could not be confirmed"), MEMBERSHIP, MEMBER),
    Kind(
        "members/reverification_overdue",
        _("Your company has to be looked up again"),
        MEMBERSHIP,
        MEMBER,
        stands=still.to_mend,
    ),
    Kind(
        "members/mend_ending",
        _("Days left to mend the check of your company"),
        MEMBERSHIP,
        MEMBER,
        transactional=False,
        stands=still.to_mend,
    ),
    Kind("members/change_approved", _("New company confirmed"), MEMBERSHIP, MEMBER),
    Kind("members/change_refused", _("New company not confirmed"), MEMBERSHIP, MEMBER),
    Kind(
        "members/trainee_reminder",
        _("Days left to show your company"),
        MEMBERSHIP,
        MEMBER,
        transactional=False,
        stands=still.trainee_reminder,
    ),
    Kind("members/trainee_ended", _("Trainee membership over"), MEMBERSHIP, MEMBER),
    Kind("members/sponsor_named", _("Somebody names you as sponsor"), MEMBERSHIP, MEMBER),
    Kind("members/role_given", _("You hold a role"), DESK, STAFF),
    Kind("members/role_taken", _("A role of yours ended"), DESK, STAFF),
    Kind(
        "members/review_waiting",
        _("Application to review"),
        DESK,
        STAFF,
        transactional=False,
        channels=WORK,
        stands=still.review_waiting,
    ),
    Kind(
        "members/change_waiting",
        _("Change of company to review"),
        DESK,
        STAFF,
        transactional=False,
        channels=WORK,
        stands=still.change_waiting,
    ),
    Kind(
        "members/question_asked",
        _("Question of an applicant"),
        DESK,
        STAFF,
        transactional=False,
        channels=WORK,
        stands=still.question_asked,
    ),
)
