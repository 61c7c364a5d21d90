"""Cohorts: their weeks, what mates answer, and how they end."""

from community.kernel.days import start_of
from community.members.services import leaving
from community.programmes.services import ending, joining, planning, reminding, telling
from tests import make
from tests.programmes import make as programmes
from tests.properties.still.story import DAY, HOUR, Story, story

FIRST = start_of(programmes.MONDAY) + 20 * HOUR
SUNDAY = start_of(programmes.MONDAY + 6 * DAY)


@story("programmes/check_in_due", "said", "left", "called off")
def last_evening() -> Story:
    """The week ends at midnight: what the mail server's bad hours hold back may still leave that evening."""
    made, places = programmes.running()
    who, by = places[0].person, programmes.organizer()
    reminding.remind_all_due(at=SUNDAY + 10 * HOUR)
    return Story(
        who,
        SUNDAY + 10 * HOUR,
        {
            "said": lambda at: telling.check_in(made.pk, who, 1, "done", "好。", at=at),
            "left": lambda at: joining.leave(made.pk, who, at=at),
            "called off": lambda at: planning.cancel(made.pk, reason="人太少", by=by, at=at),
        },
        leaves_at=SUNDAY + 20 * HOUR,
    )


@story("programmes/week_over", "called off", "another host", "left")
def silent_week() -> Story:
    made, _ = programmes.running()
    host, by, at = made.hosts.get().person, programmes.organizer(), SUNDAY + 34 * HOUR
    reminding.tell_hosts_all_due(at=at)
    return Story(
        host,
        at,
        {
            "called off": lambda at: planning.cancel(made.pk, reason="人太少", by=by, at=at),
            "another host": lambda at: planning.edit(
                made.pk, hosts=[make.member()], by=by, at=at, **programmes.details()
            ),
            "left": lambda at: leaving.leave(host.pk, by=host, at=at, reason=""),
        },
    )


@story("programmes/replied", "taken back")
def reply() -> Story:
    made, (stuck, mate) = programmes.running()
    line = telling.check_in(made.pk, stuck.person, 1, "stuck", "报价没人回。", at=FIRST)
    said = telling.reply(line, "打电话试试。", by=mate.person, at=FIRST)
    return Story(
        stuck.person, FIRST, {"taken back": lambda at: telling.take_back(said.public_id, by=mate.person, at=at)}
    )


@story("programmes/to_decide", "decided", "left")
def at_its_end() -> Story:
    made, (place,) = programmes.ended(people=1)
    host = made.hosts.get().person
    over = start_of(programmes.MONDAY + 42 * DAY)
    return Story(
        host,
        over,
        {
            "decided": lambda at: ending.decide(place.public_id, "repeat", "再来一次。", by=host, at=at),
            "left": lambda at: leaving.leave(host.pk, by=host, at=at, reason=""),
        },
    )
