from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "busy": _("Too many people pressed at the same moment. Please try once more."),
    "file.missing": _("The file can't be read at the moment. Please try again later."),
}
