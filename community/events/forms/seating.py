"""Who is to sit where, as the organizer's page sends it: a table for each signup, and who is held there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.events.models import SeatingWish, Signup
from community.events.selectors.tables import table_of


class SeatingForm(forms.Form):
    """`seats`: table by public id of the signup. What is not a table of the event leaves people where they are."""

    mix = forms.BooleanField(label=_("People of one industry at different tables"), required=False)
    same = forms.BooleanField(
        label=_("The same people come every week"), required=False,
        help_text=_("Then everybody meets everybody, table after table, as quickly as can be."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, signups: list[Signup], numbers: list[int], **options: Any) -> None:
        super().__init__(data, **options)
        self.signups, self.numbers = signups, numbers

    def clean(self) -> dict[str, Any]:
        stay = set(self.data.getlist("stay"))
        self.cleaned_data["seats"] = {signup.public_id: self._table(signup) for signup in self.signups}
        self.cleaned_data["stay"] = {signup.public_id for signup in self.signups if signup.public_id in stay}
        return self.cleaned_data

    def _table(self, signup: Signup) -> int:
        typed = self.data.get(f"at-{signup.public_id}", "")
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
        return number if number in self.numbers else table_of(signup)


class WishForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=SeatingWish.Kind.choices)
    one = forms.CharField(max_length=12)
    other = forms.CharField(max_length=12)


class WishGoneForm(forms.Form):
    wish = forms.IntegerField(min_value=1, max_value=2**62)
