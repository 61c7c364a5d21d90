"""For `manage.py verify`."""

from datetime import datetime, timedelta

from django.db.models import F

from community.kernel.invariants import SHOWN, broken
from community.matching import rules
from community.matching.models import Document, Match

PAIRED_WITHIN = timedelta(minutes=10)  # a beat of a minute, and time to work

DF_WRONG = """
    SELECT term.text FROM matching_term term
    LEFT JOIN (
        SELECT term_id, count(*) AS n, count(*) FILTER (WHERE document.kind = 'need') AS asked
        FROM matching_posting JOIN matching_document document ON document.id = document_id GROUP BY term_id
    ) used ON used.term_id = term.id
    WHERE term.df <> coalesce(used.n, 0) OR term.df = 0 OR term.asked <> used.asked ORDER BY term.id LIMIT %s
"""
CORPUS_WRONG = """
    SELECT 'corpus' FROM matching_corpus corpus,
        (SELECT count(*) AS documents, count(*) FILTER (WHERE kind = 'need') AS needs, coalesce(sum(length), 0) AS length
         FROM matching_document) real
    WHERE (corpus.documents, corpus.needs, corpus.length) <> (real.documents, real.needs, real.length) LIMIT %s
"""
LENGTH_WRONG = """
    SELECT DISTINCT document.key FROM matching_document document
    JOIN matching_posting posting ON posting.document_id = document.id AND posting.length <> document.length LIMIT %s
"""


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """What the index says equals what was written (name → what breaks it), and nothing of erased people is in it."""
    waits = Document.objects.filter(paired_at=None, written_at__lt=at - PAIRED_WITHIN)
    if Document.objects.filter(paired_at__gt=at - PAIRED_WITHIN).exists():  # may just have marked the needs it fits
        waits = waits.exclude(kind=rules.NEED)
    erased = Document.objects.filter(person__erased_at__isnull=False)
    return {
        "df_differs": broken(DF_WRONG),
        "corpus_differs": broken(CORPUS_WRONG),
        "length_differs": broken(LENGTH_WRONG),
        "document_of_erased": list(erased.values_list("key", flat=True)[:SHOWN]),
        "surfaced_to_oneself": [
            str(key)
            for key in Match.objects.filter(person=F("need__person")).values_list("need__key", flat=True)[:SHOWN]
        ],
        "not_paired": list(waits.values_list("key", flat=True)[:SHOWN]),
    }
