"""The kinds of message about money."""

from django.utils.translation import gettext_lazy as _

from community.billing.selectors import still
from community.kernel.kinds import APPLICANT, MEMBER, MEMBERSHIP, Kind

KINDS = (
    Kind("billing/receipt", _("Receipt"), MEMBERSHIP, APPLICANT),
    Kind("billing/settled", _("Covered by a code"), MEMBERSHIP, APPLICANT),
    Kind("billing/refund", _("Refund"), MEMBERSHIP, APPLICANT),
    Kind("billing/refund_account", _("Account for a refund"), MEMBERSHIP, APPLICANT),
    Kind("billing/taken_back", _("Payment taken back"), MEMBERSHIP, APPLICANT),
    Kind("billing/held", _("Payment that fits no invoice"), MEMBERSHIP, APPLICANT),
    Kind("billing/fapiao", _("Fapiao"), MEMBERSHIP, APPLICANT),
    Kind(
        "billing/renewal",
        _("Renewal of your membership"),
        MEMBERSHIP,
        MEMBER,
        transactional=False,
        stands=still.renewal,
    ),
    Kind(
        "billing/renewal_by_card",
        _("What your card pays for the next year"),
        MEMBERSHIP,
        MEMBER,
        stands=still.renewal_by_card,
    ),
    Kind("billing/auto_renewal_on", _("Auto-renewal is on"), MEMBERSHIP, APPLICANT),
    Kind("billing/auto_renewal_off", _("Auto-renewal is off"), MEMBERSHIP, APPLICANT),
    Kind("billing/card_declined", _("A card that could not be charged"), MEMBERSHIP, MEMBER),
)
