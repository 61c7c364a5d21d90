from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from community.kernel import audit
from community.kernel.access import ROLES
from community.members.services.roles import give


class Command(BaseCommand):
    help = "Give somebody staff roles; makes the account when there is none. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", action="append", required=True, choices=ROLES, help="may be given several times")
        parser.add_argument("--name", default="", help="the person's name, for a new account")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        person, added = self._grant(email, options["name"], options["role"])
        held = ", ".join(sorted(person.groups.values_list("name", flat=True)))
        self.stdout.write(f"{email}: {'added ' + ', '.join(added) if added else 'nothing to add'}; holds {held}.")
        if not person.has_usable_password():
            self.stdout.write(f"No password yet. Set one: {settings.BASE_URL}{reverse('account_reset_password')}")
        if settings.STAFF_SECOND_FACTOR:
            self.stdout.write(
                f"The desk opens with a second factor. Set it up: {settings.BASE_URL}{reverse('mfa_index')}"
            )

    @transaction.atomic
    def _grant(self, email: str, name: str, roles: list[str]) -> tuple[Any, list[str]]:
        at = timezone.now()
        people = get_user_model()._default_manager
        person = people.select_for_update().filter(email=email).first()
        if person is None:
            person = people.create_user(email, None, full_name=name)
            audit.record("person.create", person, by=None, at=at, reason="create_staff")
        _verify_address(person, email)
        wanted = dict.fromkeys(roles)
        return person, [role for role in wanted if give(person.pk, role, by=None, at=at, reason="create_staff")]


def _verify_address(person: Any, email: str) -> None:
    """Whoever may run commands on the server vouches for the address."""
    address, _ = EmailAddress.objects.get_or_create(user=person, email=email)
    if not (address.verified and address.primary):
        EmailAddress.objects.filter(user=person).exclude(pk=address.pk).update(primary=False)
        address.verified = address.primary = True
        address.save()
