"""Clean input of authors and readers; the services decide."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.days import day_of
from community.kernel.forms import PlainText
from community.members import selectors as members
from community.members.selectors.stages import STAGE_NAMES
from community.posts import rules
from community.posts.models import MemberReport, Post, Report


class OneLine(PlainText):
    """A title: pasted line breaks and runs of blanks become one blank."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class PublicText(PlainText):
    """A text that every member reads: contact data is refused where it stands."""

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_contact(value)


def refuse_contact(value: str) -> None:
    from community.posts.refusals import REFUSALS

    code = rules.contact_in(value)
    if code:
        raise forms.ValidationError(REFUSALS[code], code=code)


class PublicLine(OneLine, PublicText):
    pass


class PostForm(forms.Form):
    """R30: what somebody needs, offers or is stuck with."""

    kind = forms.ChoiceField(label=_("What is it"), choices=Post.Kind, widget=forms.RadioSelect, initial=rules.NEED)
    title = PublicLine(
        label=_("In one line"), max_length=rules.TITLE_MOST, help_text=_("Say what exactly, how much and by when.")
    )
    text = PublicText(
        label=_("The whole story"), max_length=rules.TEXT_MOST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("No phone number and no WeChat id: you get each other's when both agree."),
    )  # fmt: skip
    lack = forms.ChoiceField(label=_("What is lacking"), choices=[("", _("Choose one")), *Post.Lack.choices])
    topic = forms.ChoiceField(label=_("Topic"), choices=[("", _("Choose one")), *Post.Topic.choices])
    industry = forms.ModelChoiceField(
        queryset=None, label=_("Industry"), required=False, empty_label=pgettext_lazy("post", "All industries")
    )
    city = forms.ModelChoiceField(
        queryset=None, label=_("City"), required=False, empty_label=pgettext_lazy("post", "All cities")
    )
    who_sees = forms.ChoiceField(label=_("Who sees it"), required=False, widget=forms.RadioSelect)
    valid_until_on = forms.DateField(
        label=_("Valid until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day; 90 days at most."),
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, post: Post | None = None, stage: str = "", **kwargs: Any) -> None:
        """`stage`: the code of the one it may be for; "" when its author never said."""
        super().__init__(*args, **kwargs)
        self.at = at
        self._ask_who_sees(stage)
        self.fields["industry"].queryset = members.industries(also=post.industry_id if post else None)
        self.fields["city"].queryset = members.active_cities(also=post.city_id if post else None)
        if post is not None and post.opened_at is not None:
            self.fields["kind"].disabled = True

    def _ask_who_sees(self, stage: str) -> None:
        if not stage:
            del self.fields["who_sees"]
            return
        mine = _("Only members at my stage: %(stage)s") % {"stage": STAGE_NAMES.get(stage, "")}
        self.fields["who_sees"].choices = [("", _("All members")), (rules.STAGE, mine)]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not title:
            raise forms.ValidationError(self.fields["title"].error_messages["required"])
        return title

    def clean_valid_until_on(self) -> Any:
        on, today = self.cleaned_data["valid_until_on"], day_of(self.at)
        if not today <= on <= today + timedelta(days=rules.VALID_DAYS_MOST):
            raise forms.ValidationError(_("Choose a day from today on, within 90 days."))
        return on

    @property
    def details(self) -> dict[str, Any]:
        """As the services take them."""
        if not self.is_valid():
            return {}
        data = dict(self.cleaned_data)
        data["expires_at"] = rules.expires_at(data.pop("valid_until_on"))
        data["stage_only"] = data.pop("who_sees") == rules.STAGE if "who_sees" in data else None
        return data


def initial_of(post: Post) -> dict[str, Any]:
    names = ("kind", "title", "text", "lack", "topic", "industry", "city")
    who = {"who_sees": rules.STAGE if post.for_stage else ""}
    return {name: getattr(post, name) for name in names} | {"valid_until_on": post.last_on} | who


class AnswerForm(forms.Form):
    text = PublicText(
        label=_("Your answer"), max_length=rules.ANSWER_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence first.")},
    )  # fmt: skip


class NoteForm(forms.Form):
    note = PublicText(label=_("A sentence with it"), max_length=rules.NOTE_MOST, required=False)


