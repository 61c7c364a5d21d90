"""What members answer below a post."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.kernel.ids import public_id

PERSON = settings.AUTH_USER_MODEL


class Answer(models.Model):
    """An answer, or a reply to one (`parent`): one level, so that a thread can be followed on a phone."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="answers")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="answers")
    text = models.TextField()
    written_at = models.DateTimeField()
    # Taken away by its author or, after a report, by the office.
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="answer_removed_pair",
            )
        ]
        indexes = [models.Index(fields=["author", "-written_at"], name="answer_author")]

    def __str__(self) -> str:
        return f"{self.author_id} → {self.post_id}"

    def get_absolute_url(self) -> str:
        return f"{self.post.get_absolute_url()}#a-{self.public_id}"
