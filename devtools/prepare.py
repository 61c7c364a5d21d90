"""Bring database, messages and static files up to date in one process: `python -m devtools.prepare [--fill]`.

Progress goes to stderr; the demo accounts, if any, to stdout.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devtools import messages

ROOT = Path(__file__).resolve().parent.parent


def _step(text: str, act: Callable[[], object]) -> None:
    started = time.monotonic()
    print(f"  {text} …", end="", file=sys.stderr, flush=True)
    act()
    print(f" {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def _static_state() -> str:
    """Changes whenever collecting again would give something else."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state)


def main() -> None:
    messages.compile_all()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")
    import django
    from django.core.management import call_command

    django.setup()
    with ThreadPoolExecutor(1) as beside:
        static = beside.submit(_collect_static)
        _step("bringing the database up to date", lambda: call_command("migrate", verbosity=0, interactive=False))
        _step("collecting static files", static.result)
    if "--fill" in sys.argv:
        _step("filling the demo club, if it is empty", lambda: call_command("seed", if_empty=True, verbosity=0))
        call_command("demo_accounts")


if __name__ == "__main__":
    main()