class SolveForm(forms.Form):
    """R33: solved by whom, and did business come of it."""

    helpers = forms.MultipleChoiceField(
        label=_("Who helped"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("They read your thanks at once and confirm it. Nobody: it was solved elsewhere."),
    )  # fmt: skip
    text = PublicText(label=_("Thanks, in a sentence"), max_length=rules.NOTE_MOST, required=False)
    business = forms.BooleanField(label=_("Business came of it"), required=False)
    amount = forms.DecimalField(
        label=_("Worth, in yuan"), required=False, min_value=1, max_value=1_000_000_000, decimal_places=2,
        help_text=_("Private. It only ever appears in a sum over five people or more."),
    )  # fmt: skip

    def __init__(self, *args: Any, helpers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["helpers"].choices = [(person.public_id, person.name) for person in helpers]

    @property
    def details(self) -> dict[str, Any]:
        """As the service takes them: the amount in fen."""
        data = dict(self.cleaned_data)
        amount = data.pop("amount")
        return data | {"amount": int(amount * 100) if amount and data["business"] else None}


LABELS = {
    "title": _("Title"),
    "company": _("Company"),
    "industry": _("Industry"),
    "city": _("City"),
    "stage": _("Stage"),
    "goal": _("Goal"),
    "about": _("What they do"),
    "offers": _("Can offer"),
    "needs": _("Is looking for"),
    "phone": _("Phone"),
    "wechat": _("WeChat"),
    "email": _("E-mail"),
}
AUDIENCES = [
    (rules.MEMBERS, _("All members")),
    (rules.STAGE, _("Members at the same stage")),
    (rules.MET, _("People I have met")),
    (rules.STAFF, _("The organizer's office")),
    (rules.NOBODY, _("Nobody")),
]


def words(label: Any, help_text: Any = "") -> PublicText:
    return PublicText(
        label=label, max_length=rules.CARD_MOST, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )  # fmt: skip


class RefreshForm(forms.Form):
    offers = words(_("What I can offer"), _("One line a thing: a warehouse, a contact, a skill."))
    needs = words(_("What I am looking for"))


class ProfileForm(RefreshForm):
    """One's own card, and who may read each part of it."""

    SHOWN = rules.FIELDS
    about = words(_("What I do"))
    tags = OneLine(
        label=_("Tags"), required=False, max_length=200,
        help_text=_("Up to eight, with a space between them: livestream overseas-warehouse moulds"),
    )  # fmt: skip
    hide_me = forms.BooleanField(
        label=_("Hide me"), required=False,
        help_text=_("You don't appear among the members, and events don't show your name."),
    )  # fmt: skip
    field_order = ["about", "offers", "needs", "tags", "hide_me"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.SHOWN:
            self.fields[f"see_{name}"] = forms.ChoiceField(label=LABELS[name], choices=AUDIENCES)

    def audiences(self) -> list[forms.BoundField]:
        return [self[f"see_{name}"] for name in self.SHOWN]

    def clean_tags(self) -> list[str]:
        tags = list(dict.fromkeys(tag.lstrip("#") for tag in self.cleaned_data["tags"].split()))
        if len(tags) > rules.TAGS_MOST or any(len(tag) > rules.TAG_MOST for tag in tags):
            raise forms.ValidationError(_("Eight tags of 20 characters are the most."))
        refuse_contact(" ".join(tags))
        return [tag for tag in tags if tag]

    @property
    def details(self) -> dict[str, Any]:
        """As the service takes them."""
        data = dict(self.cleaned_data)
        return {name: data[name] for name in ("about", "offers", "needs", "tags", "hide_me")} | {
            "audiences": {name: data[f"see_{name}"] for name in self.SHOWN}
        }


class DirectoryForm(forms.Form):
    """Whom somebody is looking for. What is no choice narrows nothing."""

    q = OneLine(label=_("Who has …"), max_length=200, required=False)
    industry = forms.ModelChoiceField(queryset=None, label=_("Industry"), required=False, empty_label=_("All"))
    city = forms.ModelChoiceField(queryset=None, label=_("City"), required=False, empty_label=_("All"))
    tag = OneLine(max_length=rules.TAG_MOST, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].queryset = members.industries()
        self.fields["city"].queryset = members.active_cities()


class ReportForm(forms.Form):
    why = forms.ChoiceField(label=_("What is wrong"), choices=Report.Why, widget=forms.RadioSelect)
    note = OneLine(label=_("In a sentence"), max_length=300, required=False)


class MemberReportForm(forms.Form):
    why = forms.ChoiceField(label=_("What is wrong"), choices=MemberReport.Why, widget=forms.RadioSelect)
    note = PlainText(
        label=_("What happened, in your words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The office alone reads it. The member is never told that you wrote."),
    )  # fmt: skip


class OutcomeForm(forms.Form):
    outcome = PlainText(
        label=_("What you did, or why nothing was to do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class HideForm(forms.Form):
    reason = OneLine(label=_("Why, in a sentence"), max_length=300, required=False)


class PostFilter(django_filters.FilterSet):
    """What a reader narrows the list by."""

    q = django_filters.CharFilter(label=_("Word"), method="with_word", max_length=60)
    lack = django_filters.ChoiceFilter(label=_("Lack"), choices=Post.Lack, empty_label=_("All"))
    topic = django_filters.ChoiceFilter(label=_("Topic"), choices=Post.Topic, empty_label=_("All"))
    industry = django_filters.ModelChoiceFilter(
        label=_("Industry"), queryset=lambda _request: members.industries(), empty_label=_("All")
    )
    city = django_filters.ModelChoiceFilter(
        label=_("City"), queryset=lambda _request: members.active_cities(), empty_label=_("All")
    )

    class Meta:
        model = Post
        fields: list[str] = []

    def with_word(self, posts: QuerySet[Post], _name: str, value: str) -> QuerySet[Post]:
        word = value.replace("\x00", "").strip()
        return posts.filter(Q(title__icontains=word) | Q(text__icontains=word)) if word else posts
