from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "quarter.none": _("There is no question for you at the moment. Once a quarter each member gets one by letter."),
    "quarter.answered": _("You have answered this quarter's question. Thank you; we don't ask again before the next quarter."),
    "quarter.score": _("Choose a number from 0 to 10."),
}  # fmt: skip
