"""The process that draws one poster and ends: what drawing takes stays out of the web workers' memory.

Started by the package, never imported by it. A line of JSON on standard input, a PNG on standard output.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

PAPER, LINE, INK, MUTED, PINE = "#FAF8F4", "#E4DFD4", "#1B1F1D", "#5E625F", "#0F5C4D"
MARGIN, QR = 72, 248
WORD = re.compile(r"[\w'’.&/+-]+\s?|.", re.ASCII | re.DOTALL)  # a Latin word stays together, signs of Chinese don't
NEVER_FIRST = (
    "\uff0c\u3002\uff01\uff1f\u3001\uff1a\uff1b\uff09\u300b\u201d\u2019\u2026\u00b7"  # stops and closing marks
)


def main() -> None:
    from PIL import Image, ImageDraw

    job = json.loads(sys.stdin.buffer.read())
    size = tuple(job["size"])
    picture = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, size[0], 14), fill=PINE)
    if size[0] > size[1]:  # the code stands beside the words
        foot = size[1] - MARGIN - 2 * 46
        _text(draw, job, size[0] - 3 * MARGIN - QR, foot - 24)
        picture.paste(_code(job["url"]), (size[0] - MARGIN - QR, (size[1] - QR) // 2))
        _foot(draw, job, foot, size[0] - 3 * MARGIN - QR)
    else:
        foot = size[1] - MARGIN - QR
        _text(draw, job, size[0] - 2 * MARGIN, foot - 40)
        draw.line((MARGIN, foot - 24, size[0] - MARGIN, foot - 24), fill=LINE, width=2)
        picture.paste(_code(job["url"]), (size[0] - MARGIN - QR, foot))
        _foot(draw, job, foot + 8, size[0] - 3 * MARGIN - QR)
    out = io.BytesIO()
    picture.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    sys.stdout.buffer.write(out.getvalue())


def _font(job: dict[str, Any], points: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(job["font"], points, index=job["index"])


def _text(draw: Any, job: dict[str, Any], width: int, bottom: int) -> None:
    """Club, kind, title and facts from above; the title gets smaller until everything has room."""
    small, plain = _font(job, 32), _font(job, 36)
    draw.text((MARGIN, 64), job["club"], font=small, fill=PINE)
    facts = [line for fact in job["facts"] for line in lines(fact, plain, width, 2)]
    for points in (76, 66, 58, 50, 44):
        title = _font(job, points)
        found = lines(job["title"], title, width, 4)
        top = 64 + 48 + (56 if job["over"] else 0) + 24
        height = len(found) * points * 1.35 + 28 + len(facts) * 56
        if top + height <= bottom:
            break
    if job["over"]:
        draw.text((MARGIN, 64 + 60), job["over"], font=small, fill=MUTED)
    for line in found:
        draw.text((MARGIN, top), line, font=title, fill=INK, stroke_width=1, stroke_fill=INK)
        top += points * 1.35
    top += 28
    for line in facts:
        if top + 50 > bottom:
            return
        draw.text((MARGIN, top), line, font=plain, fill=INK)
        top += 56


def _foot(draw: Any, job: dict[str, Any], top: int, width: int) -> None:
    """What the code is for."""
    small = _font(job, 30)
    for number, line in enumerate(found for said in job["foot"] for found in lines(said, small, width, 3)):
        draw.text((MARGIN, top + number * 46), line, font=small, fill=MUTED)


def _code(url: str) -> Any:
    import segno
    from PIL import Image

    modules = [list(row) for row in segno.make(url, error="m", micro=False).matrix_iter(border=2)]
    flat = Image.new("L", (len(modules[0]), len(modules)), 255)
    flat.putdata([0 if module else 255 for row in modules for module in row])
    return flat.resize((QR, QR), Image.Resampling.NEAREST).convert("RGB")


def lines(text: str, font: Any, width: int, most: int) -> list[str]:
    """The text in lines of a width; what is beyond the last one is said by an ellipsis."""
    found = list(_broken(" ".join(text.split()), font, width))
    if len(found) <= most:
        return found
    last = found[most - 1]
    while last and font.getlength(last + "…") > width:
        last = last[:-1]
    return [*found[: most - 1], last.rstrip(NEVER_FIRST + " ") + "…"]


def _broken(text: str, font: Any, width: int) -> Iterator[str]:
    line = ""
    for piece in WORD.findall(text):
        while font.getlength(piece) > width:  # a word wider than the poster
            cut = next(n for n in range(len(piece), 0, -1) if n == 1 or font.getlength(line + piece[:n]) <= width)
            yield line + piece[:cut]
            line, piece = "", piece[cut:]
        if line and piece not in NEVER_FIRST and font.getlength((line + piece).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


if __name__ == "__main__":
    main()
