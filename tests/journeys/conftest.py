"""A real browser on a real server: looks (language × width), several people at once, console and accessibility."""

import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from community.kernel import outbox
from devtools import browser as chromium
from devtools.stripe_double import DoubleServer, StripeDouble

# Playwright keeps an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PATIENCE = 20_000  # milliseconds, for a busy machine; nothing waits longer than it must
expect.set_options(timeout=PATIENCE)
HEIGHTS = {390: 844, 1280: 900}


class Look(NamedTuple):
    """How somebody sees the club."""

    locale: str
    width: int

    @property
    def phone(self) -> bool:
        return self.width < 768

    @property
    def language(self) -> str:
        """As a person's own language and the formats write it."""
        return "en" if self.locale == "en" else "zh-hans"


LOOKS = [Look("zh-CN", 390), Look("zh-CN", 1280), Look("en", 390), Look("en", 1280)]
# A whole walk is long: in each language once, at each width once.
WALKS = pytest.mark.parametrize(
    "look", [LOOKS[0], LOOKS[3]], indirect=True, ids=lambda look: f"{look.locale}-{look.width}"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium.find() is None and os.environ.get("CI") != "true":
        for item in items:
            if item.path.parent.name == "journeys":
                item.add_marker(pytest.mark.skip(reason=chromium.NONE))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    try:
        return browser_type_launch_args | chromium.launch_arguments()
    except RuntimeError as error:  # only in CI: elsewhere the journeys are skipped
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look.locale}-{look.width}")
def look(request: pytest.FixtureRequest) -> Look:
    """Ask for `look` (or `page`) and the test runs in both languages at both widths."""
    return request.param


@pytest.fixture(scope="session", autouse=True)
def _lists(django_db_setup: None) -> Iterator[None]:
    """What migrations filled in, for every connection: beside Playwright's loop Django opens one of its own, which
    doesn't know what the test database held at first."""
    wrapper = type(connections["default"])
    wrapper._test_serialized_contents = connections["default"]._test_serialized_contents  # type: ignore[attr-defined]
    yield
    del wrapper._test_serialized_contents  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _club(django_db_serialized_rollback: None, transactional_db: None, settings: Any, tmp_path: Any) -> None:
    """The lists that migrations fill in are there in every test, and the demo's door: staff without second factor."""
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_SECOND_FACTOR = False


class Console:
    """What the browser complained about. Refusals that a test provokes are named with `allow`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.allowed: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("console", lambda message: self._add(page, message))
        page.on("pageerror", lambda error: self.lines.append(f"{page.url}: {error}"))

    def _add(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.lines.append(f"{page.url}: {message.text} ({message.location.get('url', '')})")

    def allow(self, part: str) -> None:
        """`console.allow("status of 404")`: this complaint is what the test is about."""
        self.allowed.append(part)

    @property
    def faults(self) -> list[str]:
        return [line for line in self.lines if not any(part in line for part in self.allowed)]


@pytest.fixture
def console() -> Iterator[Console]:
    console = Console()
    yield console
    assert not console.faults, "The browser complained:\n" + "\n".join(console.faults)


@pytest.fixture
def person(browser: Browser, live_server: Any, console: Console, settings: Any) -> Iterator[Callable[..., Page]]:
    """`person(locale="en", width=390)` is somebody with a browser of their own: a page with relative addresses."""
    settings.BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    contexts: list[BrowserContext] = []

    def come(locale: str = "zh-CN", width: int = 1280, scheme: str = "light", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale=locale,
            timezone_id="Asia/Shanghai",
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            has_touch=width < 768,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        console.listen(page)
        return page

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def page(person: Callable[..., Page], look: Look) -> Page:
    """One person, in each look. Replaces the page of pytest-playwright, which knows nothing of looks."""
    return person(locale=look.locale, width=look.width)


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)` fails on serious and critical findings, with rule, element and help address."""
    checker = Axe()

    def check(page: Page, *, context: str | None = None) -> None:
        results = checker.run(page, context=context).response
        grave = [fault for fault in results["violations"] if fault["impact"] in ("serious", "critical")]
        lines = [
            f"{fault['impact']}: {fault['id']}: {fault['help']}\n    "
            + "\n    ".join(node["html"][:200] for node in fault["nodes"][:5])
            for fault in grave
        ]
        assert not grave, f"{page.url} at {page.viewport_size}:\n" + "\n".join(lines)

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """`fits(page)` fails when the page scrolls sideways."""

    def check(page: Page) -> None:
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen, f"{page.url} is {wide} px wide in a window of {seen}"

    return check


@pytest.fixture
def checked(axe: Callable[..., None], fits: Callable[[Page], None]) -> Callable[[Page], Page]:
    """`checked(page)`: what every page of a walk must hold; returns the page."""

    def check(page: Page) -> Page:
        fits(page)
        axe(page)
        return page

    return check


@pytest.fixture
def enter(person: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """`enter(who, look)`: a browser in which somebody is signed in; other options as of `person`."""

    def come(who: Any, look: Look, **options: Any) -> Page:
        page = person(locale=look.locale, width=look.width, **options)
        client = Client()
        client.force_login(who)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return page

    return come


class Letters:
    """The mails that went out; what waits in the outbox is delivered first."""

    def to(self, email: str) -> list[EmailMessage]:
        outbox.deliver_due(at=timezone.now())
        return [letter for letter in mail.outbox if letter.to == [email]]

    def last(self, email: str) -> EmailMessage:
        letters = self.to(email)
        assert letters, f"no mail for {email}"
        return letters[-1]

    def code(self, email: str) -> str:
        """The 6-digit code of the last mail."""
        found = re.search(r"\b\d{6}\b", str(self.last(email).body))
        assert found, self.last(email).body
        return found[0]


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def cashier(settings: Any, live_server: Any) -> Iterator[StripeDouble]:
    """The stand-in for Stripe with its payment page, over loopback HTTP. It sends no webhook by itself:
    `cashier.deliver(live_server.url + "/webhooks/stripe/")` does, when the test says so."""
    double = StripeDouble(api_key=settings.STRIPE_SECRET_KEY, webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS)
    with DoubleServer(double) as server:
        policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(server.url)
        settings.CONTENT_SECURITY_POLICY = policy
        settings.STRIPE_API_BASE = server.url
        yield double
