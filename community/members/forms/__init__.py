"""Clean input of applicants and reviewers; the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from community.kernel.access import ADMINISTRATOR, ORGANIZER, REVIEWER, TREASURER
from community.kernel.days import day_of
from community.kernel.errors import refusal
from community.kernel.forms import PlainText
from community.members import policies, rules
from community.members.models import Application, City, ClubSettings, Consent, Document, Industry, Person, Verification
from community.members.selectors import consents

ROLE_NAMES = {
    ORGANIZER: _("Organizer: events, rosters, needs and offers"),
    REVIEWER: _("Reviewer: applications and companies"),
    TREASURER: _("Treasurer: fees, transfers, refunds, books"),
    ADMINISTRATOR: _("Administrator: everything, and who holds which role"),
}


class ApplicationForm(forms.Form):
    """The whole application (addresses.md). A draft is kept as typed; this form says what a submission lacks."""

    full_name = PlainText(label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = PhoneNumberField(
        label=_("Mobile phone"),
        region="CN",
        help_text=_("Staff call it when papers are unclear. Members don't see it."),
        error_messages={"invalid": _("Type an 11-digit mobile number, such as 138 0013 8000.")},
    )
    wechat = PlainText(label=_("WeChat"), max_length=40, required=False)
    title = PlainText(label=_("Your title"), max_length=60, required=False)
    city = forms.ModelChoiceField(City.objects.filter(active=True), label=_("City"), empty_label=_("Choose a city"))

    role = forms.ChoiceField(
        label=_("Your role in the company"), choices=Application.Role, widget=forms.RadioSelect, initial=None
    )
    legal_name = PlainText(
        label=_("Registered name of the company"), max_length=120, required=False,
        help_text=_("Exactly as on the business licence."),
    )  # fmt: skip
    credit_code = PlainText(
        label=_("Unified social credit code"), max_length=40, required=False,
        help_text=_("18 characters, on the top right of the licence."),
        widget=forms.TextInput(attrs={"data-credit-code": "", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    share_percent = forms.DecimalField(
        label=_("Your share in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        help_text=_("Shareholders and partners only."),
    )  # fmt: skip
    sponsor = PlainText(
        label=_("Your sponsor's e-mail"), max_length=254, required=False,
        help_text=_("Trainees only: a member in good standing who knows you."),
    )  # fmt: skip
    industry = forms.ModelChoiceField(
        Industry.objects.filter(active=True), label=_("Industry"), empty_label=_("Choose an industry")
    )
    stage = forms.ChoiceField(
        label=_("Where the company stands"), choices=[("", _("Choose a stage")), *Application.Stage.choices]
    )
    about = PlainText(
        label=_("What the company does"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two or three sentences, as you would say them at the table."),
    )  # fmt: skip
    needs = PlainText(
        label=_("What I need now"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Money, people, resources, know-how: whatever you lack."),
    )  # fmt: skip
    offers = PlainText(
        label=_("What I can offer others"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    consent = forms.BooleanField(
        label=consents.WORDS[Consent.Purpose.APPLICATION],
        error_messages={"required": _("Without your consent the reviewers may not look at the papers.")},
    )

    STEPS = {
        "me": ["full_name", "phone", "wechat", "title", "city"],
        "company": ["role", "legal_name", "credit_code", "share_percent", "sponsor", "industry", "stage"],
        "words": ["about", "needs", "offers"],
        "evidence": ["consent"],
    }

    def __init__(self, *args: Any, person: Person, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.at = person, at

    def clean_credit_code(self) -> str:
        typed = self.cleaned_data["credit_code"]
        return checked_code(typed) if typed else ""

    def clean_sponsor(self) -> Person | None:
        email = self.cleaned_data["sponsor"].strip()
        if not email or self.data.get("role") != rules.TRAINEE:
            return None
        sponsor = Person.objects.filter(email__iexact=email).exclude(pk=self.person.pk).first()
        if sponsor is None or not policies.in_good_standing(sponsor, day_of(self.at)):
            raise forms.ValidationError(
                _("No member in good standing has this e-mail. Ask your sponsor which one they use.")
            )
        return sponsor

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        role = data.get("role")
        if role == rules.TRAINEE:
            if "sponsor" not in self.errors and not data.get("sponsor"):
                self.add_error("sponsor", _("A trainee needs a sponsor. Type the e-mail of a member who knows you."))
            data |= {"share_percent": None, "legal_name": "", "credit_code": ""}
            return data
        for name in ("legal_name", "credit_code"):
            if name not in self.errors and not data.get(name):
                self.add_error(name, self.fields[name].error_messages["required"])
        if role in (rules.SHAREHOLDER, rules.PARTNER):
            if "share_percent" not in self.errors and not data.get("share_percent"):
                self.add_error("share_percent", _("Type your share, for example 33.34."))
        elif role:
            data["share_percent"] = data.get("share_percent") or None
        return data


def checked_code(typed: str) -> str:
    """The normalised code, or what is wrong with it in the field's own words."""
    try:
        return rules.credit_code(typed)
    except ValueError as error:
        raise forms.ValidationError(refusal(str(error), {})) from None


