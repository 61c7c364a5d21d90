"""The process in which strangers' files are parsed: little memory, little time, no way to write a file.

Started by `sandbox`, never imported by it. One job on standard input (a line of JSON, then the file), one answer on
standard output (a line of JSON, then the result).
"""

import json
import resource
import sys
from importlib import import_module
from pathlib import Path

MEMORY, SECONDS = 1536 * 1024 * 1024, 20


def main() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    sys.path.append(str(Path(__file__).parents[1]))  # last, so that `papers` is found and nothing else is hidden
    job, content = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    said, result = _done(job, content)
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + result)


def _done(job: dict[str, str], content: bytes) -> tuple[dict[str, object], bytes]:
    if job["do"] == "draw":
        drawing = import_module("papers.drawing")
        return {}, drawing.page_image(content, job["content_type"], int(job["page"]), job["mark"])
    cleaning = import_module("papers.cleaning")
    try:
        clean = cleaning.cleaned(content)
    except cleaning.Refused as refused:
        return {"refused": refused.code}, b""
    return {"content_type": clean.content_type, "pages": clean.pages}, clean.content


if __name__ == "__main__":
    main()
