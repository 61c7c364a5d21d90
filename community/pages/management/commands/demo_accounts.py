from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from community.pages.demo import DEMO_ACCOUNTS, DEMO_PASSWORD


class Command(BaseCommand):
    help = "Print the accounts of the demo club and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            self.stderr.write("This is no demo (DEMO is not set): these accounts exist in filled demo clubs only.")
        self.stdout.write(f"Demo accounts, password for all of them: {DEMO_PASSWORD}")
        for account in DEMO_ACCOUNTS:
            self.stdout.write(f"  {account.email:<22} {account.what}")
