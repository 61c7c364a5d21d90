"""A club that moves in and out: files handed in, what they would do, what they did, and the whole club as a file."""

from devtools.screens.states import Screen
from devtools.screens.ways import open_confirm, pressing, seeing, then

MOVING = [
    Screen("Desk: import", "files so far", "admin", "/desk/import/"),
    Screen("Desk: import", "nothing chosen", "admin", then("/desk/import/", pressing("form.form button[type=submit]"))),
    Screen("Desk: import", "rows to mend", "admin", "/desk/import/{batch_read}/?result=error"),
    Screen("Desk: import", "to carry out", "admin",
           then("/desk/import/{batch_ready}/?result=changed", open_confirm)),
    Screen("Desk: import", "nothing to do", "admin", "/desk/import/{batch_same}/"),
    Screen("Desk: import", "not a file we take", "admin", "/desk/import/{batch_refused}/"),
    Screen("Desk: import", "carried out", "admin", "/desk/import/{batch_done}/"),
    Screen("Billing", "a year paid before the club moved here", "brought", "/billing/"),
    Screen("My year", "paid before the club moved here", "brought", "/year/"),
    Screen("Leaving", "a year paid before the club moved here", "brought", "/billing/leave/"),
    Screen("Desk: money", "a balance brought along", "treasurer", "/desk/billing/people/{brought}/"),
    Screen("Desk: money", "a leaving to settle by hand", "treasurer",
           then("/desk/billing/leavings/", open_confirm)),
    Screen("Desk: export", "made", "admin",
           then("/desk/export/", pressing("form.form button[type=submit]"), seeing('a[href*="/desk/export/"].btn'))),
]  # fmt: skip
