"""What documents mean, as numbers: for ranking by meaning, where it is switched on."""

from django.db import models

from community.matching.models.documents import Document


class Vector(models.Model):
    """A document as one encoder sees it: float16, little-endian, of length one. Gone when the text changes."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="vectors", db_index=False)
    encoder = models.CharField(max_length=20)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "encoder"], name="vector_once_per_encoder")]

    def __str__(self) -> str:
        return f"{self.document_id} ({self.encoder})"
