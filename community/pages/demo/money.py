"""What lies on the treasurer's desk beside payments: codes and who used them, fapiao asked for and issued."""

import io
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from community.billing import gateway
from community.billing.selectors import fapiao as lists
from community.billing.services import auto_renewals, coupons, fapiao, ledger, releasing
from community.kernel import audit
from community.kernel.days import day_of, months_later, start_of
from community.members import selectors as members
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table

WELCOME, FOUNDERS, GUEST, SPRING = "WELCOME20", "FOUNDERS", "TABLE12", "SPRING"


class Money:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.by = setting.staff["treasurer"]

    def codes(self) -> None:
        """One for newcomers, one for the founders, one that covers everything, one that is over."""
        at, today = self.setting.at, day_of(self.setting.at(0))
        member = [tier for tier in members.tiers() if tier.code == "member"]
        make = [
            (WELCOME, {"percent": 20, "purpose": "admission", "uses": 50, "last_on": today + timedelta(days=60)}, member,
             "开放日介绍来的朋友"),
            (FOUNDERS, {"amount": 80_000, "purpose": "renewal", "joined_before_on": months_later(today, -6)}, [],
             "创始会员续费"),
            (GUEST, {"percent": 100, "uses": 3}, member, "桌主和讲师"),
            (SPRING, {"percent": 10, "last_on": today}, [], "春季招新"),
        ]  # fmt: skip
        for code, limits, tiers, note in make:
            wanted = {"first_on": day_of(at(-40)), "note": note, **limits}
            coupon = coupons.create(code=code, tiers=tiers, by=self.by, at=at(-40, 10), **wanted)
            if code == SPRING:
                coupons.end(coupon, by=self.by, at=at(-20, 18))

    def fapiao(self, invoice: Any, *, at: datetime, issued_at: datetime | None = None) -> None:
        """Asked for, and with `issued_at` issued and handed over."""
        found = fapiao.request(
            invoice, lists.known_of(invoice.person) | {"kind": "general"}, person=invoice.person, at=at
        )
        if issued_at is not None:
            number = f"25{self.setting.seed % 10**4:04d}{found.pk:014d}"
            fapiao.issue(
                found, number=number, issued_on=day_of(issued_at), upload=_paper(number), by=self.by, at=issued_at
            )

    def income(self) -> None:
        """The last three months became income, each in the first hours of the next; the first with all before it."""
        for back in range(3, 0, -1):
            over = months_later(day_of(self.setting.now).replace(day=1), 1 - back)
            releasing.release(months_later(over, -1), at=start_of(over) + timedelta(hours=3))

    def auto_renewal(self, person: Any) -> None:
        """Agreed to when the running year was paid, by a card that exists nowhere."""
        paid = person.invoices.filter(status="paid").earliest("issued_at")
        attempt = row(
            "billing.Attempt", key=f"demo-{paid.number}", invoice=paid, status="complete", language=person.language,
            email=person.email, started_at=paid.issued_at, expires_at=paid.paid_at, look_at=paid.paid_at,
        )  # fmt: skip
        attempt.save()
        audit.record("attempt.complete", attempt, by=None, at=paid.paid_at, person_id=person.pk, new="complete")
        auto_renewals.ask(attempt, at=paid.issued_at)
        card = gateway.SavedCard("cus_demo", "pm_demo", "visa", "4242", 12, self.setting.start.year + 4)
        auto_renewals.keep(attempt, card, counts=True, at=paid.paid_at)

    def payouts(self) -> Any:
        """What the provider sent to the bank of the payments by card: of one, of two, of three. The first is missing, the
        second comes with this morning's statement (returned), the third is on its way."""
        charges = [
            self._charge(payment) for payment in table("billing.Payment").filter(channel="stripe").order_by("pk")
        ]
        sent = []
        for number, (since, first, last) in enumerate(((9, 0, 1), (4, 1, 3), (1, 3, 6))):
            net = sum(charge.net for charge in charges[first:last])
            sent.append(self._entry("payout", f"po_demo{number}", -net, 0, at=self.setting.at(-since, 8)))
        return sent[1]

    def _charge(self, payment: Any) -> Any:
        fee = 235 + payment.amount * 34 // 1000
        return self._entry("charge", payment.external_id, payment.amount, fee, at=payment.received_at, of=payment)

    def _entry(self, word: str, source: str, amount: int, fee: int, *, at: datetime, of: Any = None) -> Any:
        entry = row(
            "billing.ProviderEntry", external_id=f"txn_{source}", type=word, source_id=source, amount=amount, fee=fee,
            net=amount - fee, currency="CNY", moved_at=at, settled_at=at, intent_id=of.external_id if of else "",
        )  # fmt: skip
        entry.journal = (
            ledger.provider_settled(entry, of.money, at=at) if of else ledger.provider_paid_out(entry, at=at)
        )
        entry.save()
        return entry

    def used_by(self, invoice: Any, code: str, *, at: datetime) -> Any:
        return coupons.use(invoice, code, person=invoice.person, at=at)


def _paper(number: str) -> SimpleUploadedFile:
    """No fapiao at all, and it says so."""
    out, picture = io.BytesIO(), Image.new("RGB", (900, 500), "#FAF8F4")
    ImageDraw.Draw(picture).text((60, 60), f"DEMO - NOT A FAPIAO\n\n{number}", fill="#A8321F", font_size=40)
    picture.save(out, "PNG")
    return SimpleUploadedFile("fapiao.png", out.getvalue(), "image/png")
