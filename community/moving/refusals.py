from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "batch.stale": _("This import has just changed. Please look at it again."),
    "batch.mistakes": _("There are mistakes in it. Mend the file and hand it in again: nothing is done by halves."),
    "batch.nothing": _("There is nothing to do: the club has all of it already."),
    "batch.differs": _("The club has changed since the file was looked through. Here is a fresh look; please read it again."),
    "batch.failed": _("It could not be carried out, and nothing was changed. Please try again."),
    "batch.forgotten": _("The way back was kept for 30 days and is gone."),
    "batch.file_gone": _("The file is gone. Please hand it in again."),
    "export.stale": _("This export has just changed. Please look at the list again."),
    "export.busy": _("Your last export is still being made."),

        "file.size": _("The file is larger than 10 MB. Hand it in by parts."),
        "file.kind": _("This is no workbook and no table. Hand in XLSX, CSV, or a ZIP of CSV files.")
    ,
}  # fmt: skip
