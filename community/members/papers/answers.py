"""What is said of a paper, on both sides of the sandbox; needs none of the parsers."""

from typing import NamedTuple

PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PDF_START = b"%PDF-"


class Refused(Exception):
    """The paper can't be taken; `code` names the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Clean(NamedTuple):
    content: bytes
    content_type: str
    pages: int


def looks_like(content: bytes) -> str:
    """ "pdf" or "picture" by the first bytes. Raises Refused for what is empty or anything else."""
    if not content:
        raise Refused("document.empty")
    if content.startswith(PDF_START):
        return "pdf"
    if content.startswith(PICTURE_STARTS):
        return "picture"
    raise Refused("document.kind")
