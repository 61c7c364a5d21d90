"""The index: documents, their words, and which word stands in which document. Plain tables, exact at every commit."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from community.matching import rules

PERSON = settings.AUTH_USER_MODEL


class Corpus(models.Model):
    """One row: how many documents there are, and how long they are together. Who writes the index locks it first."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    documents = models.PositiveIntegerField(default=0)
    needs = models.PositiveIntegerField(default=0)  # of them
    length = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="corpus_is_one")]

    def __str__(self) -> str:
        return f"{self.documents} documents"

    @property
    def mean(self) -> float:
        return self.length / self.documents if self.length else 1.0


class Document(models.Model):
    """A text that can be found: a need, an offer, a member's card, an answer. Its source says what it is (`index`)."""

    class Kind(models.TextChoices):
        NEED = rules.NEED
        OFFER = rules.OFFER
        CARD = rules.CARD
        ANSWER = rules.ANSWER

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=60)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    title = models.CharField(max_length=rules.TITLE_MOST)
    text = models.TextField(blank=True)
    lacks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    industry = models.ForeignKey("members.Industry", models.SET_NULL, null=True, blank=True, related_name="+")
    city = models.ForeignKey("members.City", models.SET_NULL, null=True, blank=True, related_name="+")
    size = models.CharField(max_length=20, blank=True)
    stage = models.CharField(max_length=20, blank=True)
    # Told to, and found by, members of this stage alone; empty: everybody.
    for_stage = models.CharField(max_length=20, blank=True, default="")
    valid_until = models.DateTimeField(null=True, blank=True)
    visible = models.BooleanField(default=True)
    length = models.PositiveIntegerField()
    written_at = models.DateTimeField()
    # When what changed was last compared with the other side; empty while that is still to do.
    paired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="document_of_one_source"),
            models.CheckConstraint(condition=Q(kind__in=rules.KINDS), name="document_kind"),
        ]
        indexes = [
            models.Index(fields=["person", "kind"], name="document_of_person"),
            models.Index(fields=["kind", "-written_at"], name="document_by_kind"),
            models.Index(fields=["written_at"], condition=Q(paired_at=None), name="document_to_pair"),
        ]

    def __str__(self) -> str:
        return self.title


class Term(models.Model):
    """A word, in how many documents it stands, and in how many needs among them."""

    text = models.CharField(max_length=rules.WORD_MOST + 1, unique=True)
    df = models.PositiveIntegerField()
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["df"], condition=Q(df=0), name="term_unused")]

    def __str__(self) -> str:
        return self.text


class Posting(models.Model):
    """A word in a document. The length of the document stands here too: ranking reads one index and nothing else."""

    pk = models.CompositePrimaryKey("document", "term")
    document = models.ForeignKey(Document, models.CASCADE, related_name="postings", db_index=False)
    term = models.ForeignKey(Term, models.PROTECT, related_name="postings", db_index=False)
    tf = models.PositiveSmallIntegerField()
    field = models.PositiveSmallIntegerField()
    length = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["term"], include=["document", "tf", "field", "length"], name="posting_covers_ranking"),
        ]

    def __str__(self) -> str:
        return f"{self.term} in {self.document}"
