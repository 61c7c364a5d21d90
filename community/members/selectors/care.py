"""Whom the office looks after (R36)."""

from datetime import date, timedelta

from django.db.models import QuerySet

from community.members import rules
from community.members.models import Person, Term
from community.members.selectors import members_in_good_standing


def past_first_days(on: date) -> QuerySet[Person]:
    """Members in good standing on a day whose first thirty days lie behind them, by name.

    Newcomers have their own list of first things; nobody counts as forgotten after a week.
    """
    begun = Term.objects.filter(voided_at=None, starts_on__lte=on - timedelta(days=rules.FIRST_DAYS))
    return members_in_good_standing(on).filter(pk__in=begun.values("person_id"))
