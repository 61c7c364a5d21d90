from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from community.kernel.errors import RuleBroken
from community.members.models import Person
from community.members.services import erasing


class Command(BaseCommand):
    help = "Erase somebody at once, without the days to undo it: papers gone, words masked, counts and books kept. There is no way back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--dry-run", action="store_true", help="say whether it could be done; change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=options["email"].strip()).first()
        if person is None:
            raise CommandError("Nobody has this e-mail.")
        try:
            if options["dry_run"]:
                erasing.insist(person)
                self.stdout.write(f"{person.public_id} can be erased.")
                return
            done = erasing.erase(person.pk, by=None, at=timezone.now())
        except RuleBroken as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{person.public_id} is erased: {done.applications} applications masked, {done.papers} papers deleted, "
            f"{done.letters} letters and {done.entries} entries masked."
        )
