import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from community.pages import invariants


class Command(BaseCommand):
    help = "Check every invariant on the live data; prints JSON and exits with 1 when one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", type=parse_datetime, help="judge at this instant (ISO, with zone) instead of now")

    def handle(self, *args: Any, **options: Any) -> None:
        at = options["at"] or timezone.now()
        found = invariants.broken(at)
        broken = {name: breaking for name, breaking in found.items() if breaking}
        report = {
            "ok": not broken,
            "at": at.isoformat(),
            "held": sorted(found.keys() - broken.keys()),
            "broken": {
                name: {"count": len(breaking), "first": breaking[: invariants.SHOWN]}
                for name, breaking in sorted(broken.items())
            },
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        if broken:
            raise SystemExit(1)
