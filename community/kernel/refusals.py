from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "job.unknown": _("There is no such job in the schedule."),
    "message.maybe_sent": _("This reminder may have arrived all the same. A reminder is never sent twice."),
    "message.over": _("The occasion of this message has passed; it isn't sent any more."),
    "message.stale": _("This message is no longer among the failed ones: it is waiting or was sent."),
    "busy": _("Too many people pressed at the same moment. Please try once more."),
    "file.missing": _("The file can't be read at the moment. Please try again later."),
}
