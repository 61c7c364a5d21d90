"""Members who joined before this club's events began: people, companies, applications, terms, and what they paid."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

from pypinyin import lazy_pinyin

from community.billing.services import invoicing, ledger
from community.kernel.days import ZONE, day_of, months_later, start_of
from community.members import rules
from community.pages.demo import words
from community.pages.demo.accounts import account
from community.pages.demo.codes import credit_code
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

YOUNGEST = 25  # days before the start: younger members' stories are told through the services
YEAR = 365


@dataclass(frozen=True)
class Founder:
    """A member and the half-open year they paid for."""

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
    """`setting.members` founders with a term each; the host comes first."""
    dice = setting.dice("founders")
    expiring_on = months_later(setting.start + timedelta(days=12), -rules.TERM_MONTHS)
    known = [("host", setting.start - timedelta(days=260)), ("expiring", expiring_on)]
    joined = sorted(_joined_on(setting, dice) for _ in range(max(setting.members - len(known), 0)))
    joiners = [
        _joiner(setting, dice, who, on, number)
        for number, (who, on) in enumerate([*known, *((None, on) for on in joined)])
    ]
    setting.many_people([person for person, _, _ in joiners])
    _save(setting, [_application(setting, *joiner, number) for number, joiner in enumerate(joiners)])
    return [Founder(person, *rules.term_of_admission(at)) for person, _, at in joiners]


def _joiner(setting: Setting, dice: Random, who: str | None, on: date, number: int) -> tuple[Any, Profile, datetime]:
    """A person, what they would type, and when they were admitted."""
    found = profile(setting, dice, account(who).name if who else "")
    at = datetime.combine(on, time(9 + number % 9, number % 60), ZONE)
    person = row(
        "members.Person", email=account(who).email if who else _email(found.name, number), full_name=found.name,
        phone=phone(number), hide_me=number % 17 == 5, password=setting.password, joined_at=at - timedelta(days=20),
    )  # fmt: skip
    return person, found, at


def _joined_on(setting: Setting, dice: Random) -> date:
    """Spread so that there are members on the first past Saturday too; a few years have run out by now."""
    oldest = YEAR + max(setting.weeks * 7 - YEAR // 2, 0) + 40
    return setting.start - timedelta(days=dice.randint(YOUNGEST, oldest))


def _email(called: str, number: int) -> str:
    return f"{'.'.join(lazy_pinyin(called))}.{number:05d}@club.test"


def _application(setting: Setting, person: Any, found: Profile, admitted_at: datetime, number: int) -> Any:
    """An application as it stands after its good end."""
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


def _save(setting: Setting, applications: list[Any]) -> None:
    applications.sort(key=lambda application: application.admitted_at)
    _price_since(min(application.admitted_at for application in applications).date())
    table("members.Company").bulk_create([application.company for application in applications])
    for application in applications:
        application.company_id = application.company.pk
    table("members.Application").bulk_create(applications, batch_size=500)
    for label, rows in (
        ("members.Stake", (_stake(a, _looked_at(setting, a)) for a in applications)),
        ("members.Verification", (_verification(setting, a) for a in applications)),
        ("members.Term", map(_term, applications)),
        ("kernel.AuditEntry", (entry for a in applications for entry in _trail(setting, a))),
    ):
        table(label).bulk_create(rows, batch_size=1000)
    _fees(applications)


def _stake(application: Any, verified_on: date) -> Any:
    return row(
        "members.Stake", person_id=application.person_id, company_id=application.company_id, role=application.role,
        share_percent=application.share_percent, verified_on=verified_on,
    )  # fmt: skip


def _looked_at(setting: Setting, application: Any) -> date:
    """The latest yearly check, as a diligent club makes it (R2): some fall due about now."""
    on = day_of(application.approved_at)
    while rules.reverify_due_on(on) <= setting.start:
        on = rules.reverify_due_on(on)
    return on


def _verification(setting: Setting, application: Any) -> Any:
    return row(
        "members.Verification", application=application, company_id=application.company_id, source="国家企业信用信息公示系统", result="confirmed",
        checked_on=application.approved_at.date(), recorded_at=application.approved_at,
        recorded_by=setting.staff["reviewer"],
    )  # fmt: skip


def _term(application: Any) -> Any:
    starts_on, ends_on = rules.term_of_admission(application.admitted_at)
    return row(
        "members.Term", person_id=application.person_id, tier_id=application.tier_id, application=application,
        starts_on=starts_on, ends_on=ends_on, recorded_at=application.admitted_at,
    )  # fmt: skip


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


BY_CARD = 6


def _fees(applications: list[Any]) -> None:
    """An invoice each, paid by transfer, numbered in order of time and booked by the ledger itself."""
    counters: dict[int, Any] = {}
    price_on = cache(lambda tier_id, on: invoicing.price_of(tier_id, at=start_of(on)))
    invoices, payments = [], []
    for application in applications:
        at, tier = application.admitted_at, application.tier
        price = price_on(tier.pk, day_of(at))
        counter = counters.setdefault(at.year, row("billing.InvoiceNumber", year=at.year, last=0))
        counter.last += 1
        invoice = row(
            "billing.Invoice", number=str(counter), person_id=application.person_id,
            purpose="admission", application=application, tier=tier, tier_name_zh=tier.name_zh,
            tier_name_en=tier.name_en, amount=price.amount, currency=price.currency, status="paid",
            issued_at=at - timedelta(hours=2), paid_at=at,
        )  # fmt: skip
        invoices.append(invoice)
        payments.append(
            row(
                "billing.Payment", **_way(len(payments), len(applications)), invoice=invoice,
                person_id=application.person_id, amount=price.amount, currency=price.currency, status="applied",
                received_at=at, recorded_at=at,
            )
        )  # fmt: skip
    table("billing.InvoiceNumber").bulk_create(counters.values())
    table("billing.Invoice").bulk_create(invoices, batch_size=1000)
    for payment in payments:
        payment.invoice_id = payment.invoice.pk
    table("billing.Payment").bulk_create(payments, batch_size=1000)
    table("billing.Allocation").bulk_create(
        (
            row("billing.Allocation", payment=p, invoice=p.invoice, amount=p.amount, allocated_at=p.recorded_at)
            for p in payments
        ),
        batch_size=1000,
    )
    table("kernel.AuditEntry").bulk_create((entry for p in payments for entry in _books_trail(p)), batch_size=1000)
    for payment in payments:
        ledger.invoice_issued(payment.invoice, at=payment.invoice.issued_at)
        ledger.payment_received(payment, applied=True, at=payment.recorded_at)


def _way(number: int, of: int) -> dict[str, str]:
    """Six in the middle paid by card, the others by transfer."""
    if of // 2 <= number < of // 2 + BY_CARD:
        return {"channel": "stripe", "external_id": f"pi_demo{number}", "method": "card"}
    return {"channel": "bank", "external_id": f"DEMO-{number}"}


def _books_trail(payment: Any) -> list[Any]:
    steps = (
        (payment.invoice, "invoice.issue", payment.invoice.issued_at, "", "open"),
        (payment, "payment.receive", payment.recorded_at, "", "applied"),
        (payment.invoice, "invoice.pay", payment.recorded_at, "open", "paid"),
    )
    return [
        row(
            "kernel.AuditEntry", at=at, person_id=payment.person_id, action=action,
            subject_type=subject._meta.label, subject_id=subject.pk, old=old, new=new,
        )
        for subject, action, at, old, new in steps
    ]  # fmt: skip
