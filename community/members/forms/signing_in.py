"""Signing in without a password: where the code goes."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from django.utils.translation import gettext_lazy as _


class CodeForm(RequestLoginCodeForm):
    """An e-mail address or, where text messages can be sent, a number: one of the two, and allauth expects one."""

    def clean(self) -> Any:
        typed = super().clean()
        if not self.errors and not typed.get("email") and not typed.get("phone"):
            self.add_error("email", _("Please fill in your e-mail or your mobile number: the code goes there."))
        return typed
