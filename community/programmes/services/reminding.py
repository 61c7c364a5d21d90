"""The last day of a week for who is silent, and the list of a week that is over for the hosts."""

from datetime import datetime, timedelta

from community.kernel.days import day_of
from community.programmes import notifications, rules, states
from community.programmes.models import Programme
from community.programmes.selectors import answers_wanted, leading, silent


def remind_all_due(*, at: datetime) -> int:
    """Every running programme whose week ends today; each person once a week. How many are new."""
    new = 0
    for programme in _running(at):
        week = rules.week_to_remind(programme.starts_on, programme.last_on, at)
        if week is not None:
            new += notifications.check_in_due(silent(programme, week.number), programme, week, at=at)
    return new


def tell_hosts_all_due(*, at: datetime) -> int:
    """Once a week and host: who said nothing in the week that ended, and who waits for an answer. How many are new."""
    new = 0
    newest = day_of(at) - timedelta(days=rules.TOLD_FOR.days + 1)
    rows = Programme.objects.filter(status__in=[states.RUNNING, states.ENDED], last_on__gte=newest)
    for programme in rows.order_by("pk"):
        week = rules.week_to_report(programme.starts_on, programme.last_on, at)
        if week is None:
            continue
        quiet = [place.person.name for place in silent(programme, week.number)]
        waiting = [found.place.person.name for found in answers_wanted(programme, week.number)]
        if quiet or waiting:
            hosts = leading(programme, at)
            new += notifications.week_over(programme, week, hosts, silent=quiet, waiting=waiting, at=at)
    return new


def _running(at: datetime) -> list[Programme]:
    rows = Programme.objects.filter(status__in=[states.OPEN, states.RUNNING]).order_by("pk")
    return [programme for programme in rows if programme.status_at(at) == states.RUNNING]
