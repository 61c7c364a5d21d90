"""What administrators list: industries, cities, tiers."""

from django.db import models
from django.utils.translation import get_language


class Named(models.Model):
    """Something administrators list, with its name in both languages."""

    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class Industry(Named):
    pass


class City(Named):
    pass


class Tier(Named):
    """A membership tier and what it includes (R12). Prices are billing's."""

    code = models.SlugField(unique=True)
    for_trainees = models.BooleanField(default=False)
    roundtables_a_month = models.PositiveSmallIntegerField()
    visits_a_quarter = models.PositiveSmallIntegerField()
    open_posts = models.PositiveSmallIntegerField()
    guests_a_quarter = models.PositiveSmallIntegerField()
