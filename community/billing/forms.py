import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from community.billing import rules
from community.billing.models import Coupon, Fapiao
from community.kernel.forms import PlainText
from community.members.forms import checked_code

YUAN = "\u5143"  # what people write behind an amount
MOST_YUAN = Decimal(100_000_000)


class YuanField(forms.CharField):
    """An amount as people type it (3,800 or ¥3800.50, full-width too), in whole fen."""

    default_error_messages = {
        "yuan": _("Please type the amount in yuan, for example 3800 or 3800.50."),
        "positive": _("The amount must be more than zero."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 20} | kwargs))
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return fen(text, self.error_messages) if text else None


def fen(text: str, errors: Any) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("¥", "").replace(" ", "").removesuffix(YUAN)
    try:
        yuan = Decimal(plain) if plain.replace(".", "", 1).replace("-", "", 1).isdecimal() else None
    except InvalidOperation:
        yuan = None
    if yuan is None or yuan != yuan.quantize(Decimal("0.01")) or abs(yuan) > MOST_YUAN:
        raise forms.ValidationError(errors["yuan"], "yuan")
    if yuan <= 0:
        raise forms.ValidationError(errors["positive"], "positive")
    return int(yuan * 100)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TierForm(forms.Form):
    """The tier is a code; whether the person may hold it, the service says."""

    tier = forms.SlugField(max_length=50, error_messages={"required": _("Please choose a tier first.")})


class QuoteForm(TierForm):
    """A way up for exactly what was shown, in minor units."""

    quoted = forms.IntegerField(min_value=1, max_value=10**12)


class WishForm(TierForm):
    """The tier of the next year; empty takes the wish back."""

    tier = forms.SlugField(max_length=50, required=False)


class PayForm(forms.Form):
    """How to pay; `auto_renew` is the consent to keep the card for the next years (R19)."""

    channel = forms.SlugField(max_length=10)
    auto_renew = forms.BooleanField(required=False)


class CodeForm(forms.Form):
    """A code as it was printed, said or pasted."""

    code = PlainText(
        label=_("Discount code"), max_length=60, error_messages={"required": _("Please type the code first.")}
    )


