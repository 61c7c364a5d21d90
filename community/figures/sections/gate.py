"""The gate: how far the applications started in a period have come, and where the others ended."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.events.selectors import measures as events
from community.figures.sections import Figure, Group, Scope
from community.kernel.access import REVIEWER
from community.members.selectors import gate

WORDS = {
    "started": lambda: (_("Started"), _("Applications whose draft was opened in the period.")),
    "submitted": lambda: (_("Sent"), _("Of these, sent at least once. Days from opening to first sending.")),
    "verified": lambda: (_("Verified"), _("Company and role confirmed against the register. Days from first sending.")),
    "approved": lambda: (_("Papers approved"), _("Papers approved by a reviewer. Days from first sending.")),
    "booked": lambda: (
        _("Booked"),
        _("Signed up for an offline event after the approval, or came to one. Days from approval."),
    ),
    "attended": lambda: (_("Attended"), _("Checked in at an offline event in time. Days from approval.")),
    "paid": lambda: (_("Fee paid"), _("Fee paid and not given back. Days from approval.")),
    "admitted": lambda: (_("Admitted"), _("All three together: a member. Days from approval.")),
}
DROPS = {
    "closed": lambda: _("Draft closed, untouched"),
    "withdrawn_before": lambda: _("Withdrawn before approval"),
    "withdrawn_after": lambda: _("Withdrawn after approval"),
    "under_way": lambda: _("Still under way, so that the last steps grow"),
}


def _started(scope: Scope) -> QuerySet[Any]:
    return gate.started(scope.since, scope.until, scope.cities, events.first_booking())


def steps(scope: Scope) -> Group:
    rows = _started(scope)
    return Group(
        "steps", _("From the first word to the table"),
        [
            Figure(code, *WORDS[code](), rows, rows.filter(gate.reached(column)), roles=(REVIEWER,))
            for code, column, _before in gate.STEPS
        ],
        chart="funnel", days=partial(gate.medians, rows),
    )  # fmt: skip


def drops(scope: Scope) -> Group:
    rows = _started(scope)
    names = {code: say() for code, say in DROPS.items()} | gate.DROP_NAMES
    return Group(
        "drops", _("Where they ended, or are"),
        [
            Figure(code, str(names[code]), "", rows, rows.filter(ended), roles=(REVIEWER,))
            for code, ended in (gate.DROPS | {"under_way": gate.UNDER_WAY}).items()
        ],
        says=_("Those of them that ended without an admission, by the reason on record, and those that have not ended yet."),
    )  # fmt: skip


GROUPS = {"steps": steps, "drops": drops}
