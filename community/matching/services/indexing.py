"""Keeping the index true: every document is written in the transaction of the thing it describes.

The corpus row is the last lock of all (person → … → corpus): whoever holds it takes no other but rows of this floor.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from community.kernel.conflicts import settled
from community.kernel.prepared import Prepared
from community.kernel.ring import ring
from community.matching import rules
from community.matching.models import Corpus, Document, Match, Posting, Vector
from community.members.selectors import naming


@dataclass(frozen=True)
class Source:
    """What can be found, as its owner's app states it.

    `kind` is one of rules.KINDS and `key` the source's own (a public id); `path` where it is read. `lacks`, `topics`,
    `size` and `stage` are codes, industry and city ids of members' lists. It counts while `visible` and before
    `valid_until`; with `for_stage` only for members of that stage. A title longer than 200 characters is cut.
    """

    kind: str
    key: str
    person_id: int
    path: str
    title: str
    text: str = ""
    lacks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    industry_id: int | None = None
    city_id: int | None = None
    size: str = ""
    stage: str = ""
    for_stage: str = ""
    valid_until: datetime | None = None
    visible: bool = True


STATED = ("person_id", "path", "title", "text", "lacks", "topics", "industry_id", "city_id", "size", "stage",
          "for_stage", "valid_until", "visible")  # fmt: skip


@settled()
def index(source: Source, *, at: datetime) -> Document:
    """Write or rewrite a document and its words, in the caller's transaction; says nothing when nothing changed.

    A changed document is compared with the other side again (`pairing`).
    """
    corpus = lock_corpus()
    stated = {name: getattr(source, name) for name in STATED}
    stated |= {"title": source.title[: rules.TITLE_MOST], "lacks": list(source.lacks), "topics": list(source.topics)}
    found, length = rules.postings(stated["title"], source.text, _extra(source))
    document = Document.objects.filter(kind=source.kind, key=source.key).first()
    if document is None:
        document = Document(kind=source.kind, key=source.key, length=0)
    elif all(getattr(document, name) == value for name, value in stated.items()) and _words_of(document) == found:
        return document
    for name, value in stated.items():
        setattr(document, name, value)
    new = document.pk is None
    before = 0 if new else document.length
    document.length, document.written_at, document.paired_at = length, at, None
    document.save()
    if not new:
        Vector.objects.filter(document=document).delete()
        _erase_words(document)
    _write_words(document, found)
    corpus.documents += new
    corpus.needs += new and document.kind == rules.NEED
    corpus.length += length - before
    corpus.save()
    ring("matching.sweep")
    return document


@settled()
def hide(kind: str, key: str) -> bool:
    """A source is closed: its document is found no more, and stays to be shown again. False when there is none."""
    return Document.objects.filter(kind=kind, key=key).update(visible=False) == 1


@settled()
def forget(kind: str, key: str) -> bool:
    """A source is gone: so are its document, its words and its matches. False when there was none."""
    return _remove(Document.objects.filter(kind=kind, key=key).values_list("pk", flat=True)) == 1


@settled()
def forget_person(person_id: int) -> int:
    """R52: nothing of somebody who is erased can be found any more, in the same transaction; how many documents.
    That they were surfaced for others' needs is still counted, without the reasons."""
    Match.objects.filter(person_id=person_id).update(reasons=[])
    return _remove(Document.objects.filter(person_id=person_id).values_list("pk", flat=True))


@settled()
def forget_names(words: Collection[str], *, at: datetime) -> int:
    """R52: what others wrote about somebody who is erased is found by it no more; how many documents."""
    naming_them = Q()
    for word in words:
        naming_them |= Q(title__contains=word) | Q(text__contains=word)
    named = list(Document.objects.filter(naming_them).order_by("pk")) if words else []
    for document in named:
        stated = {name: getattr(document, name) for name in STATED} | {
            "title": _masked(document.title, words), "text": _masked(document.text, words),
            "lacks": tuple(document.lacks), "topics": tuple(document.topics),
        }  # fmt: skip
        index(Source(document.kind, document.key, **stated), at=at)
    return len(named)


def _masked(text: str, words: Collection[str]) -> str:
    for word in words:
        text = text.replace(word, "…")
    return text


@settled()
def forget_reasons(kind: str, key: str) -> None:
    """R52: what a document said when it was shown to somebody is not said any more."""
    Match.objects.filter(document__kind=kind, document__key=key).update(reasons=[])


CORPUS = Prepared(lambda: Corpus.objects.select_for_update(no_key=True))


def lock_corpus() -> Corpus:
    """The one row that every writer of this floor holds until its transaction ends."""
    [corpus] = CORPUS()
    return corpus


def _remove(keys: Iterable[int]) -> int:
    corpus = lock_corpus()
    documents = list(Document.objects.filter(pk__in=list(keys)))
    for document in documents:
        _erase_words(document)
        corpus.documents -= 1
        corpus.needs -= document.kind == rules.NEED
        corpus.length -= document.length
        document.delete()
    corpus.save()
    return len(documents)


def _extra(source: Source) -> set[str]:
    """What is looked for besides the text: the owner's name in pinyin on a card, the names of city and industry."""
    named = naming.names_for_search(
        source.person_id if source.kind == rules.CARD else None, source.industry_id, source.city_id
    )
    return rules.name_words(named.syllables) | set(rules.words(" ".join([named.full, *named.labels])))


def _words_of(document: Document) -> dict[str, rules.Posting]:
    rows = Posting.objects.filter(document=document).values_list("term__text", "tf", "field")
    return {text: rules.Posting(tf, field) for text, tf, field in rows}


REMOVE = """
    WITH gone AS (DELETE FROM matching_posting WHERE document_id = %s RETURNING term_id)
    UPDATE matching_term SET df = df - 1, asked = asked - %s WHERE id IN (SELECT term_id FROM gone)
"""
ADD = """
    WITH word AS (SELECT * FROM unnest(%s::text[], %s::int[], %s::int[]) AS word (text, tf, field)),
    known AS (
        INSERT INTO matching_term AS term (text, df, asked) SELECT text, 1, %s FROM word
        ON CONFLICT (text) DO UPDATE SET df = term.df + 1, asked = term.asked + EXCLUDED.asked RETURNING id, text
    )
    INSERT INTO matching_posting (document_id, term_id, tf, field, length)
    SELECT %s, known.id, word.tf, word.field, %s FROM word JOIN known USING (text)
"""


def _erase_words(document: Document) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [document.pk, int(document.kind == rules.NEED)])
        cursor.execute("DELETE FROM matching_term WHERE df = 0")  # a word nobody uses any more is nobody's business


def _write_words(document: Document, found: dict[str, rules.Posting]) -> None:
    """How often a word is used at all follows. Under the corpus lock."""
    ordered = sorted(found)
    tfs, fields = [min(found[word].tf, 32767) for word in ordered], [found[word].field for word in ordered]
    asks = int(document.kind == rules.NEED)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [ordered, tfs, fields, asks, document.pk, document.length])
