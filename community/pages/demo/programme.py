"""Events past and to come, written and published by the organizer, and the members who fill their chairs."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from community.events.services import booking, cancelling, closing, publishing, seating
from community.events.services.guests import NewGuest
from community.kernel.days import ZONE, day_of
from community.pages.demo import weekly, words
from community.pages.demo.founders import Founder
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

PUBLISHED_BEFORE = timedelta(days=12)
AFTERNOON, EVENING = time(14), time(19, 30)
CAME = 0.93  # of those who had a seat
FILLED = 0.9  # of a past table


def past(setting: Setting, founders: list[Founder]) -> dict[date, Any]:
    """A roundtable each past Saturday, a visit every other Wednesday after one; roundtables by their day."""
    dice = setting.dice("past")
    roundtables = {}
    for number, on in enumerate(setting.past_saturdays):
        host = _host(founders, on, dice)
        if host is None:
            continue  # nobody was a member yet
        topic, about = words.TOPICS[number % len(words.TOPICS)]
        roundtables[on] = publish(setting, "roundtable", on, AFTERNOON, topic, about, dice, host=host)
        wednesday = on + timedelta(days=4)
        if number % 2 == 0 and wednesday < setting.start:
            visit = publish(setting, "visit", wednesday, AFTERNOON, words.VISIT, _visit_about(), dice, host=host)
            hold(setting, visit, founders, dice)
    return roundtables


def hold(setting: Setting, event: Any, founders: list[Founder], dice: Random, *, closed: bool = True) -> None:
    """Fill a past event's chairs, check people in, and close its roster the evening after."""
    free = seating.free_seats(event.pk).count()
    crowd(setting, event, founders, round(free * FILLED), dice, came=CAME)
    if closed:
        evening_after = event.ends_at + timedelta(hours=26)
        closing.close_roster(event.pk, by=setting.staff["organizer"], at=min(evening_after, setting.now))


def to_come(setting: Setting, founders: list[Founder]) -> dict[str, Any]:
    """What lies ahead: three Saturdays with seats left, a full visit and one for the people of the first table, a class, a run, an online hour, a draft."""
    dice = setting.dice("to come")
    first, second, third = setting.next_saturdays
    offset = len(setting.past_saturdays)
    events: dict[str, Any] = {}
    for number, (name, on, left) in enumerate((("first", first, 6), ("second", second, 8), ("third", third, 9))):
        topic, about = words.TOPICS[(offset + number) % len(words.TOPICS)]
        host = founders[0].person if name == "first" else _host(founders[1:], on, dice)
        events[name] = publish(
            setting, "roundtable", on, AFTERNOON, topic, about, dice, host=host or founders[0].person
        )
        _leave(setting, events[name], founders, left, dice)
    wednesday = setting.start + timedelta(days=(2 - setting.start.weekday()) % 7 or 7)
    visit_host = _host(founders[1:], wednesday, dice) or founders[0].person
    events["visit"] = publish(
        setting, "visit", wednesday, AFTERNOON, words.VISIT, _visit_about(), dice, host=visit_host, seats_each=10
    )
    _leave(setting, events["visit"], founders, 0, dice)
    after_first = first + timedelta(days=11)
    events["follower"] = publish(
        setting, "visit", after_first, AFTERNOON, "走进工厂：一条产线怎么排班", _visit_about(), dice,
        host=_host(founders[1:], after_first, dice) or founders[0].person, seats_each=10, follows=(events["first"],),
    )  # fmt: skip
    thursday = setting.start + timedelta(days=(3 - setting.start.weekday()) % 7 or 7)
    events["class"] = publish(setting, "class", thursday, EVENING, *words.CLASSES[0], dice, seats_each=30, hours=2)
    _leave(setting, events["class"], founders, 18, dice)
    _bring(events["class"], founders[0].person, "宋雨桐", setting.now)
    events["sport"] = publish(setting, "sport", first + timedelta(days=1), time(7, 30), "周日晨跑：深圳湾公园 8 公里",
                              "配速六分半，跑完一起喝早茶。", dice, seats_each=20, hours=2)  # fmt: skip
    _leave(setting, events["sport"], founders, 13, dice)
    events["online"] = publish(setting, "online", second + timedelta(days=2), time(20), "线上半小时：新会员问答",
                               "怎么选桌、怎么提需求、会费怎么退，都可以问。", dice, seats_each=50, hours=1)  # fmt: skip
    events["trip"] = _trip(setting, third + timedelta(days=13), events["sport"], dice)
    _today(setting, founders, dice)
    _draft(setting, third + timedelta(days=7), founders, dice)
    weekly.build(setting, third + timedelta(days=14), [events["first"], events["visit"], events["second"]])
    _cancelled(setting, second + timedelta(days=4), founders, dice)
    events["stage"] = _for_stages(setting, second + timedelta(days=3), dice)
    return events


