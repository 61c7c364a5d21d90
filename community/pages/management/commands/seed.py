from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from community.kernel.days import day_of
from community.pages.demo import club


class Command(BaseCommand):
    help = "Fill an empty database with an invented club: the same every time for one seed and one start day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--members",
            type=int,
            default=90,
            help="members of the last year or two; some of earlier years come beside them (default 90)",
        )
        parser.add_argument("--weeks", type=int, default=8, help="weeks of past events, at least 4 (default 8)")
        parser.add_argument("--seed", type=int, default=1, help="which club of this size (default 1)")
        parser.add_argument("--start", type=date.fromisoformat, help="the club's today, YYYY-MM-DD (default today)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when somebody has an account already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("The demo accounts share a public password. Set DEMO=1 if this database is for a demo.")
        if not club.is_empty():
            if options["if_empty"]:
                return
            raise CommandError("Somebody has an account here already. seed fills empty databases only.")
        if not 0 <= options["members"] <= 100_000 or not 0 <= options["weeks"] <= 520:
            raise CommandError("--members goes up to 100000, --weeks up to 520.")
        at = timezone.now()
        club.build(
            start=options["start"] or day_of(at),
            members=options["members"],
            weeks=options["weeks"],
            seed=options["seed"],
            at=at,
        )
        if options["verbosity"]:
            self.stdout.write(f"Filled: {options['members']} members, {options['weeks']} weeks of events.")
