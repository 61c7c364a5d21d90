"""What members answered to the last quarters' question: most would recommend the club, some say why, few by name."""

from datetime import timedelta

from community.figures import rules
from community.kernel.days import day_of, months_later, start_of
from community.members.selectors import chapters
from community.pages.demo.accounts import account
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

SAID = {
    10: ["第一次圆桌就认识了现在的供应商。", "每次都有人认真回应。", "同桌后来成了客户。"],
    9: ["走访比听课有用。", "周六那两小时很值。"],
    8: ["希望多一些制造业的会员。"],
    7: ["周六不一定有空。"],
    5: ["我的行业人太少，聊不深。"],
    3: ["报了三次都在候补。"],
}


def build(setting: Setting) -> None:
    """Two quarters: the one before in full, the running one for those who were asked already."""
    dice, today = setting.dice("voices"), day_of(setting.now)
    askings, voices, member = [], [], table("members.Person").get(email=account("member").email).pk
    for back in (3, 0):
        quarter_on = months_later(rules.quarter_of(today), -back)
        asked_at = start_of(quarter_on) + timedelta(days=rules.ASKED_AFTER_DAYS, hours=10)
        if asked_at > setting.now:
            continue
        said = {score: list(lines) for score, lines in SAID.items()}
        terms = table("members.Term").filter(voided_at=None, starts_on__lte=quarter_on, ends_on__gt=day_of(asked_at))
        people = list(terms.order_by("person__email").values_list("person_id", flat=True))
        homes = chapters.homes_of(people)
        for person in people:
            answered = dice.random() < 0.55 and (person != member or back > 0)
            askings.append(
                row(
                    "figures.Asking", person_id=person, quarter_on=quarter_on, asked_at=asked_at, answered=answered,
                    city_id=homes.get(person),
                )
            )  # fmt: skip
            if answered:
                score = dice.choices(range(11), [0, 0, 1, 2, 1, 3, 4, 9, 18, 26, 36])[0]
                lines = said.get(score, [])
                words = lines.pop() if lines and dice.random() < 0.5 else ""
                named = person if words and dice.random() < 0.25 else None
                said_in = {"quarter_on": quarter_on, "city_id": homes.get(person)}
                voices.append(row("figures.Voice", score=score, text=words, person_id=named, **said_in))
    now = [one for one in askings if one.quarter_on == rules.quarter_of(today)]
    if now and member not in {one.person_id for one in now}:
        last = now[-1]
        asked = {"quarter_on": last.quarter_on, "asked_at": last.asked_at, "city_id": chapters.own_city_id(member)}
        askings.append(row("figures.Asking", person_id=member, **asked))
    table("figures.Asking").bulk_create(askings, batch_size=1000, ignore_conflicts=True)
    table("figures.Voice").bulk_create(voices, batch_size=1000)
