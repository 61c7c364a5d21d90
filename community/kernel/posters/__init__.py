"""Pictures to share: a title, a few facts and a code that leads to the page. Drawn once for each content, apart from the
web workers, and kept in the cache; the address of a picture says which content it shows."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from community.kernel.posters import sandbox
from community.kernel.posters.sandbox import NotDrawn

KEPT = 7 * 24 * 3600
TALL, WIDE = (900, 1200), (1200, 630)
# Fonts that have Chinese signs, as systems bring them; a collection names which of its fonts is simplified Chinese.
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 2),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", 0),
)


@dataclass(frozen=True)
class Poster:
    """`over` stands above the title, `facts` below it, `foot` beside the code that leads to `url`."""

    title: str
    url: str
    over: str = ""
    facts: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    size: tuple[int, int] = TALL

    @property
    def version(self) -> str:
        """Changes with whatever stands on it."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


@once
def font() -> tuple[str, int] | None:
    """The font posters are drawn with; without one there are none."""
    wanted = settings.POSTER_FONT
    known = ((wanted, 0),) if wanted else FONTS
    return next(((path, index) for path, index in known if Path(path).is_file()), None)


def drawn(poster: Poster) -> bytes:
    """The PNG. Raises NotDrawn."""
    key = f"poster:{poster.version}"
    with suppress(RedisError):
        if kept := cache.get(key):
            return bytes(kept)
    made = _draw(poster)
    with suppress(RedisError):
        cache.set(key, made, KEPT)
    return made


def answer(poster: Poster, *, private: bool = False) -> HttpResponse:
    """The picture, to be kept an hour by whoever shows it; one's own by one's own browser alone. Raises Http404 without a
    font."""
    try:
        made = drawn(poster)
    except NotDrawn:
        raise Http404 from None
    response = HttpResponse(made, content_type="image/png")
    response["Cache-Control"] = "private, no-store" if private else "public, max-age=3600"
    return response


def _draw(poster: Poster) -> bytes:
    found = font()
    if found is None:
        raise NotDrawn
    return sandbox.run(asdict(poster) | {"club": _("Tongzhuo"), "font": found[0], "index": found[1]})
