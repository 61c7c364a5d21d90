"""Encoding what was written, apart from the request that wrote it: pages and posts never wait for a model."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from community.kernel.conflicts import settled
from community.matching import gateway, rules
from community.matching.models import Document, Vector
from community.matching.services.indexing import lock_corpus

log = structlog.get_logger()
AT_ONCE = 32
MOST = 320  # of one encoder in one round; the next round goes on


def sweep(*, at: datetime) -> int:
    """Encode what has no vector yet, with every encoder that is switched on; how many vectors. Safe to repeat.

    An encoder that is missing or out of reach costs nothing but its part: the club ranks without it meanwhile.
    """
    made = 0
    for encoder in gateway.encoders():
        due = Document.objects.exclude(vectors__encoder=encoder.name).order_by("-written_at", "pk")[:MOST]
        try:
            made += sum(_encode(encoder, some) for some in _batches(list(due)))
        except gateway.Unreachable as missing:
            log.warning("encoder_unreachable", encoder=encoder.name, why=missing.code)
    return made


def _batches(documents: list[Document]) -> Iterable[list[Document]]:
    """Needs apart from what is found: an encoder may see a question otherwise."""
    for asking in (True, False):
        alike = [document for document in documents if (document.kind == rules.NEED) is asking]
        yield from (alike[start : start + AT_ONCE] for start in range(0, len(alike), AT_ONCE))


def _encode(encoder: gateway.Encoder, documents: list[Document]) -> int:
    """The model works without a lock; what was rewritten meanwhile is left for the next round."""
    texts = [rules.to_encode(document.kind, document.title, document.text) for document in documents]
    vectors = encoder.means(texts, documents[0].kind == rules.NEED)
    return _store(encoder.name, list(zip(documents, vectors, strict=True)))


@settled()
def _store(name: str, encoded: list[tuple[Document, bytes]]) -> int:
    lock_corpus()
    now = dict(Document.objects.filter(pk__in=[one.pk for one, _ in encoded]).values_list("pk", "written_at"))
    fresh = [(one, data) for one, data in encoded if now.get(one.pk) == one.written_at]
    Vector.objects.bulk_create(
        [Vector(document=one, encoder=name, data=data) for one, data in fresh], ignore_conflicts=True
    )
    # What can be compared by meaning now is compared again.
    Document.objects.filter(pk__in=[one.pk for one, _ in fresh]).update(paired_at=None)
    return len(fresh)
