"""The way in as applicants and reviewers press it, at invented instants: every step through its service."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from community.billing.services import invoicing, receiving
from community.events.services import booking, checking_in
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members import rules
from community.members.forms import ApplicationForm
from community.members.services import applications, documents, reviewing
from community.pages.demo import founders
from community.pages.demo.codes import credit_code
from community.pages.demo.setting import Setting

REGISTER = "国家企业信用信息公示系统"


class Applying:
    """Hands and pens of everybody on the way in."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.dice = setting.dice("applicants")
        self.phones = 90_000_000

    def profile(self, called: str = "") -> founders.Profile:
        found = founders.profile(self.setting, self.dice, called)
        return replace(found, stage=self.dice.choice(rules.STAGES[1:4]))

    def draft(self, person: Any, *, at: datetime, role: str = rules.LEGAL_REPRESENTATIVE, sponsor: str = "",
              found: founders.Profile | None = None, code: str = "") -> Any:  # fmt: skip
        """Start an application and type everything into it."""
        found = found or self.profile(person.full_name)
        self.phones += 1
        typed = {
            "full_name": found.name, "phone": founders.phone(self.phones)[3:], "title": found.title,
            "city": str(found.city.pk), "industry": str(found.industry.pk), "stage": found.stage, "role": role,
            "about": found.about, "needs": found.needs, "offers": found.offers, "sponsor": sponsor, "consent": "on",
        }  # fmt: skip
        if role != rules.TRAINEE:
            typed |= {"legal_name": found.company, "credit_code": code or credit_code(self.setting.next_code())}
        application = applications.start(person, at=at)
        return applications.save_draft(application.pk, typed, by=person, at=at + timedelta(minutes=9))

    def submit(self, person: Any, *, at: datetime, **typed: Any) -> Any:
        """The whole application, with a licence; submitted at `at`."""
        application = self.draft(person, at=at - timedelta(minutes=25), **typed)
        if application.draft["role"] != rules.TRAINEE:
            licence = _licence(application.draft["credit_code"])
            documents.add(application, licence, "licence", by=person, at=at - timedelta(minutes=4))
        form = ApplicationForm(application.draft, person=person, at=at)
        if not form.is_valid():
            raise ValueError(form.errors.as_json())
        return applications.submit(application.pk, form.cleaned_data, by=person, at=at)

    def approve(self, application: Any, *, at: datetime) -> Any:
        reviewer = self.setting.staff["reviewer"]
        reviewing.claim(application.pk, by=reviewer, at=at - timedelta(minutes=30))
        if not application.is_trainee:
            reviewing.verify(
                application.pk, source=REGISTER, checked_on=day_of(at), result="confirmed", note="", by=reviewer,
                at=at - timedelta(minutes=8),
            )  # fmt: skip
        return reviewing.approve(application.pk, by=reviewer, at=at)

    def book(self, person: Any, event: Any, *, at: datetime) -> Any:
        return booking.sign_up(event.pk, person, by=person, at=at)

    def attend(self, person: Any, event: Any, *, at: datetime) -> None:
        """Book, come, and be checked in at the door."""
        signup = self.book(person, event, at=at)
        checking_in.check_in(
            signup.public_id, by=self.setting.staff["organizer"], at=event.starts_at - timedelta(minutes=3)
        )

    def invoice(self, person: Any, *, at: datetime, tier: str = "member") -> Any:
        return invoicing.choose_tier(person, tier, at=at)

    def pay(self, person: Any, *, at: datetime, tier: str = "member", short: int = 0, again: bool = False) -> Any:
        """A bank transfer of the fee, `short` fen too little; with `again` the same sum once more."""
        invoice = self.invoice(person, at=at - timedelta(hours=1), tier=tier)
        money = Money(invoice.amount - short, invoice.currency)
        for number in range(2 if again else 1):
            receipt = receiving.Receipt("bank", f"DEMO-{invoice.number}-{number}", money, at)
            receiving.receive(invoice.pk, receipt, by=self.setting.staff["treasurer"], at=at + timedelta(hours=number))
        return invoice


def _licence(code: str) -> SimpleUploadedFile:
    """A picture that says it is none."""
    picture = Image.new("RGB", (900, 640), "#fffdf6")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, 876, 616), outline="#a8321f", width=6)
    for line, text in enumerate(("SAMPLE - NOT A BUSINESS LICENCE", "Invented for the demo club", f"Code  {code}")):
        pen.text((90, 130 + 90 * line), text, fill="#1b1f1d", font_size=36)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("营业执照.png", out.getvalue(), content_type="image/png")
