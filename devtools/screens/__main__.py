"""Taking the pictures."""

import asyncio
import io
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devtools import browser as chromium
from devtools.services import ServicesError

if TYPE_CHECKING:
    from playwright.async_api import Browser
from devtools.screens.accounts import ACCOUNTS
from devtools.screens.club import club, people, places, session_of
from devtools.screens.figures import FIGURES
from devtools.screens.money import MONEY
from devtools.screens.moving import MOVING
from devtools.screens.people import PEOPLE, SHARING
from devtools.screens.sheet import contact_sheet, file_name
from devtools.screens.states import AT_ONCE, LANGUAGES, LONGEST, OUT, PICTURED, SCREENS, THEMES, WIDTHS, Screen
from devtools.screens.ties import TIES

EVERY = SCREENS + ACCOUNTS + FIGURES + MONEY + MOVING + PEOPLE + SHARING + TIES


def save(png: bytes, path: Path) -> None:
    """With 256 colours a page is a third of the size, and nobody sees it."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path)


async def take(browser: "Browser", screen: Screen, language: str, base: str, known: dict[str, Any]) -> list[str]:
    """One state in one language: led there once, pictured in each width and theme. Returns what looked wrong."""
    context = await browser.new_context(
        base_url=base, locale=LANGUAGES[language], timezone_id="Asia/Shanghai", reduced_motion="reduce", bypass_csp=True,
        viewport={"width": 390, "height": WIDTHS[390]},
    )  # fmt: skip
    context.set_default_timeout(60_000)
    faults: list[str] = []
    try:
        if screen.who:
            await context.add_cookies([{"name": "sessionid", "value": known["sessions"][screen.who], "url": base}])
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
        )
        if isinstance(screen.way, str):
            await page.goto(screen.way.format(**known["places"]))
        else:
            await screen.way(page, known["places"])
        await page.add_style_tag(content=PICTURED)
        for width, height in WIDTHS.items():
            await page.set_viewport_size({"width": width, "height": height})
            if (wide := await page.evaluate("document.documentElement.scrollWidth")) > width:
                faults.append(f"{wide} px wide in a window of {width}")
            for theme in THEMES:
                await page.emulate_media(color_scheme=theme)
                png = await page.screenshot(full_page=True, caret="initial")
                await asyncio.to_thread(save, png, OUT / file_name(screen, language, width, theme))
    except Exception as error:
        faults.append(str(error).splitlines()[0])
    finally:
        await context.close()
    return [f"{screen.page}, {screen.state} ({language}): {fault}" for fault in faults]


async def take_all(screens: list[Screen], base: str, known: dict[str, Any]) -> list[str]:
    from playwright.async_api import async_playwright

    waiting = [(screen, language) for screen in screens for language in LANGUAGES]
    faults: list[str] = []

    async def work(browser: "Browser") -> None:
        while waiting:
            screen, language = waiting.pop(0)
            try:
                faults.extend(await asyncio.wait_for(take(browser, screen, language, base, known), LONGEST))
            except TimeoutError:
                faults.append(f"{screen.page}, {screen.state} ({language}): no picture in {LONGEST} s")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**chromium.launch_arguments())
        await asyncio.gather(*(work(browser) for _ in range(AT_ONCE)))
        await browser.close()
    return faults


def main(words: list[str]) -> int:
    started = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped again
    chosen = [s for s in EVERY if not words or any(w.lower() in f"{s.page} {s.state}".lower() for w in words)]
    OUT.mkdir(exist_ok=True)
    if not words:
        for old in OUT.glob("*.png"):
            old.unlink()
    try:
        with club() as base:
            who = people()
            known = {"places": places(who), "sessions": {name: session_of(person) for name, person in who.items()}}
            faults = asyncio.run(take_all(chosen, base, known))
    except (ServicesError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    there = [s for s in EVERY if (OUT / file_name(s, "zh", 390, "light")).exists()]
    (OUT / "index.html").write_text(contact_sheet(there), encoding="utf-8")
    print("\n".join(faults))
    print(f"{len(chosen)} states in {time.monotonic() - started:.0f} s: {OUT / 'index.html'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
