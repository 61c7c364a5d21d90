"""A programme that runs, one that signs up, one that is over, two challenges and some goals; told in weeks around the start day."""

from datetime import date, timedelta
from typing import Any

from community.kernel.days import day_of, start_of
from community.members.selectors.stages import stages_of
from community.pages.demo.founders import Founder
from community.pages.demo.setting import Setting
from community.pages.demo.stories import Stories
from community.programmes.services import challenging, ending, goals, joining, planning, telling

HOUR = timedelta(hours=1)
GOALS = (
    "签下十家海外经销商", "每月复购率做到三成", "把交付周期从三十天压到二十天", "招到第一位销售负责人", "跑通抖音自播，日销五千",
    "拿下两家连锁客户", "账上留足六个月现金", "做出第二条产品线",
)  # fmt: skip
# By week: what people say, and what a mate answers.
SAID = (
    (("done", "列了五十家目标客户，打完前二十家。", ""), ("stuck", "名单有了，一开口就被挂。", "先问一个他们正头疼的问题，别介绍自己。"),
     ("ask", "第一次报价，要不要带账期？", "首单现结，第二单再谈账期。"), ("done", "谈了三家，两家要样品。", ""), ("done", "把官网首页改成了一句话。", "")),
    (("done", "两家试用，一家当场付了定金。", ""), ("done", "换了话术，接通率翻倍。", ""), ("stuck", "样品寄出去十天没回音。", "直接打电话问：哪一点不合适？"),
     ("ask", "谁有靠谱的德语客服？", "我们成都团队可以先试两周。"), ("done", "老客户介绍来第一单。", "")),
    (("ask", "客户要独家，签不签？", "给区域独家，期限半年，写明最低采购量。"), ("done", "第七家签了。", ""), ("done", "把报价单做成了一页纸。", "")),
)  # fmt: skip
SENTENCES = (
    ("move_up", "从一家到九家，最难的是你第二周那次重来。下一步：让别人替你卖。"),
    ("move_up", "你把每个拒绝都记了下来，这份表就是你的产品。"),
    ("repeat", "方向刚刚找对，时间不够。下一期带着这三家客户再来。"),
    ("let_go", "你已经不需要这个计划了，去带新人吧。"),
)


def build(setting: Setting, people: list[Founder], stories: Stories) -> None:
    crowd = _crowd(setting, people, stories)
    monday = setting.start - timedelta(days=setting.start.weekday())
    _goals(setting, [stories.member, *crowd], monday)
    over = _over(setting, [stories.expiring, *crowd[:9]], stories.host, monday - timedelta(days=49))
    _running(setting, [stories.member, *crowd[4:15]], stories.host, monday - timedelta(days=14))
    _signing_up(setting, over, crowd[9:13], stories.host, monday + timedelta(days=14))
    _for_all(setting, [stories.member, *crowd[:8]], monday - timedelta(days=7))


def _crowd(setting: Setting, people: list[Founder], stories: Stories) -> list[Any]:
    """Members all through the weeks this tells of, who have no story of their own."""
    known = {stories.host.pk, stories.member.pk, stories.expiring.pk}
    long_ago, soon = day_of(setting.at(-60)), setting.start + timedelta(days=50)
    lasting = [one.person for one in people if one.is_member_on(long_ago) and one.is_member_on(soon)]
    return [person for person in lasting if person.pk not in known]


def _goals(setting: Setting, people: list[Any], monday: date) -> None:
    for person, text in zip(people, GOALS, strict=False):
        goals.state(person, text, monday + timedelta(days=62), at=setting.at(-16, 9))


def _planned(setting: Setting, host: Any, starts_on: date, weeks: int, **details: Any) -> Any:
    at = start_of(starts_on - timedelta(days=7)) + 9 * HOUR
    by = setting.staff["organizer"]
    said = {"stages": [], "leads_to": "", "seats": 30, "follows": None} | details
    last_on = starts_on + timedelta(days=7 * weeks - 1)
    made = planning.create(hosts=[host], by=by, at=at, starts_on=starts_on, last_on=last_on, **said)
    return planning.open_up(made.pk, by=by, at=at)


def _joined(programme: Any, people: list[Any], *, until: Any = None) -> list[Any]:
    """On the evening before it begins, or the last evening before `until`."""
    at = (until or start_of(programme.starts_on)) - 4 * HOUR
    return [joining.join(programme.pk, person, at=at) for person in people]