class CompanyChangeForm(forms.Form):
    """Another company, or another role in the same one, with what shows it (R2, R11)."""

    legal_name = PlainText(
        label=_("Registered name of the company"), max_length=120, help_text=_("Exactly as on the business licence.")
    )
    credit_code = PlainText(
        label=_("Unified social credit code"), max_length=40, help_text=_("18 characters, on the top right of the licence."),
        widget=forms.TextInput(attrs={"data-credit-code": "", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Your role in the company"),
        choices=[choice for choice in Application.Role.choices if choice[0] != rules.TRAINEE],
        widget=forms.RadioSelect,
    )
    share_percent = forms.DecimalField(
        label=_("Your share in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        help_text=_("Shareholders and partners only."),
    )  # fmt: skip
    licence = forms.FileField(label=_("Business licence"), required=False, allow_empty_file=True, max_length=1000)
    register = forms.FileField(label=_("Register excerpt"), required=False, allow_empty_file=True, max_length=1000)
    articles = forms.FileField(
        label=_("Articles or shareholder list"), required=False, allow_empty_file=True, max_length=1000
    )

    PAPERS = ("licence", "register", "articles")

    def clean_credit_code(self) -> str:
        return checked_code(self.cleaned_data["credit_code"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        held = data.get("role") in (rules.SHAREHOLDER, rules.PARTNER)
        if held and "share_percent" not in self.errors and not data.get("share_percent"):
            self.add_error("share_percent", _("Type your share, for example 33.34."))
        data["share_percent"] = data.get("share_percent") or None
        return data

    @property
    def papers(self) -> list[tuple[str, Any]]:
        """(kind, upload) of what was handed in."""
        return [(kind, self.cleaned_data[kind]) for kind in self.PAPERS if self.cleaned_data.get(kind)]


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=Document.Kind)
    file = forms.FileField(
        label=_("File"), max_length=1000, allow_empty_file=True,
        help_text=_("PDF, JPEG or PNG, at most 10 MB. A clear photo taken with your phone is fine."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )  # fmt: skip


class VerificationForm(forms.Form):
    source = PlainText(
        label=_("Source"), max_length=120, initial=_("National Enterprise Credit Information Publicity System")
    )
    checked_on = forms.DateField(
        label=_("Checked on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    result = forms.ChoiceField(label=_("Result"), choices=Verification.Result)
    note = PlainText(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["checked_on"].initial = today

    def clean_checked_on(self) -> Any:
        on = self.cleaned_data["checked_on"]
        if on > self.today:
            raise forms.ValidationError(_("This day is still to come. Type the day you looked at the register."))
        return on


def asked_choices() -> list[tuple[str, Any]]:
    """What reviewers can ask for: the papers, and every place of the form that an applicant fills in."""
    places = [(name, field.label) for name, field in ApplicationForm.base_fields.items() if name != "consent"]
    return [(rules.PAPERS, _("The papers")), *places]


class YearlyCheckForm(VerificationForm):
    """The check of a company; when a role differs, whose it is."""

    whose = forms.MultipleChoiceField(
        label=_("Whose role differs"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only with “role differs”. Without a tick it concerns everybody below."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whose"].choices = [(str(person.pk), person.name) for person in people]  # type: ignore[attr-defined]  # fields are typed as plain ones

    def clean_whose(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["whose"]]


class ChangeDecisionForm(VerificationForm):
    """What the register said, and a sentence when the answer is no."""

    reason = PlainText(
        label=_("To the member (when you refuse)"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class LetterForm(forms.Form):
    """Words to the applicant; a rejection also names its reason code, a question what may be changed."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *Application.Reason.choices], required=False
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("What may be changed"), choices=asked_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = PlainText(
        label=_("To the applicant"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a sentence the applicant can read.")},
    )  # fmt: skip


class ApprovalForm(LetterForm):
    """Nothing has to be written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class AskingForm(LetterForm):
    def clean_fields_asked(self) -> list[str]:
        asked: list[str] = self.cleaned_data["fields_asked"]
        if not asked:
            raise forms.ValidationError(refusal("review.fields", {}))
        return asked


class RejectionForm(LetterForm):
    def clean_reason_code(self) -> str:
        code: str = self.cleaned_data["reason_code"]
        if not code:
            raise forms.ValidationError(_("Choose the reason that fits best."))
        return code


class WordsForm(forms.Form):
    """One text: a note, a question, an answer, the reason for a week more."""

    text = PlainText(
        label=_("Your words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence first.")},
    )  # fmt: skip


class QueueFilter(forms.Form):
    """What of a queue is listed; a value that makes no sense lists everything."""

    WHOSE = (("", _("Everybody's")), ("mine", _("Claimed by me")), ("unclaimed", _("Unclaimed")),
             ("question", _("With an open question")))  # fmt: skip
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)
    industry = forms.ModelChoiceField(
        Industry.objects.all(), label=_("Industry"), empty_label=_("All industries"), required=False
    )
    city = forms.ModelChoiceField(City.objects.all(), label=_("City"), empty_label=_("All cities"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("All roles")), *Application.Role.choices], required=False)
    late = forms.BooleanField(label=_("Waiting longer than 72 hours"), required=False)

    def only(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SettingsForm(forms.ModelForm):
    """What is set for the gate. Only administrators change when the fee opens."""

    class Meta:
        model = ClubSettings
        fields = ("applications_open", "monthly_cap", "note_zh", "note_en", "fee_opens")

    def __init__(self, *args: Any, may_set_fee: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_set_fee:
            del self.fields["fee_opens"]


class ChaptersForm(forms.Form):
    """The cities an organizer runs; none ticked means all."""

    city = forms.ModelMultipleChoiceField(City.objects.all(), required=False)


class RoleForm(forms.Form):
    """Whom an administrator gives which role; the person has an account already."""

    email = forms.EmailField(
        label=_("E-mail of the person"), max_length=254, help_text=_("The address they sign in with.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=tuple(ROLE_NAMES.items()), widget=forms.RadioSelect, initial=None)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.person = Person.objects.filter(email=email, is_active=True).first()
        if self.person is None:
            raise forms.ValidationError(_("Nobody signs in with this address. Ask them to make an account first."))
        return email


class RoleTakenForm(forms.Form):
    role = forms.ChoiceField(choices=tuple(ROLE_NAMES.items()), widget=forms.HiddenInput)
    reason = PlainText(
        label=_("Why"),
        max_length=400,
        help_text=_("It stays on record. The person reads that the role ended, not why."),
    )


class TierDetailsForm(forms.Form):
    """What a tier is called and includes (R12)."""

    NAMES = ("name_zh", "name_en", *rules.ENTITLEMENTS, "active", "position")

    name_zh = PlainText(label=_("Name in Chinese"), max_length=60)
    name_en = PlainText(label=_("Name in English"), max_length=60)
    roundtables_a_month = forms.IntegerField(label=_("Roundtables a month"), min_value=0, max_value=31)
    visits_a_quarter = forms.IntegerField(label=_("Company visits a quarter"), min_value=0, max_value=90)
    open_posts = forms.IntegerField(label=_("Open needs and offers, each"), min_value=0, max_value=100)
    guests_a_quarter = forms.IntegerField(label=_("Guests a quarter"), min_value=0, max_value=90)
    active = forms.BooleanField(
        label=_("May be chosen"), required=False, help_text=_("Who holds a closed tier keeps it and may renew it.")
    )
    position = forms.IntegerField(label=_("Place on the fee card"), min_value=0, max_value=999)


class NewTierForm(TierDetailsForm):
    code = forms.SlugField(label=_("Short code"), max_length=50, help_text=_("Short, in Latin letters; it stays."))
    for_trainees = forms.BooleanField(label=_("For trainees"), required=False)

    field_order = ["code", "for_trainees"]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code == "new":  # the address of the form itself
            raise forms.ValidationError(refusal("tier.code_taken", {}))
        return code
