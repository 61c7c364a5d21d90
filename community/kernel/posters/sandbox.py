"""The way into the process that draws: two at once, and none for longer than a person waits."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

DRAWING = Path(__file__).with_name("drawing.py")
SECONDS, PATIENCE = 20, 5
_AT_ONCE = threading.BoundedSemaphore(2)


class NotDrawn(Exception):
    """No font with Chinese signs, or no room to draw just now."""


def run(job: dict[str, Any]) -> bytes:
    """The PNG. Raises NotDrawn."""
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        raise NotDrawn("two are being drawn")
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-B", str(DRAWING)],
            input=json.dumps(job).encode(), capture_output=True, timeout=SECONDS, check=False, env={}, cwd="/",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotDrawn("too slow") from None
    finally:
        _AT_ONCE.release()
    if ran.returncode:
        raise NotDrawn(ran.stderr[-300:].decode(errors="replace"))
    return ran.stdout
