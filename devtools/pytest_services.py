"""Pytest plugin: servers and environment before Django reads its settings; one set of servers for all xdist workers."""

import atexit
import base64
import os
import shutil
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from devtools import messages
from devtools.services import Services, ServicesError, scratch_folder

ENVIRONMENT = {
    "TESTING": "1",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "EVIDENCE_KEYS": base64.urlsafe_b64encode(b"only-for-tests".ljust(32, b".")).decode(),
    "BASE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "STRIPE_API_BASE": "http://127.0.0.1:9",  # nobody listens: a test that needs Stripe starts the stand-in
    "STRIPE_SECRET_KEY": "sk_test_only_for_tests",
    "STRIPE_WEBHOOK_SECRETS": "whsec_only_for_tests",
    "LOG_LEVEL": "ERROR",
}
# A developer's own shell must not change what the tests see.
UNWANTED = ("DEMO", "DEBUG", "SENTRY_DSN", "TRUSTED_PROXY_COUNT", "EMAIL_URL", "SECRET_KEY_FALLBACKS", "ICP_TEXT")

FOLDER = "TEST_FOLDER"  # set by the first process for its workers


def _own_redis_database(url: str, worker: str) -> str:
    """Every xdist worker has its own numbered database: gw0 → 1, gw1 → 2."""
    number = int(worker.removeprefix("gw")) + 1
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query)) | {"db": str(number)}
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit(parts._replace(path=f"/{number}"))


def _start_servers() -> None:
    folder = scratch_folder()
    services = Services(folder, durable=False)
    owner = os.getpid()

    def clean() -> None:
        if os.getpid() == owner:  # a forked child runs our exit hooks too
            services.stop()
            shutil.rmtree(folder, ignore_errors=True)

    # After Ctrl-C and failed starts too; after a kill -9 the servers end by themselves and the next run sweeps.
    atexit.register(clean)
    os.environ[FOLDER] = str(folder)
    try:
        os.environ.update(services.start())
    except ServicesError as error:
        pytest.exit(str(error), returncode=3)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    known = early_config.known_args_namespace
    if not (known.help or known.version):
        for name in UNWANTED:
            os.environ.pop(name, None)
        os.environ.update(ENVIRONMENT)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        if worker:
            os.environ["REDIS_URL"] = _own_redis_database(os.environ["REDIS_URL"], worker)
        else:
            messages.compile_all()
            _start_servers()
        for name in ("MEDIA_ROOT", "STATIC_ROOT"):
            os.environ[name] = os.path.join(os.environ[FOLDER], f"{name.lower()}-{worker}")
            os.makedirs(os.environ[name], exist_ok=True)
    return (yield)