def _for_stages(setting: Setting, on: date, dice: Random) -> Any:
    topic, about = "第一年闭门会：现金流怎么排", "只聊头一年的账：房租、工资、首批货款。"
    stages = ("preparing", "first_year")
    return publish(setting, "class", on, EVENING, topic, about, dice, seats_each=12, hours=2, stages=stages)


def _trip(setting: Setting, on: date, sport: Any, dice: Random) -> Any:
    about = "两天三家工厂，晚上围炉聊一聊。"
    trip = publish(setting, "trip", on, time(9), "佛山两日：三家工厂一起看", about, dice, seats_each=16, hours=32)
    weekly.kinds(setting, sport, trip)
    return trip


def publish(
    setting: Setting, kind: str, on: date, begins: time, topic: str, about: str, dice: Random, *,
    host: Any = None, seats_each: int = 12, hours: int = 3, follows: tuple[Any, ...] = (), allots_at: datetime | None = None,
    stages: tuple[str, ...] = (),
) -> Any:  # fmt: skip
    event = write(
        setting, kind, on, begins, topic, about, dice, host=host, seats_each=seats_each, hours=hours, follows=follows,
        allots_at=allots_at, stages=stages,
    )  # fmt: skip
    return publishing.publish(event.pk, by=setting.staff["organizer"], at=_published_at(setting, event))


def write(
    setting: Setting, kind: str, on: date, begins: time, topic: str, about: str, dice: Random, *,
    host: Any = None, seats_each: int = 12, hours: int = 3, follows: tuple[Any, ...] = (), allots_at: datetime | None = None,
    stages: tuple[str, ...] = (),
) -> Any:  # fmt: skip
    """A draft, as an organizer writes one."""
    district, place, address, directions = words.ONLINE if kind == "online" else dice.choice(words.PLACES)
    starts_at = datetime.combine(on, begins, ZONE)
    published_at = min(starts_at - PUBLISHED_BEFORE, setting.at(-1, 11))
    return publishing.create(
        by=setting.staff["organizer"], at=published_at - timedelta(hours=2), kind=kind, topic=topic, about=about,
        agenda="", city=setting.cities["Shenzhen"], district=district, place=place, address=address,
        directions=directions, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), host=host,
        table_count=_tables(setting) if kind == "roundtable" else 1, seats_each=seats_each,
        follows=list(follows), allots_at=allots_at, stages=list(stages),
    )  # fmt: skip


def crowd(setting: Setting, event: Any, founders: list[Founder], count: int, dice: Random, *, came: float) -> None:
    """Seat `count` members; of a past event the share `came` is checked in, the others stay confirmed."""
    on = day_of(event.starts_at)
    there = set(table("events.Signup").filter(event=event).values_list("person_id", flat=True))
    candidates = [f.person for f in founders[2:] if f.is_member_on(on) and f.person.pk not in there]
    people = dice.sample(candidates, min(count, len(candidates)))
    seats = seating.free_seats(event.pk).order_by("table__number", "number")[: len(people)]
    published_at = _published_at(setting, event)
    signups = [
        _signup(
            setting, event, person, seat, published_at + timedelta(minutes=(7 + 11 * n) % 700), dice.random() < came
        )
        for n, (person, seat) in enumerate(zip(people, seats, strict=False))
    ]
    table("events.Signup").bulk_create(signups, batch_size=1000)
    table("events.SeatHold").bulk_create(
        row("events.SeatHold", seat=s.seat, signup=s, taken_at=s.confirmed_at) for s in signups
    )
    table("kernel.AuditEntry").bulk_create(
        (entry for signup in signups for entry in _trail(setting, signup)), batch_size=1000
    )


