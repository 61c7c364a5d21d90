"""What demo members need, offer and puzzle over, and what others answered; told in days before the start day."""

from dataclasses import dataclass
from typing import Any

from community.kernel.days import day_of
from community.matching.services import pairing
from community.members.selectors import stages
from community.pages.demo.founders import Founder
from community.pages.demo.setting import Setting
from community.pages.demo.stories import Stories
from community.pages.demo.tables import count_rows
from community.posts import rules
from community.posts.services import answering, introducing, posting, profiles, solving


@dataclass(frozen=True)
class Wish:
    kind: str
    title: str
    text: str
    lack: str
    topic: str
    days: int  # before the start day
    answers: tuple[str, ...] = ()
    reply: str = ""
    industry: str = ""
    city: str = "Shenzhen"
    who: str = ""  # a demo account; otherwise anybody
    best: bool = False
    ends: bool = False
    stage_only: bool = False


WISHES = (
    Wish("need", "找能开小批量模具的工厂，五百套起", "做户外储能电源的外壳，图纸齐全，希望在珠三角，交期三十天以内。首批五百套，卖得动每月两千。",
         "resources", "suppliers", 3, ("我们常合作的一家在长安，五百套肯接，模具费可以摊到单价里。", "先看结构，薄壁件小厂容易缩水，图纸可以发我帮你看一眼。"),
         "太好了，想去长安那家看看，周四方便吗？", "Smart hardware", who="member"),
    Wish("need", "缺一位懂出口退税的兼职财务", "十二个人的公司，一个月三十来单，主要做德国和法国。每月来两天就够。", "people", "finance_law", 2,
         ("我的会计做了六年退税，手上还能接一家，可以介绍你们认识。",), "", "Cross-border e-commerce"),
    Wish("need", "想认识连锁超市的采购", "做低糖烘焙，有 SC 证和质检报告，现在只走团购，想试五家店。", "resources", "customers", 5, (), "", "Food and restaurants"),
    Wish("need", "两百万周转，正在比较几家银行", "订单在手，账期九十天。想听听谁家放款快、看什么材料。", "money", "finance_law", 6,
         ("科创贷看专利和社保，我们批下来用了十一个工作日。", "账期长的话试试保理，成本比想的低。")),
    Wish("need", "给抖音直播间找一位能上晚班的主播", "卖茶，客单一百二，一周四晚，南山有宿舍。", "people", "staff", 4, (), "", "Advertising and livestreaming"),
    Wish("need", "找会德语的客服外包", "德国站一天四十封邮件，希望周末也有人回。", "resources", "going_abroad", 9, ("我们在成都有个小团队做德语，先试两周。",), city="Chengdu"),
    Wish("offer", "盐田有五百平仓，空到明年三月", "双层货架，有叉车和监控，旺季前可以拼仓，按托收费。", "resources", "suppliers", 7, ("我要三十托，放到二月，可以吗？",), "可以，来看场地。", "Logistics and warehousing", who="host"),
    Wish("offer", "南山直播间白天可借，两百平", "灯光、提词器、导播台都在，周一到周五白天空着，会员免费，自带团队。", "resources", "promotion", 3, (), "", "Advertising and livestreaming"),
    Wish("offer", "可以帮看劳动合同和竞业条款", "做了十二年劳动法，一家公司半小时，把最险的三条指出来。", "know_how", "staff", 8, ("帮了大忙，竞业补偿那条我们一直写错。", "想约下周。"), "", "Finance, tax and law"),
    Wish("offer", "带新手跑一次广交会", "连续参展九届，展前约、展中记、展后追，一人一张清单。", "know_how", "going_abroad", 12, ("请带上我，做收纳的，第一次去。",), city="Guangzhou"),
    Wish("offer", "有一批合格的包装设计师可以借用", "淡季两位设计师有空，做过三十多个消费品，按天算成本价。", "people", "product", 10, (), "", "Branding and design"),
    Wish("dilemma", "大客户拖了九十天账款，还要不要继续供货", "占我四成营业额，停了怕丢，不停现金流只够两个月。你们遇到过吗，怎么谈的？", "know_how", "customers", 4,
         ("先对账发函，把欠款写成分期，再谈后面的货，一手钱一手货。", "我停过一次货，第三天就付了。但要提前找好替补客户。", "把账期写进新合同，逾期自动停供，别当面求。"),
         "第一条很实在，我们今天就把函发了。", best=True, who="expiring"),
    Wish("dilemma", "合伙人想退股，估值谈不拢", "两个人各一半，他要按去年的利润算，我觉得该按净资产。公司还在长。", "know_how", "partner", 6,
         ("找个第三方出个价，两边都签字认，先定规则再看数字。",), "", best=True),
    Wish("dilemma", "第一个职业经理人来了三个月，要不要换", "数据没起来，团队倒是喜欢他。我拿不准是给时间还是止损。", "know_how", "staff", 2, ()),
    Wish("dilemma", "孩子小，公司也小，晚上八点该在哪里", "连着三个月没陪孩子吃过一顿晚饭。你们怎么排的？", "know_how", "founders_life", 8,
         ("周二周四六点准走，写进公司日历，谁约都不改。", "把开会都挪到上午，晚上只留一天。")),
    Wish("need", "找做过海外仓的朋友聊聊第一年", "想知道头程、库存和退货，哪一步最容易压死现金。", "know_how", "going_abroad", 20, ("退货最压钱，先谈好销毁的价。",), "聊完了，少走半年弯路。", ends=True, who="member"),
    Wish("dilemma", "第一笔融资要不要签对赌", "同阶段的朋友聊聊：回购条款你们怎么谈的，最后签了吗？", "money", "finance_law", 3,
         ("我们把回购触发条件缩到两条，谈了三轮，对方让了。",), who="member", stage_only=True),
)  # fmt: skip


