"""When the letters that join several floors are written (R51), in community time."""

from datetime import date, datetime, timedelta

from community.kernel.days import day_of, start_of

SUNDAY, WEEK_HOUR = 6, 18  # the letter of the week: Sunday at 18:00
WRITTEN_FOR = timedelta(hours=12)  # a scheduler that was down makes up for it so long
AHEAD = timedelta(days=14)  # seats that are open
SHOWN = 3  # of each part, so that it is read on a phone in a minute
TOO_OLD = timedelta(hours=24)  # staff: money, reports and the like that nobody has looked at


def letter_begins_at(at: datetime) -> datetime:
    """The latest Sunday 18:00: when the letter of the running week was due."""
    sunday = day_of(at) - timedelta(days=(day_of(at).weekday() - SUNDAY) % 7)
    begins = start_of(sunday) + timedelta(hours=WEEK_HOUR)
    return begins if begins <= at else start_of(sunday - timedelta(weeks=1)) + timedelta(hours=WEEK_HOUR)


def letter_due(at: datetime) -> date | None:
    """The Sunday whose letter is written now; None outside its hours."""
    begins = letter_begins_at(at)
    return day_of(begins) if at < begins + WRITTEN_FOR else None


def letter_valid_until(sunday: date) -> datetime:
    """Until the next one is due."""
    return start_of(sunday + timedelta(weeks=1)) + timedelta(hours=WEEK_HOUR)
