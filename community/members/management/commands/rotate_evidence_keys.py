from typing import Any

from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Encrypt every stored paper anew under the first of EVIDENCE_KEYS. Safe to run twice and to be interrupted."

    def handle(self, *args: Any, **options: Any) -> None:
        anew, current, locked = 0, 0, []
        vault: Any = default_storage  # a VaultStorage; its type says only Storage
        for name in vault.names():
            try:
                if vault.rotate(name):
                    anew += 1
                else:
                    current += 1
            except FileNotFoundError:  # purged in the meantime
                continue
            except InvalidToken:
                locked.append(name)
        self.stdout.write(f"{anew} encrypted anew, {current} were current, {len(locked)} open with no key.")
        for name in locked:
            self.stderr.write(f"no key opens {name}")
        if locked:
            raise SystemExit(1)
