"""What a machine can check without running the product: `python -m devtools.checks [name …]`."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

_static = {
    "SECRET_KEY": "only-for-checks",
    "DATABASE_URL": os.environ.get("DATABASE_URL", "postgresql://localhost/none"),
    "REDIS_URL": os.environ.get("REDIS_URL", "redis://localhost:9/0"),
    "TESTING": "1",
}
# As in production: what `check --deploy` says about it is what an operator would hear.
_deploy = _static | {
    "SECRET_KEY": secrets.token_urlsafe(60),
    "BASE_URL": "https://club.example",
    "ALLOWED_HOSTS": "club.example",
    "EMAIL_URL": "smtp://localhost:25",
    "STRIPE_SECRET_KEY": "sk_test_only_for_checks",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "TESTING": "",
    "DEMO": "",
    "DEBUG": "",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # the journeys set it for themselves
}
CODE = ["community", "devtools", "tests", "manage.py"]

CHECKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "ruff": ([str(BIN / "ruff"), "check", *CODE], {}),
    "format": ([str(BIN / "ruff"), "format", "--check", *CODE], {}),
    "djlint": ([str(BIN / "djlint"), "templates", "--lint", "--quiet"], {}),
    "mypy": ([sys.executable, "-m", "mypy"], _static),
    "floors": ([str(BIN / "lint-imports"), "--no-cache"], {}),
    "migrations": ([sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], _static),
    "messages": ([sys.executable, "-m", "devtools.messages", "check"], {}),
    "deploy": ([sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], _deploy),
    "css": ([sys.executable, "-m", "devtools.css", "--check"], {}),
}


def run(name: str) -> tuple[int, str]:
    """Exit code and what the check said."""
    command, extra = CHECKS[name]
    env = {key: value for key, value in (os.environ | extra).items() if value != ""}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def main(names: list[str]) -> int:
    failed = []
    for name in names or CHECKS:
        started = time.monotonic()
        code, said = run(name)
        print(f"{'ok  ' if code == 0 else 'FAIL'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        if code:
            failed.append(name)
            print(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
