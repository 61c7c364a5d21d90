"""Members who joined before this club's events began: people, companies, applications, terms, and what they paid. Every third
one renewed a year ago; others of those years left or were not renewed (`former`)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from pypinyin import lazy_pinyin

from community.kernel.days import ZONE, day_of, months_later
from community.members import rules
from community.pages.demo import fees, former, words
from community.pages.demo.accounts import account
from community.pages.demo.codes import credit_code
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

YOUNGEST = 25  # days before the start: younger members' stories are told through the services
YEAR = 365
FORMER = 80_000  # from here on the numbers of those who went


@dataclass(frozen=True)
class Founder:
    """A member and the half-open year they paid for last."""

    person: Any
    starts_on: date
    ends_on: date

    def is_member_on(self, on: date) -> bool:
        return self.starts_on <= on < self.ends_on


@dataclass
class Profile:
    """What somebody would type into an application."""

    name: str
    title: str
    city: Any
    industry: Any
    company: str
    stage: str
    about: str
    needs: str
    offers: str


def name(dice: Random) -> str:
    return dice.choice(words.SURNAMES) + dice.choice(words.GIVEN)


def profile(setting: Setting, dice: Random, called: str = "") -> Profile:
    city = setting.cities["Shenzhen"] if dice.random() < 0.7 else dice.choice(list(setting.cities.values()))
    industry = dice.choice(setting.industries)
    trade, abouts = words.INDUSTRIES.get(industry.name_en, words.INDUSTRIES["Other"])
    place = "深圳市" if city.name_en in ("Shenzhen", "Another city") else f"{city.name_zh}市"
    return Profile(
        name=called or name(dice),
        title=dice.choice(words.TITLES),
        city=city,
        industry=industry,
        company=f"{place}{dice.choice(words.BRANDS)}{trade}有限公司",
        stage=dice.choice(rules.STAGES[1:]),
        about=dice.choice(abouts),
        needs=dice.choice(words.NEEDS),
        offers=dice.choice(words.OFFERS),
    )


def phone(number: int) -> str:
    """A number of the mobile form on a prefix nobody was given."""
    return f"+86139{number:08d}"


def build(setting: Setting) -> list[Founder]:
    """`setting.members` founders with a running year or one that is just over; the host comes first."""
    dice = setting.dice("founders")
    expiring_on = months_later(setting.start + timedelta(days=12), -rules.TERM_MONTHS)
    known = [("host", setting.start - timedelta(days=260)), ("expiring", expiring_on)]
    joined = sorted(_joined_on(setting, dice) for _ in range(max(setting.members - len(known), 0)))
    joiners = [
        _joiner(setting, dice, who, on, number)
        for number, (who, on) in enumerate([*known, *((None, on) for on in joined)])
    ]
    gone = [_former(setting, *planned, number) for number, planned in enumerate(former.plan(setting))]
    setting.many_people([one.person for one in [*gone, *joiners]])
    applications = [_application(setting, one, number) for number, one in enumerate(joiners)]
    applications += [_application(setting, one, number) for number, one in enumerate(gone)]
    _save(setting, applications, {one.person.pk: one for one in [*joiners, *gone]})
    return [Founder(one.person, *one.years[-1]) for one in joiners]


@dataclass(frozen=True)
class Joiner:
    """Somebody with what they would type, when they were admitted, and their half-open years, one after another; of
    somebody who went (`former`), how."""

    person: Any
    found: Profile
    admitted_at: datetime
    years: list[tuple[date, date]]
    went: str = ""


def _joiner(setting: Setting, dice: Random, who: str | None, on: date, number: int) -> Joiner:
    """Whoever renewed joined a year before: the year that runs is the same."""
    found = profile(setting, dice, account(who).name if who else "")
    renewed = who is None and number % 3 == 0
    first_on = months_later(on, -rules.TERM_MONTHS) if renewed else on
    at = datetime.combine(first_on, time(9 + number % 9, number % 60), ZONE)
    person = row(
        "members.Person", email=account(who).email if who else email(found.name, number), full_name=found.name,
        phone=phone(number), hide_me=number % 17 == 5, password=setting.password, joined_at=at - timedelta(days=20),
    )  # fmt: skip
    years = [rules.term_of_admission(at)]
    if renewed:
        years.append((years[0][1], months_later(years[0][1], rules.TERM_MONTHS)))
    return Joiner(person, found, at, years)


def _former(setting: Setting, on: date, way: str, number: int) -> Joiner:
    found = profile(setting, setting.dice(f"former:{number}"))
    at = datetime.combine(on, time(9 + number % 9, 30), ZONE)
    person = row(
        "members.Person", email=email(found.name, FORMER + number), full_name=found.name, phone=phone(FORMER + number),
        password=setting.password, joined_at=at - timedelta(days=20),
    )  # fmt: skip
    return Joiner(person, found, at, [rules.term_of_admission(at)], way)


def _joined_on(setting: Setting, dice: Random) -> date:
    """Spread so that there are members on the first past Saturday too; a few years have run out by now."""
    oldest = YEAR + max(setting.weeks * 7 - YEAR // 2, 0) + 40
    return setting.start - timedelta(days=dice.randint(YOUNGEST, oldest))


def email(called: str, number: int) -> str:
    return f"{'.'.join(lazy_pinyin(called))}.{number:05d}@club.test"


def _application(setting: Setting, joiner: Joiner, number: int) -> Any:
    """An application as it stands after its good end."""
    person, found, admitted_at = joiner.person, joiner.found, joiner.admitted_at
    approved_at = admitted_at - timedelta(days=12)
    return row(
        "members.Application", person=person, status="admitted", draft={},
        role=(rules.LEGAL_REPRESENTATIVE, rules.SHAREHOLDER)[number % 3 == 2],
        share_percent=30 if number % 3 == 2 else None,
        company=_company(setting, found, approved_at), full_name=found.name, phone=person.phone, title=found.title,
        industry=found.industry, city=found.city, stage=found.stage, about=found.about, needs=found.needs,
        offers=found.offers, consent_version=rules.CONSENT_VERSION, consented_at=approved_at - timedelta(days=2),
        started_at=approved_at - timedelta(days=3), touched_at=approved_at - timedelta(days=2),
        first_submitted_at=approved_at - timedelta(days=2), submitted_at=approved_at - timedelta(days=2), approved_at=approved_at, approved_by=setting.staff["reviewer"],
        clock_ends_at=rules.clock_end(approved_at), attended_at=admitted_at - timedelta(days=1, hours=3),
        paid_at=admitted_at, admitted_at=admitted_at, tier=setting.tiers["member"],
    )  # fmt: skip


def _company(setting: Setting, found: Profile, verified_at: datetime) -> Any:
    code = credit_code(setting.next_code())
    return row("members.Company", credit_code=code, legal_name=found.company, verified_at=verified_at)


def _save(setting: Setting, applications: list[Any], known: dict[int, Joiner]) -> None:
    applications.sort(key=lambda application: application.admitted_at)
    _price_since(min(application.admitted_at for application in applications).date())
    table("members.Company").bulk_create([application.company for application in applications])
    for application in applications:
        application.company_id = application.company.pk
    table("members.Application").bulk_create(applications, batch_size=500)
    terms = [term for a in applications for term in _terms(a, known[a.person_id])]
    for label, rows in (
        ("members.Stake", (_stake(a, _looked_at(setting, a, known[a.person_id])) for a in applications)),
        ("members.Verification", (_verification(setting, a) for a in applications)),
        ("members.Term", terms),
        ("kernel.AuditEntry", (entry for a in applications for entry in _trail(setting, a))),
        ("kernel.AuditEntry", (_renewed(term) for term in terms if term.application is None)),
    ):
        table(label).bulk_create(rows, batch_size=1000)
    gone = [(term, known[term.person_id].went) for term in terms if known[term.person_id].went]
    unpaid = fees.book(terms, [term for term, way in gone if way != former.LEFT])
    former.write_down(gone, unpaid)


def _stake(application: Any, verified_on: date) -> Any:
    return row(
        "members.Stake", person_id=application.person_id, company_id=application.company_id, role=application.role,
        share_percent=application.share_percent, verified_on=verified_on,
    )  # fmt: skip


def _looked_at(setting: Setting, application: Any, joiner: Joiner) -> date:
    """The latest yearly check, as a diligent club makes it (R2): some fall due about now. Nobody is checked any more who
    has gone."""
    on = day_of(application.approved_at)
    while rules.reverify_due_on(on) <= min(setting.start, joiner.years[-1][1]):
        on = rules.reverify_due_on(on)
    return on


def _verification(setting: Setting, application: Any) -> Any:
    return row(
        "members.Verification", application=application, company_id=application.company_id, source="国家企业信用信息公示系统", result="confirmed",
        checked_on=application.approved_at.date(), recorded_at=application.approved_at,
        recorded_by=setting.staff["reviewer"],
    )  # fmt: skip


def _terms(application: Any, joiner: Joiner) -> list[Any]:
    """A row for each year; the first comes of the application, and what followed a year was written down then."""
    found = []
    for number, (starts_on, ends_on) in enumerate(joiner.years):
        term = row(
            "members.Term", person_id=application.person_id, tier=application.tier, starts_on=starts_on, ends_on=ends_on,
            application=None if number else application,
            recorded_at=fees.paid_at(found[-1]) if number else application.admitted_at,
        )  # fmt: skip
        if number:
            found[-1].closed_at = term.recorded_at
        found.append(former.mark(term, joiner.went) if joiner.went else term)
    return found


def _trail(setting: Setting, application: Any) -> list[Any]:
    """What the audit trail would hold (R50)."""
    reviewer = setting.staff["reviewer"]
    steps = (
        ("submit", application.submitted_at, application.person, "draft", "submitted"),
        ("approve", application.approved_at, reviewer, "submitted", "approved"),
        ("attend", application.attended_at, setting.staff["organizer"], "", ""),
        ("pay", application.paid_at, setting.staff["treasurer"], "", ""),
        ("admit", application.admitted_at, None, "approved", "admitted"),
    )
    return [
        row(
            "kernel.AuditEntry", at=at, actor=actor, person_id=application.person_id, action=f"application.{step}",
            subject_type="members.Application", subject_id=application.pk, old=old, new=new,
        )
        for step, at, actor, old, new in steps
    ]  # fmt: skip


def _renewed(term: Any) -> Any:
    return row(
        "kernel.AuditEntry", at=term.recorded_at, person_id=term.person_id, action="term.renew",
        subject_type="members.Term", subject_id=term.pk, data={"paid_at": term.recorded_at.isoformat()},
    )  # fmt: skip


def _price_since(on: date) -> None:
    """A second tier to move up to, and the first price of each, valid early enough for the oldest member (R13, R17)."""
    partner = table("members.Tier").create(
        code="partner", name_zh="伙伴会员", name_en="Partner", position=1, roundtables_a_month=8, visits_a_quarter=6,
        open_posts=5, guests_a_quarter=6,
    )  # fmt: skip
    table("billing.Price").create(tier=partner, amount=680_000, valid_from_on=on.replace(month=1, day=1))
    for tier_id in set(table("billing.Price").values_list("tier_id", flat=True)):
        first = table("billing.Price").filter(tier_id=tier_id).order_by("valid_from_on").first()
        if first.valid_from_on > on:
            table("billing.Price").create(
                tier_id=tier_id, amount=first.amount, currency=first.currency, valid_from_on=on.replace(month=1, day=1)
            )
