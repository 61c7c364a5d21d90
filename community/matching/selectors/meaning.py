"""Likeness in meaning: exact cosines of stored vectors as z-scores, added to how much of the question words answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db.models import QuerySet

from community.matching import gateway, rules
from community.matching.models import Document, Vector
from community.matching.selectors import ranking

log = structlog.get_logger()
CHUNK = 5000


@dataclass(frozen=True)
class Fused:
    """`scores`: document → score, the more the better; `close`: those whose meaning stands out."""

    scores: dict[int, float]
    close: set[int]


def fused(need: Document, of: ranking.Query, among: QuerySet[Document]) -> Fused | None:
    """Every document of `among` by words and meaning. None where meaning is switched off or not encoded yet."""
    on = [encoder.name for encoder in gateway.encoders()]
    rows = Vector.objects.filter(document=need, encoder__in=on).values_list("encoder", "data") if on else []
    mine = {name: bytes(data) for name, data in rows}
    if not mine:
        return None
    try:
        np = gateway.numeric()
    except gateway.Unreachable as missing:
        log.warning("meaning_off", why=missing.code)
        return None
    keys = list(among.order_by("pk").values_list("pk", flat=True))
    places = {key: place for place, key in enumerate(keys)}
    meaning = np.zeros(len(keys))
    for name, share in rules.shares(mine).items():
        meaning += share * _standing_out(np, _likeness(np, name, mine[name], among, places))
    words = _by_words(of, places)
    total = meaning + np.array([rules.worded(words.get(key, 0.0), of.whole) for key in keys])
    return Fused(
        dict(zip(keys, total.tolist(), strict=True)), {keys[place] for place in np.flatnonzero(meaning >= rules.CLOSE)}
    )


def _by_words(of: ranking.Query, places: dict[int, int]) -> dict[int, float]:
    """The scores by words of these documents, the best of them read once more."""
    found = {key: score for key, score in ranking.scores(of).items() if key in places}
    first = sorted(found, key=lambda key: (-found[key], key))[: rules.READ_AGAIN]
    for key, more in ranking.echoes(of, [(key, found[key]) for key in first]).items():
        found[key] += more
    return found


def _likeness(np: Any, encoder: str, mine: bytes, among: QuerySet[Document], places: dict[int, int]) -> Any:
    """Cosines by place; who was not encoded yet is as like as the average."""
    found = np.full(len(places), np.nan, dtype=np.float64)
    of = np.frombuffer(mine, dtype="<f2").astype(np.float32)
    for keys, data in _chunks(encoder, among, len(mine)):
        rows = np.frombuffer(data, dtype="<f2").reshape(len(keys), -1).astype(np.float32)
        found[[places[key] for key in keys]] = rows @ of
    known = ~np.isnan(found)
    found[~known] = found[known].mean() if known.any() else 0.0
    return found


def _chunks(encoder: str, among: QuerySet[Document], size: int) -> Iterator[tuple[list[int], bytes]]:
    """Vectors of one length; those of an earlier model are left out."""
    rows = Vector.objects.filter(encoder=encoder, document__in=among.order_by().values("pk"))
    keys: list[int] = []
    data: list[bytes] = []
    for key, one in rows.values_list("document_id", "data").iterator(CHUNK):
        if len(one) == size:
            keys.append(key)
            data.append(bytes(one))
        if len(keys) == CHUNK:
            yield keys, b"".join(data)
            keys, data = [], []
    if keys:
        yield keys, b"".join(data)


def _standing_out(np: Any, values: Any) -> Any:
    """z-scores; all alike: nobody stands out."""
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))
