"""What happened to the demo accounts and to those around them; told in days before the start day."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from community.billing.services import importing, transfers
from community.events.services import booking
from community.kernel.days import day_of
from community.members import rules
from community.members.services import applications, clock, reviewing
from community.pages.demo.applying import Applying
from community.pages.demo.founders import Founder
from community.pages.demo.money import GUEST, WELCOME, Money
from community.pages.demo.setting import Setting
from community.pages.demo.tables import table


class Stories:
    def __init__(self, setting: Setting, founders: list[Founder], past: dict[date, Any]) -> None:
        self.setting = setting
        self.host = founders[0].person
        self.expiring = founders[1].person
        self.roundtables = [past[on] for on in setting.past_saturdays if on in past]
        self.hand = Applying(setting)
        self.dice = setting.dice("stories")
        self.money = Money(setting)

    def before_the_weekend(self) -> None:
        """Everything that needs chairs at past events, before the crowd takes them."""
        self.money.codes()
        self.money.auto_renewal(self.host)
        self._member()
        self._trainee()
        self._lapsed()
        self._attended_unpaid()
        self._paid_twice()
        for event in self.roundtables[-3:-1]:
            self.hand.attend(self.expiring, event, at=event.starts_at - timedelta(days=3))

    def with_seats_to_come(self, events: dict[str, Any]) -> None:
        """Those who wait, decide, or have a seat ahead."""
        at = self.setting.at
        self.setting.demo_person("visitor", joined_at=at(-1, 20))
        self.hand.submit(self.setting.demo_person("applicant", joined_at=at(-3)), at=at(-1, 9, 20))
        self._approved(self.setting.demo_person("approved", joined_at=at(-8)), 5)
        self._approved(self._somebody(12), 10, booked=events["first"])
        self._approved(self._somebody(14), 12, booked=events["second"], covered=True)
        self._approved(self._somebody(20), 18)
        self._approved(self._somebody(9), 7, short=10_000)
        self.hand.book(self.member, events["first"], at=at(-2, 21))
        booking.sign_up(events["class"].pk, self.member, by=self.member, at=at(-1, 12))
        self._waitlist(events["visit"])
        self._queue()
        self._decided()
        self._transfers()

    # One by one ----------------------------------------------------------------------------------

    def _member(self) -> None:
        """Admitted at the third last table but one; came twice since, missed one."""
        first, then, missed = self.roundtables[-4], self.roundtables[-2], self.roundtables[-1]
        at = first.starts_at
        self.member = self.setting.demo_person("member", joined_at=at - timedelta(days=9))
        application = self.hand.submit(self.member, at=at - timedelta(days=7))
        self.hand.approve(application, at=at - timedelta(days=5))
        self.hand.attend(self.member, first, at=at - timedelta(days=4))
        paid = self.hand.pay(self.member, at=at + timedelta(days=1))
        self.money.fapiao(paid, at=at + timedelta(days=2), issued_at=at + timedelta(days=4))
        self.hand.attend(self.member, then, at=then.starts_at - timedelta(days=2))
        self.hand.book(self.member, missed, at=missed.starts_at - timedelta(days=2))

    def _trainee(self) -> None:
        event = self.roundtables[-3]
        at = event.starts_at
        trainee = self.setting.demo_person("trainee", joined_at=at - timedelta(days=8))
        application = self.hand.submit(trainee, at=at - timedelta(days=6), role=rules.TRAINEE, sponsor=self.host.email)
        self.hand.approve(application, at=at - timedelta(days=4))
        paid = self.hand.pay(trainee, at=at - timedelta(days=3), tier="trainee")
        self.money.fapiao(paid, at=self.setting.at(-1, 11))
        self.hand.attend(trainee, event, at=at - timedelta(days=3))

    def _lapsed(self) -> None:
        """Paid and had a seat, but did not come: lapsed at the clock's end, and the fee is to go back (R9); their fapiao
        is to be flushed."""
        at = self.setting.at
        person = self.setting.demo_person("lapsed", joined_at=at(-33))
        application = self.hand.approve(self.hand.submit(person, at=at(-31, 16)), at=at(-29, 11))
        self.money.fapiao(self.hand.pay(person, at=at(-27, 15)), at=at(-26, 9), issued_at=at(-25, 10))
        clock.lapse_if_due(person.pk, at=application.clock_ends_at + timedelta(minutes=4))

    def _attended_unpaid(self) -> None:
        event = self.roundtables[-1]
        person = self._somebody(11)
        application = self.hand.submit(person, at=event.starts_at - timedelta(days=4))
        self.hand.approve(application, at=event.starts_at - timedelta(days=3))
        self.hand.attend(person, event, at=event.starts_at - timedelta(days=2))
        self.hand.invoice(person, at=event.starts_at + timedelta(hours=8))

    def _paid_twice(self) -> None:
        event = self.roundtables[-2]
        person = self._somebody(20)
        application = self.hand.submit(person, at=event.starts_at - timedelta(days=5))
        self.hand.approve(application, at=event.starts_at - timedelta(days=3))
        self.hand.attend(person, event, at=event.starts_at - timedelta(days=1))
        self.hand.pay(person, at=event.starts_at + timedelta(days=2), again=True)

    def _approved(self, person: Any, days: int, *, booked: Any = None, covered: bool = False, short: int = 0) -> None:
        """Approved so many days ago; maybe with a seat ahead, maybe with a fee that a code covered, or paid too little of."""
        at = self.setting.at
        self.hand.approve(self.hand.submit(person, at=at(-days - 2, 14)), at=at(-days, 10, 30))
        if booked is not None:
            self.hand.book(person, booked, at=max(booked.published_at, at(-days, 20)))
        if covered:
            self.money.used_by(self.hand.invoice(person, at=at(1 - days, 9)), GUEST, at=at(1 - days, 9, 2))
        if short:
            self.hand.pay(person, at=at(1 - days, 9), short=short)

    def _waitlist(self, visit: Any) -> None:
        """The visit is full: a member and two people with a running clock wait, in the order of the rules."""
        at = self.setting.at
        booking.sign_up(visit.pk, self.member, by=self.member, at=at(-1, 13))
        for days in (7, 6):
            person = self._somebody(days)
            self._approved(person, days - 2)
            booking.sign_up(visit.pk, person, by=person, at=at(-1, 20))

    def _queue(self) -> None:
        """The reviewers' morning: one over 72 hours, one claimed, one of a company that is a member's already."""
        at = self.setting.at
        self.hand.submit(self._somebody(6), at=at(-5, 10, 40))
        claimed = self.hand.submit(self._somebody(4), at=at(-3, 15))
        reviewing.claim(claimed.pk, by=self.setting.staff["reviewer2"], at=at(-1, 21))
        company = table("members.Stake").filter(person=self.host).select_related("company").get().company
        colleague = self.hand.profile()
        colleague.company = company.legal_name
        self.hand.submit(self._named(colleague.name, 3), at=at(-2, 18), found=colleague, code=company.credit_code)
        self.hand.submit(self._somebody(3), at=at(-2, 11), role=rules.TRAINEE, sponsor=self.host.email)
        for number in range(1 + self.setting.members // 200):
            self.hand.submit(self._somebody(2), at=at(-1, 8 + number % 14, 15))
        asked = self.hand.submit(self._somebody(5), at=at(-4, 9))
        reviewing.claim(asked.pk, by=self.setting.staff["reviewer"], at=at(-3, 10))
        reviewing.ask(
            asked.pk, reason="执照上的法定代表人不是你。请补一份股东名册或章程，能看到你的名字就行。",
            fields=["documents"], by=self.setting.staff["reviewer"], at=at(-3, 10, 20),
        )  # fmt: skip
        self.hand.draft(self._somebody(2), at=at(-1, 22))

    def _decided(self) -> None:
        at = self.setting.at
        rejected = self.hand.submit(self._somebody(24), at=at(-22, 13))
        reviewer = self.setting.staff["reviewer"]
        reviewing.claim(rejected.pk, by=reviewer, at=at(-20, 9))
        reviewing.reject(
            rejected.pk, reason_code="not_active", by=reviewer, at=at(-20, 9, 30),
            reason="公示系统显示公司已在今年六月注销。换一家存续的公司，欢迎再来。",
        )  # fmt: skip
        person = self._somebody(18)
        withdrawn = self.hand.submit(person, at=at(-16, 13))
        applications.withdraw(withdrawn.pk, by=person, at=at(-15, 19), reason="")

    def _transfers(self) -> None:
        """The treasurers' morning: a transfer is announced, another one waits for a second person."""
        at, staff = self.setting.at, self.setting.staff
        transfers.name_entity(
            payee="深圳同桌企业服务有限公司（演示）", bank="招商银行深圳分行（演示）", account="755900000000000",
            currency="CNY", by=staff["admin"], at=at(-200),
        )  # fmt: skip
        for days, arrived in ((9, False), (8, True)):
            person = self._somebody(days + 2)
            self._approved(person, days)
            invoice = self.hand.invoice(person, at=at(-2, 16))
            if arrived:
                invoice = self.money.used_by(invoice, WELCOME, at=at(-2, 16, 2))
            transfers.begin(invoice, person=person, at=at(-2, 16, 5))
            if arrived:
                transfers.record(
                    serial=f"DEMO{self.setting.seed:04d}0001", value_on=day_of(at(-1)), payer=person.full_name,
                    money=invoice.money, invoices=[invoice], by=staff["treasurer"], at=at(-1, 17),
                )  # fmt: skip
            else:
                self._statement(invoice)

    def _statement(self, invoice: Any) -> None:
        """What the bank exported this morning: one row names the announced transfer, one fits nothing. The file before it
        was of another account, and was taken back."""
        on, by, at = day_of(self.setting.at(-1)).isoformat(), self.setting.staff["treasurer"], self.setting.at(0, 9)
        head = "交易日期,流水号,对方户名,收入,支出,摘要\n"
        rows = f"{on},K1,门店收款,86.00,,\n{on},K2,门店收款,42.00,,\n"
        wrong = importing.hand_in(SimpleUploadedFile("工行流水.csv", (head + rows).encode()), by=by, at=at)
        importing.take(wrong, by=by, at=at)
        importing.take_back(wrong, by=by, reason="拿错了文件，这是另一家公司的账户", at=at)
        payout = self.money.payouts()
        rows = (
            f"{on},D1,{invoice.person.full_name},{invoice.amount // 100}.00,,会费 {invoice.transfer_code.code}\n"
            f"{on},D2,某某咨询有限公司,200.00,,活动\n{on},D3,写字楼物业,,1800.00,房租\n"
            f"{on},D4,STRIPE PAYMENTS,{-payout.net // 100}.{-payout.net % 100:02d},,STRIPE\n"
        )
        found = importing.hand_in(SimpleUploadedFile("招行流水.csv", (head + rows).encode()), by=by, at=at)
        importing.take(found, by=by, at=at)

    def _somebody(self, days: int) -> Any:
        """A new account, so many days old."""
        return self._named(self.hand.profile().name, days)

    def _named(self, name: str, days: int) -> Any:
        self.number = getattr(self, "number", 0) + 1
        return self.setting.person(f"new.{self.number:03d}@club.test", name, joined_at=self.setting.at(-days, 9))
