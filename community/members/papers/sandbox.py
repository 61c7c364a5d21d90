"""The way into the process that parses strangers' files: a bomb bursts there, and the club goes on."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from community.members.papers.answers import Clean, Refused, looks_like

WORKER = Path(__file__).with_name("worker.py")
SECONDS = 30
# A crowd of uploads waits here rather than in the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)


def clean(content: bytes) -> Clean:
    """The paper made harmless. Raises answers.Refused with the reason."""
    looks_like(content)  # most of what is wrong needs no process
    said, result = _done({"do": "clean"}, content)
    if "refused" in said:
        raise Refused(said["refused"])
    return Clean(result, said["content_type"], said["pages"])


def draw(content: bytes, content_type: str, *, page: int, mark: str) -> bytes:
    """One page as a JPEG with `mark` burnt in. Raises answers.Refused when it can't be drawn."""
    return _done({"do": "draw", "content_type": content_type, "page": page, "mark": mark}, content)[1]


def _done(job: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    with _AT_ONCE:
        try:
            ran = subprocess.run(
                [sys.executable, "-I", "-B", str(WORKER)],
                input=json.dumps(job).encode() + b"\n" + content,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env={},
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            raise Refused("document.bomb") from None
    if ran.returncode < 0 or b"MemoryError" in ran.stderr:  # killed for what it took
        raise Refused("document.bomb")
    if ran.returncode:
        raise Refused("document.broken")
    line, _, result = ran.stdout.partition(b"\n")
    return json.loads(line), result
