"""A real browser on a real server: looks (language × width), several people at once, console and accessibility."""

import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from devtools import browser as chromium

# Playwright keeps an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ACTION_PATIENCE = 10_000  # milliseconds
HEIGHTS = {390: 844, 1280: 900}


class Look(NamedTuple):
    """How somebody sees the club."""

    locale: str
    width: int

    @property
    def phone(self) -> bool:
        return self.width < 768


LOOKS = [Look("zh-CN", 390), Look("zh-CN", 1280), Look("en", 390), Look("en", 1280)]


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
        context.set_default_timeout(ACTION_PATIENCE)
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
