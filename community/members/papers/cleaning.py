"""Uploaded papers judged by content and made harmless. Pure: bytes in, bytes out; runs in a process of its own."""

import io
import zlib
from typing import Any

import pikepdf
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from .answers import Clean, Refused, looks_like  # relative: the worker knows no `community`

MOST_PIXELS = 50_000_000
KEPT_SIDE = 6000  # pixels; what is larger is made smaller, the smallest print stays readable
MOST_PAGES = 60
MOST_OBJECTS = 20_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes, of all streams of a PDF together
MOST_FILTERS = 3
LONGEST_PAGE = 14_400  # points: what readers of PDF agree on
ACTIVE_KEYS = {"/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/RichMedia", "/XFA", "/Collection"}
ACTIVE_ACTIONS = (
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute",
)  # fmt: skip

ACTIVE_ANNOTATIONS = ("/RichMedia", "/3D", "/Screen", "/Movie", "/Sound", "/FileAttachment")


def cleaned(content: bytes) -> Clean:
    """The content made harmless: pictures decoded and encoded again, PDFs parsed, emptied of all that acts and written
    anew. Raises Refused."""
    try:
        return _clean_pdf(content) if looks_like(content) == "pdf" else _clean_picture(content)
    except MemoryError:
        raise Refused("document.bomb") from None


def _clean_picture(content: bytes) -> Clean:
    PngImagePlugin.MAX_TEXT_MEMORY = 4 * 1024 * 1024
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused("document.too_large_picture")
            kind = picture.format or "PNG"
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            upright: Image.Image = picture
            ImageOps.exif_transpose(upright, in_place=True)
            upright.load()
            upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
            upright = upright.convert("RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA")
    except Image.DecompressionBombError:
        raise Refused("document.too_large_picture") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, ArithmeticError, LookupError):
        raise Refused("document.broken") from None
    upright.info = {}  # colour profiles, comments, EXIF: nothing but the pixels goes on
    out = io.BytesIO()
    upright.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return Clean(out.getvalue(), f"image/{kind.lower()}", 1)


def _clean_pdf(content: bytes) -> Clean:
    limit = MOST_UNPACKED // 4
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=limit, dct_max_memory=limit, png_max_memory=limit, run_length_max_memory=limit,
        tiff_max_memory=limit, max_stream_filters=MOST_FILTERS,
    )  # fmt: skip
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
            if pdf.is_encrypted:
                raise Refused("document.locked")
            pages = len(pdf.pages)
            if not 0 < pages <= MOST_PAGES:
                raise Refused("document.pages")
            if len(pdf.objects) > MOST_OBJECTS:
                raise Refused("document.bomb")
            _calm(pdf)
            _measure(pdf)
            pdf.remove_unreferenced_resources()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    except pikepdf.PasswordError:
        raise Refused("document.locked") from None
    except (pikepdf.PdfError, ValueError, OSError, RecursionError, TypeError, KeyError, AttributeError, RuntimeError):
        raise Refused("document.broken") from None
    return Clean(out.getvalue(), "application/pdf", pages)


def _calm(pdf: pikepdf.Pdf) -> None:
    """Drop what describes the writer and where to open; refuse what acts by itself or carries another file."""
    for key in ("/Metadata", "/PieceInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Array) or (isinstance(opening, pikepdf.Dictionary) and opening.get("/S") == "/GoTo"):
        del pdf.Root["/OpenAction"]  # "open at page 1", as every office suite writes it
    elif opening is not None:
        raise Refused("document.active")
    if any(_acts(found) for found in _things(pdf)):
        raise Refused("document.active")


def _things(pdf: pikepdf.Pdf) -> "list[Any]":
    """Every dictionary and stream of the document, wherever it hides."""
    waiting, found = list(pdf.objects), []  # the indirect objects; direct ones are met inside them
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            waiting.extend(item for item in thing if _direct(item))
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            found.append(thing)
            waiting.extend(value for key in thing.keys() if _direct(value := thing[key]))  # noqa: SIM118  not a dict
        if len(found) > 10 * MOST_OBJECTS:
            raise Refused("document.bomb")
    return found


def _direct(item: object) -> bool:
    return isinstance(item, (pikepdf.Array, pikepdf.Dictionary)) and not item.is_indirect


def _acts(thing: Any) -> bool:
    outside = isinstance(thing, pikepdf.Stream) and "/F" in thing
    if outside or set(thing.keys()) & ACTIVE_KEYS:
        return True
    return thing.get("/S") in ACTIVE_ACTIONS or thing.get("/Subtype") in ACTIVE_ANNOTATIONS


def _measure(pdf: pikepdf.Pdf) -> None:
    """Refuse what is small here and enormous when it is shown: pages, pictures, packed streams."""
    for page in pdf.pages:
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        if not (0 < abs(right - left) <= LONGEST_PAGE and 0 < abs(top - bottom) <= LONGEST_PAGE):
            raise Refused("document.bomb")
    left_over = MOST_UNPACKED
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        if (
            thing.get("/Subtype") == "/Image"
            and int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) > MOST_PIXELS
        ):
            raise Refused("document.too_large_picture")
        left_over -= _unpacked(thing, left_over)


def _unpacked(stream: Any, most: int) -> int:
    """How many bytes a stream unpacks to, looked at piece by piece. Raises Refused above `most`."""
    named = stream.get("/Filter")
    filters = [str(name) for name in named] if isinstance(named, pikepdf.Array) else [str(named)] if named else []
    if len(filters) > MOST_FILTERS:
        raise Refused("document.bomb")
    data = stream.read_raw_bytes()
    for name in filters:
        if name not in ("/FlateDecode", "/Fl"):
            return len(data)
        unpacking = zlib.decompressobj()
        try:
            data = unpacking.decompress(data, most + 1)
        except zlib.error:
            return 0  # readers show nothing of it
        if len(data) > most:
            raise Refused("document.bomb")
    return len(data)