def _signup(setting: Setting, event: Any, person: Any, seat: Any, at: datetime, here: bool) -> Any:
    fields = {"status": "confirmed"}
    if here:
        fields = {
            "status": "attended", "attended_at": event.starts_at, "checked_in_by": setting.staff["organizer"],
            "checked_in_at": event.starts_at - timedelta(minutes=5),
        }  # fmt: skip
    return row("events.Signup", event=event, person=person, seat=seat, signed_up_at=at, confirmed_at=at, **fields)


def _trail(setting: Setting, signup: Any) -> list[Any]:
    facts = {"person_id": signup.person_id, "subject_type": "events.Signup", "subject_id": signup.pk}
    entries = [
        row("kernel.AuditEntry", at=signup.confirmed_at, actor=signup.person, action="signup.confirm",
            new="confirmed", **facts)
    ]  # fmt: skip
    if signup.status == "attended":
        entries.append(
            row("kernel.AuditEntry", at=signup.checked_in_at, actor=signup.checked_in_by, action="signup.check_in",
                old="confirmed", new="attended", **facts)
        )  # fmt: skip
    return entries


def _leave(setting: Setting, event: Any, founders: list[Founder], seats: int, dice: Random) -> None:
    """Seat members until so many chairs are left (more are, where the club is too small)."""
    crowd(setting, event, founders, seating.free_seats(event.pk).count() - seats, dice, came=0)


def _today(setting: Setting, founders: list[Founder], dice: Random) -> None:
    """A class that lasts all day, so that there is a roster to check people in at, whatever the hour."""
    event = publish(setting, "class", setting.start, time(9), "财税与合同门诊日", "律师和会计坐诊一天，随到随谈。",
                    dice, seats_each=16, hours=12)  # fmt: skip
    _leave(setting, event, founders, 7, dice)
    earlier = _published_at(setting, event) + timedelta(hours=12)
    for name, signup in zip(
        ("贺一鸣", "苏婉"), table("events.Signup").filter(event=event).order_by("pk"), strict=False
    ):
        _bring(event, signup.person, name, earlier)


def _bring(event: Any, who: Any, name: str, at: datetime) -> None:
    booking.sign_up(event.pk, who, by=who, at=at, guest=NewGuest(name, "guest@example.test"))


def _draft(setting: Setting, on: date, founders: list[Founder], dice: Random) -> None:
    topic, about = words.TOPICS[-1]
    write(setting, "roundtable", on, AFTERNOON, topic, about, dice, host=founders[0].person)


def _cancelled(setting: Setting, on: date, founders: list[Founder], dice: Random) -> None:
    event = publish(setting, "class", on, EVENING, *words.CLASSES[1], dice, seats_each=20, hours=2)
    _leave(setting, event, founders, 14, dice)
    cancelling.cancel(
        event.pk, by=setting.staff["organizer"], at=setting.at(-1, 16), reason="讲师临时出差，改期另行通知。"
    )


def _tables(setting: Setting) -> int:
    """One table for a small club, one more for each 45 members, twenty at most."""
    return max(1, min(20, setting.members // 45))


def _host(founders: list[Founder], on: date, dice: Random) -> Any | None:
    members = [founder.person for founder in founders if founder.is_member_on(on)]
    return dice.choice(members) if members else None


def _published_at(setting: Setting, event: Any) -> datetime:
    return min(event.starts_at - PUBLISHED_BEFORE, setting.at(-1, 11))


def _visit_about() -> str:
    return "从下单到发货走一遍，再坐下来聊半小时：哪一步最费人，哪一步最费钱。"