def _told(programme: Any, places: list[Any], week: int, monday: date, before: Any) -> None:
    """What the cohort says in a week, some hours apart, as far as it lies before an instant; mates answer the next day."""
    lines = [line for of_week in SAID for line in of_week]
    for number, place in enumerate(places):
        way, text, answer = lines[(number + 5 * week) % len(lines)]
        at = start_of(monday) + (20 + 7 * number) * HOUR
        if at >= before:
            return
        if number and (number + week) % 6 == 0:
            continue  # somebody is always silent
        said = telling.check_in(programme.pk, place.person, week + 1, way, text, at=at)
        if answer and at + 14 * HOUR < before:
            telling.reply(said, answer, by=places[number - 1].person, at=at + 14 * HOUR)


def _running(setting: Setting, people: list[Any], host: Any, starts_on: date) -> None:
    """In its third week: a stage's own, with somebody of another stage who asks to be let in next time."""
    programme = _planned(
        setting, host, starts_on, 6, name_zh="从零到第一批客户", name_en="The first customers",
        purpose="六周，每人谈下第一批付费客户。每周一句话告诉大家：做成了什么，卡在哪里，想请教什么。\n\n卡住的人，当周就有人帮着想办法。",
        leads_to="growing",
    )  # fmt: skip
    places = _joined(programme, people)
    ending.write_down(programme.pk, at=start_of(starts_on))
    for week in range(3):
        _told(programme, places, week, starts_on + timedelta(days=7 * week), setting.now)
    monday = starts_on + timedelta(days=14)
    game = challenging.open_up(
        programme, name="每天一通客户电话", text="打给一位客户，只问一个问题，记下原话。", starts_on=monday, days=7, by=host,
        at=start_of(monday),
    )  # fmt: skip
    for place in places[:4]:
        challenging.take_part(game.pk, place.person, at=start_of(monday) + 8 * HOUR)
    _ticked(setting, game, [place.person for place in places[:4]])


def _over(setting: Setting, people: list[Any], host: Any, starts_on: date) -> Any:
    """Four weeks that ended three weeks ago; the host has written to all but one."""
    programme = _planned(
        setting, host, starts_on, 4, name_zh="创业起步营", name_en="Getting started",
        purpose="四周，把想法变成一个有人愿意付钱的样品。", seats=12,
    )  # fmt: skip
    places = _joined(programme, people)
    ending.write_down(programme.pk, at=start_of(starts_on))
    for week in range(4):
        _told(programme, places, week, starts_on + timedelta(days=7 * week), setting.now)
    over = start_of(programme.last_on + timedelta(days=1))
    ending.write_down(programme.pk, at=over)
    for number, place in enumerate(places[:-1]):
        decision, sentence = SENTENCES[number % len(SENTENCES)]
        ending.decide(place.public_id, decision, sentence, by=host, at=over + (number + 9) * HOUR)
    return programme


def _signing_up(setting: Setting, below: Any, people: list[Any], host: Any, starts_on: date) -> None:
    """The next step for those who moved up, and one for beginners with a few places taken."""
    _planned(
        setting, host, starts_on, 6, name_zh="破茧计划", name_en="Out of the cocoon",
        purpose="六周，把一个人的生意变成一个团队的生意：招人、分工、放手。", follows=below, leads_to="established", seats=16,
    )  # fmt: skip
    early = _planned(
        setting, host, starts_on, 3, name_zh="二十一天定位营", name_en="Twenty-one days to one sentence",
        purpose="三周，说清楚你为谁解决什么问题，让陌生人一听就懂。", stages=["preparing", "first_year"], seats=20,
    )  # fmt: skip
    stages = stages_of(person.pk for person in people)
    _joined(early, [one for one in people if stages.get(one.pk) in early.stages], until=setting.now)


def _for_all(setting: Setting, people: list[Any], monday: date) -> None:
    game = challenging.open_up(
        None, name="二十一天不看手机的早晨", text="起床后第一个小时不碰手机，写下今天最重要的一件事。", starts_on=monday, days=21,
        by=setting.staff["organizer"], at=start_of(monday), stages=[],
    )  # fmt: skip
    for person in people:
        challenging.take_part(game.pk, person, at=start_of(monday) + 8 * HOUR)
    _ticked(setting, game, people)


def _ticked(setting: Setting, game: Any, people: list[Any]) -> None:
    """Most days of most people, up to yesterday."""
    dice = setting.dice(f"ticks:{game.name}")
    for number, person in enumerate(people):
        for day in range(game.days):
            on = game.starts_on + timedelta(days=day)
            if on >= setting.start:
                break
            note = "比想的容易。" if (number, day) == (0, 1) else ""
            if number == 0 or dice.random() < 0.8:
                challenging.tick(game.pk, person, on, note=note, at=start_of(on) + 21 * HOUR)
