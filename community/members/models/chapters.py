from django.db import models

from community.members.models.lists import City
from community.members.models.people import Person


class Chapter(models.Model):
    """A city an organizer runs. Whoever has none of these rows runs all of them."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="chapters", db_index=False)
    city = models.ForeignKey(City, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "city"], name="chapter_once_per_city")]

    def __str__(self) -> str:
        return f"{self.person} – {self.city}"