def build(setting: Setting, people: list[Founder], stories: Stories) -> None:
    """Nobody has more open than their tier allows; nobody answers themselves."""
    dice = setting.dice("wishes")
    known = {"host": stories.host, "expiring": stories.expiring, "member": stories.member}
    others = [
        one.person for one in people if _stays(one, setting) and one.person.pk not in {p.pk for p in known.values()}
    ]
    if len(others) < 12:
        return
    dice.shuffle(others)
    industries = {industry.name_en: industry for industry in setting.industries}
    for number, wish in enumerate(WISHES):
        author = known.get(wish.who) or others[number % len(others)]
        helpers = _helpers(wish, author, [one for one in others if one.pk != author.pk])
        _told(setting, wish, author, dice.sample(helpers, min(len(helpers), max(len(wish.answers), 1))), industries)
    profiles.make_missing(at=setting.at(-2, 8))
    profiles.write(
        known["member"], at=setting.at(-2, 9), about="做户外储能电源，方案自己的，找工厂代工。",
        offers="储能方案和认证经验\n深圳北站附近的小仓库", needs="小批量模具、海外仓经验", tags=["储能", "出海", "认证"],
    )  # fmt: skip
    count_rows()
    while pairing.sweep(at=setting.at(-1, 18)):
        pass


def _stays(one: Founder, setting: Setting) -> bool:
    """A member all through the weeks the wishes tell of."""
    return one.is_member_on(day_of(setting.at(-25))) and one.is_member_on(setting.start)


def _helpers(wish: Wish, author: Any, others: list[Any]) -> list[Any]:
    """Those who may answer: to a wish for one stage only who stands where its author stands."""
    if not wish.stage_only:
        return others
    told = stages.stages_of([author.pk, *(one.pk for one in others)])
    return [one for one in others if told.get(one.pk) == told.get(author.pk)]


def _told(setting: Setting, wish: Wish, author: Any, helpers: list[Any], industries: dict[str, Any]) -> None:
    at = setting.at
    made = at(-wish.days, 10, 20)
    post = posting.create(
        by=author, at=made, kind=wish.kind, title=wish.title, text=wish.text, lack=wish.lack, topic=wish.topic,
        industry=industries.get(wish.industry), city=setting.cities[wish.city],
        expires_at=rules.expires_at(rules.last_day(made)), stage_only=wish.stage_only,
    )  # fmt: skip
    posting.publish(post.pk, by=author, at=made)
    said = []
    for number, (text, helper) in enumerate(zip(wish.answers, helpers, strict=False)):
        said.append(answering.answer(post.pk, text, by=helper, at=at(-wish.days, 14 + number * 2, 5)))
    if wish.reply:
        answering.answer(post.pk, wish.reply, by=author, at=at(-wish.days, 21), to=said[0].public_id)
    if wish.best:
        answering.choose_best(said[0], by=author, at=at(1 - wish.days, 9))
    if wish.ends:
        solving.solve(post.pk, [said[0].author.public_id], by=author, at=at(-2, 9), text="聊完少走半年弯路，谢谢。")
        solving.confirm(post.thanks.get().public_id, yes=True, by=said[0].author, at=at(-2, 12))
    elif wish.who == "member" and not wish.stage_only:
        _introduced(setting, post, helpers)


def _introduced(setting: Setting, post: Any, helpers: list[Any]) -> None:
    """The first helper and the author have said yes; a second one waits for the author's word."""
    at = setting.at
    first = introducing.help_with(post.pk, by=helpers[0], at=at(-2, 10), note="长安那家我熟，周四可以一起去。")
    introducing.answer(first, yes=True, by=post.author, at=at(-2, 12))
    introducing.help_with(post.pk, by=helpers[1], at=at(-1, 15), note="图纸发我，我帮你看薄壁。")
