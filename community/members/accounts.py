"""Where signing up and in meet our people: allauth's adapter and backend."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from phonenumber_field.formfields import PhoneNumberField

from community.kernel.access import with_access
from community.kernel.inbox import with_unread
from community.kernel.middleware import client_ip
from community.kernel.prepared import Given, Prepared
from community.kernel.ring import ring
from community.members.models import Person
from community.members.selectors import in_standing_now
from community.members.selectors.chapters import city_ids
from community.members.services import phones


class PhoneField(PhoneNumberField):
    """As plain text with its country in front; a number without one is Chinese."""

    def clean(self, value: Any) -> str:
        return str(super().clean(value) or "")


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Remember the language the person signed up in: their mails come in it."""
        language = get_language()
        user.language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Our own pages (no `app`) ask nothing of whoever has just signed in; allauth's own always ask."""
        if not app:
            records = get_authentication_records(self.request, self.request.user)
            if records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                return False
        return bool(super().is_reauthentication_required(app=app, **more))

    # Phone numbers: shown by a code, each to one account. What a number is worth is said by `services/phones.py`.

    def phone_form_field(self, **kwargs: Any) -> Any:
        return PhoneField(**({"label": _("Mobile phone")} | kwargs))

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (str(user.phone), user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Kept when it is shown, not before."""

    def set_phone_verified(self, user: Any, phone: str) -> None:
        phones.show(user.pk, phone, at=timezone.now())

    def get_user_by_phone(self, phone: str) -> Person | None:
        return Person.objects.filter(phone=phone, phone_verified_at__isnull=False, is_active=True).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **more: Any) -> None:
        """By the worker: whoever waits for the page can't tell by the clock whether a number is known."""
        with translation.override(user.language):
            text = _("Tongzhuo: your code is %(code)s. Nobody from the club will ever ask you for it.") % {"code": code}
        ring("kernel.send_text", phone, text)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)


class Backend(AuthenticationBackend):
    """allauth's own; whoever is signed in is read together with what every page asks for: roles, and whether the
    membership runs, which decides what the navigation leads to."""

    def get_user(self, user_id: int) -> Person | None:
        person = SIGNED_IN.first(person=user_id)
        return person if person is not None and self.user_can_authenticate(person) else None


SIGNED_IN = Prepared(
    lambda: (
        with_unread(with_access(Person.objects.order_by()))
        .annotate(in_standing=in_standing_now(), city_ids=city_ids())
        .filter(pk=Given("person"))
    )
)
