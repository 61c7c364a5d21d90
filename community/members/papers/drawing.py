"""A page of a paper as a picture with its reader's name burnt in. Pure: bytes in, bytes out; a process of its own."""

import io

from PIL import Image, ImageDraw, ImageFont

SIDE = 1600  # pixels of the longer side: an A4 page reads well, and nothing larger is ever drawn
INK = (168, 50, 31, 90)


def page_image(content: bytes, content_type: str, page: int, mark: str) -> bytes:
    """Page `page` (from 1) as JPEG, `mark` written across it again and again."""
    drawn = _of_pdf(content, page) if content_type == "application/pdf" else _of_picture(content)
    out = io.BytesIO()
    _marked(drawn, mark).save(out, "JPEG", quality=82)
    return out.getvalue()


def _of_pdf(content: bytes, page: int) -> Image.Image:
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        leaf = document[page - 1]
        scale = SIDE / max(*leaf.get_size(), 1)
        drawn: Image.Image = leaf.render(scale=scale, may_draw_forms=False).to_pil()
        return drawn.convert("RGB")


def _of_picture(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        picture.draft("RGB", (SIDE, SIDE))
        picture.thumbnail((SIDE, SIDE))
        if "A" not in picture.getbands():
            return picture.convert("RGB")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper


def _marked(drawn: Image.Image, mark: str) -> Image.Image:
    """The mark slanted, all over the page. The font is Pillow's own: no machine must have one."""
    size = max(12, max(drawn.size) // 55)
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(mark)
    strip = Image.new("RGBA", (int(right - left) + 4 * size, int(bottom - top) + size), (0, 0, 0, 0))
    ImageDraw.Draw(strip).text((-left, -top), mark, fill=INK, font=font)
    stamp = strip.rotate(28, resample=Image.Resampling.BILINEAR, expand=True)
    shown = drawn.convert("RGBA")
    for row, y in enumerate(range(-stamp.height, shown.height, max(stamp.height * 2 // 3, 1))):
        for x in range(-stamp.width * (row % 2) // 2, shown.width, stamp.width):
            cut = (max(-x, 0), max(-y, 0))
            shown.alpha_composite(stamp, (max(x, 0), max(y, 0)), cut)
    return shown.convert("RGB")
