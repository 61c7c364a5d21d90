from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "complaint.many": _("Three of your complaints are open. Please write in one of them, or wait until one is closed."),
    "complaint.empty": _("Write a sentence first."),
    "complaint.own": _("A complaint about yourself has nobody to answer it."),
    "complaint.event": _("Choose an event you were at in the last half year, or none."),
    "complaint.stale": _("This complaint is closed."),
    "complaint.open": _("It is not closed yet. The question comes when it is."),
    "complaint.rated": _("You have said how it was already. Thank you."),
    "complaint.rating": _("Choose a number from 1 to 5."),
}