class CouponForm(forms.Form):
    """A code and its limits; what is left empty sets none."""

    code = PlainText(
        label=_("Discount code"), max_length=20, required=False,
        help_text=_("Letters and digits, as people will type them. Empty: one is made up."),
    )  # fmt: skip
    amount = YuanField(label=_("Takes off, in yuan"), required=False)
    percent = forms.IntegerField(
        label=_("Or per cent"), required=False, min_value=1, max_value=100,
        help_text=_("100: nothing is left to pay."),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("For which year"), choices=Coupon.Purpose, required=False)
    tiers = forms.MultipleChoiceField(
        label=_("For which tiers"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None: for all.")
    )
    uses = forms.IntegerField(
        label=_("Uses in all"), required=False, min_value=1, max_value=1_000_000, help_text=_("Empty: without limit.")
    )
    uses_each = forms.IntegerField(label=_("Uses per person"), min_value=1, max_value=100, initial=1)
    first_on = forms.DateField(label=_("From"), widget=day_input())
    last_on = forms.DateField(
        label=_("Last day"), required=False, widget=day_input(), help_text=_("Empty: until somebody ends it.")
    )
    joined_before_on = forms.DateField(
        label=_("Only for members since before"), required=False, widget=day_input(),
        help_text=_("For founders. Empty: for everybody."),
    )  # fmt: skip
    note = PlainText(
        label=_("Note"), max_length=200, required=False, help_text=_("What it is for; only the desk sees it.")
    )

    def __init__(self, *args: Any, tiers: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {tier.code: tier for tier in tiers}
        self.fields["tiers"].choices = [(tier.code, tier.name) for tier in self.by_code.values()]  # type: ignore[attr-defined]  # fields are typed as plain ones

    def clean_code(self) -> str:
        code = rules.coupon_code(self.cleaned_data["code"])
        if code and not (code.isascii() and code.isalnum() and 4 <= len(code) <= 20):
            raise forms.ValidationError(_("Please take 4 to 20 Latin letters and digits."))
        return code

    def clean_tiers(self) -> list[Any]:
        return [self.by_code[code] for code in self.cleaned_data["tiers"]]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not self.errors and (values["amount"] is None) == (values["percent"] is None):
            self.add_error("percent", _("Please name an amount or a percentage, and not both."))
        first_on, last_on = values.get("first_on"), values.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("The last day lies before the first."))
        return values


class ReasonForm(forms.Form):
    """Why the treasurer decided so; the audit trail keeps it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write why; the record keeps it.")},
    )


class DecideForm(ReasonForm):
    """A case of money that may go back; `grant`: the year is held in the lower tier asked for; `refund`: it goes back now."""

    grant = forms.BooleanField(label=_("The year is held in the tier asked for"), required=False)
    refund = forms.BooleanField(label=_("Refund what the case says, now"), required=False)


class AcceptForm(ReasonForm):
    """Held money counts for an invoice; without a number for the payer's own of exactly that amount."""

    number = PlainText(label=_("Invoice number"), max_length=20, required=False)


class SlipForm(forms.Form):
    file = forms.FileField(
        label=_("Bank slip"),
        help_text=_("A screenshot or PDF of the transfer, at most 10 MB. It helps us to find your money sooner."),
        error_messages={"required": _("Please choose a file first."), "empty": _("This file is empty.")},
    )


class TransferForm(forms.Form):
    """What the bank's statement shows. The serial is the bank's own number of the movement."""

    serial = PlainText(label=_("Bank serial"), max_length=64)
    value_on = forms.DateField(
        label=_("Value date"), widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Please enter a day, for example 2026-11-28.")},
    )  # fmt: skip
    payer = PlainText(label=_("Payer"), max_length=120)
    amount = YuanField(label=_("Amount in yuan"))
    invoices = PlainText(
        label=_("Invoices or references"), max_length=300, required=False,
        help_text=_("Numbers or six-character references, several with spaces between. Empty if nobody knows yet."),
    )  # fmt: skip
    note = PlainText(label=_("Note"), max_length=300, required=False)


class EntityForm(forms.Form):
    payee = PlainText(label=_("Payee"), max_length=120)
    bank = PlainText(label=_("Bank and branch"), max_length=120)
    account = forms.RegexField(
        r"^[0-9A-Z][0-9A-Z -]{5,38}$", label=_("Account number"), max_length=40,
        error_messages={"invalid": _("Please type the account number with digits only, spaces are fine.")},
    )  # fmt: skip
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in ("CNY", "HKD", "USD")])


class ArrivalForm(forms.Form):
    """The row of a statement a payout arrived as; why, when less arrived."""

    serial = PlainText(
        label=_("Bank serial of the row"), max_length=64, error_messages={"required": _("Please choose a row first.")}
    )
    reason = PlainText(
        label=_("Why less arrived"), max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )  # fmt: skip


class StatementForm(forms.Form):
    """A bank's file, and of which account of ours it is: `accounts` (currency, what it is called)."""

    field_order = ("currency", "file")

    file = forms.FileField(
        label=_("Statement file"),
        help_text=_("CSV or XLSX as your bank exports it, at most 5 MB. Nothing is taken before you have seen it."),
        error_messages={"required": _("Please choose a file first."), "empty": _("This file is empty.")},
    )

    def __init__(self, *sent: Any, accounts: list[tuple[str, str]]) -> None:
        super().__init__(*sent)
        several = len(accounts) > 1
        self.fields["currency"] = forms.ChoiceField(
            label=_("Of which account"), choices=accounts, initial=accounts[0][0], required=several,
            widget=forms.Select() if several else forms.HiddenInput(),
        )  # fmt: skip

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"] or self.fields["currency"].initial


class MatchForm(forms.Form):
    """Which invoices a bank's row is for; none when nobody knows yet."""

    invoices = PlainText(label=_("Numbers or references of invoices"), max_length=300, required=False)


