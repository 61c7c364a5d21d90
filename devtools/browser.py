"""Which Chromium the journeys and pictures use: Debian's or an installed Chrome, else Playwright's own download."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
NONE = (
    "no browser here: install Chromium (Debian, as root: apt-get install chromium fonts-noto-cjk), "
    "or run `.venv/bin/python -m playwright install chromium`"
)
# Root has no sandbox and a container has little shared memory; the rest keeps the browser off the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]


def installed() -> str | None:
    """Path of an installed Chromium or Chrome; CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((place for place in PLACES if os.access(place, os.X_OK)), None)


def playwrights_own() -> str | None:
    """Where Playwright's download lies, if it was made."""
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    found = sorted(Path(root).glob("chromium*/chrome-*/*chrome*"))
    return next((str(path) for path in found if path.is_file() and os.access(path, os.X_OK)), None)


def find() -> str | None:
    return installed() or playwrights_own()


def launch_arguments() -> dict[str, object]:
    """For `browser_type.launch(**…)`. Raises RuntimeError with what to install when there is no browser."""
    path = find()
    if path is None:
        raise RuntimeError(NONE)
    return {"executable_path": path, "args": ARGUMENTS}