class PriceForm(forms.Form):
    """A price from a day on (R13)."""

    amount = YuanField(label=_("Price a year, in yuan"))
    valid_from_on = forms.DateField(label=_("From"), widget=day_input())
    joined_before_on = forms.DateField(
        label=_("Only for members since before"),
        required=False,
        widget=day_input(),
        help_text=_("A founding price. Empty: for everybody."),
    )


class SeatPriceForm(forms.Form):
    """What a seat at an event costs from a day on (R28)."""

    amount = YuanField(label=_("Price of a seat, in yuan"))
    valid_from_on = forms.DateField(label=_("From"), widget=day_input())


class ShownForm(forms.Form):
    """The price somebody saw when they pressed, in minor units."""

    shown = forms.IntegerField(min_value=1, max_value=10**12)


class TakeBackForm(forms.Form):
    valid_from_on = forms.DateField()
    joined_before_on = forms.DateField(required=False)


class RefundForm(ReasonForm):
    """Empty: all that is left of the payment."""

    amount = YuanField(label=_("Amount in yuan"), required=False)


class RefundAccountForm(forms.Form):
    holder = PlainText(label=_("Account holder"), max_length=120)
    bank = PlainText(label=_("Bank and branch"), max_length=120)
    account = forms.RegexField(
        r"^[0-9A-Z][0-9A-Z -]{5,38}$", label=_("Account number"), max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Please type the account number with digits only, spaces are fine.")},
    )  # fmt: skip


class SentForm(forms.Form):
    serial = PlainText(label=_("Bank serial"), max_length=64)
    sent_on = forms.DateField(label=_("Sent on"), widget=day_input())


class MonthForm(forms.Form):
    """A month as `2026-11`; its first day."""

    month = forms.DateField(
        input_formats=["%Y-%m"], validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 1, 1))]
    )


class FapiaoForm(forms.Form):
    """What is to stand on a fapiao (R21). A natural person has no tax number; identity cards are never asked for."""

    kind = forms.ChoiceField(label=_("Kind of fapiao"), choices=Fapiao.Kind, widget=forms.RadioSelect)
    title = PlainText(
        label=_("Fapiao title"), max_length=100, help_text=_("The company's full name, as on its licence.")
    )
    tax_number = PlainText(
        label=_("Tax number"), max_length=40, required=False,
        help_text=_("The company's 18-character credit code. Empty for a private person."),
    )  # fmt: skip
    address = PlainText(label=_("Registered address"), max_length=200, required=False)
    phone = PlainText(label=_("Registered telephone"), max_length=30, required=False)
    bank = PlainText(label=_("Bank and branch"), max_length=100, required=False)
    account = PlainText(label=_("Account number"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail for the copy"), max_length=254)

    OF_SPECIAL = ("tax_number", "address", "phone", "bank", "account")

    def clean_tax_number(self) -> str:
        return checked_code(self.cleaned_data["tax_number"]) if self.cleaned_data["tax_number"] else ""

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("kind") == Fapiao.Kind.SPECIAL:
            for name in self.OF_SPECIAL:
                if name in values and not values[name]:
                    self.add_error(name, _("A special fapiao needs this as well."))
        return values


class FapiaoIssueForm(forms.Form):
    """What the tax bureau's system issued."""

    number = PlainText(label=_("Fapiao number"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    issued_on = forms.DateField(label=_("Day on the fapiao"), widget=day_input())
    file = forms.FileField(
        label=_("The file"),
        help_text=_("PDF or picture, at most 10 MB. Only the buyer and treasurers can open it."),
        error_messages={"required": _("Please choose a file first."), "empty": _("This file is empty.")},
    )

    def clean_number(self) -> str:
        return twenty_digits(self.cleaned_data["number"])


class FapiaoFlushForm(ReasonForm):
    red_number = PlainText(
        label=_("Number of the red fapiao"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def clean_red_number(self) -> str:
        return twenty_digits(self.cleaned_data["red_number"])


def twenty_digits(typed: str) -> str:
    digits = unicodedata.normalize("NFKC", typed).replace(" ", "")
    if not (len(digits) == 20 and digits.isascii() and digits.isdecimal()):
        raise forms.ValidationError(_("A fapiao number has 20 digits."))
    return digits
