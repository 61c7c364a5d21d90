"""What may have to go back of a paid year: who left before it was over (R18), who asked for a lower tier in it (R17)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.kernel.ids import public_id
from community.kernel.money import CNY, Money

PERSON = settings.AUTH_USER_MODEL


class Leaving(models.Model):
    """One leaving with days that were paid for: what they come to, and what the treasurer decided, with the reason.

    `wants`: nobody left; the paid year `term` is asked for in a lower tier, and `unused` is the difference.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="leavings")
    wants = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+")
    term = models.ForeignKey("members.Term", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    left_at = models.DateTimeField()
    paid = models.BigIntegerField()
    unused = models.BigIntegerField()  # pro rata by day, what the paid days that are left come to
    before = models.BigIntegerField(
        default=0
    )  # of that, paid before the club moved here: nothing of it can go back here
    currency = models.CharField(max_length=3, default=CNY)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.TextField(blank=True)

    class Meta:
        ordering = ["left_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="leaving_decided_pair",
            ),
            models.CheckConstraint(
                condition=Q(wants=None, term=None) | Q(wants__isnull=False, term__isnull=False),
                name="leaving_wants_for_term",
            ),
            models.UniqueConstraint(fields=["term"], condition=Q(decided_at=None), name="leaving_one_open_per_term"),
            models.CheckConstraint(condition=Q(unused__gte=0), name="leaving_unused_not_negative"),
            models.CheckConstraint(
                condition=Q(before__gte=0, before__lte=F("unused")), name="leaving_before_is_a_part"
            ),
        ]
        indexes = [models.Index(fields=["left_at"], name="leaving_open", condition=Q(decided_at=None))]

    def __str__(self) -> str:
        return f"{self.person} {self.left_at:%Y-%m-%d}"

    @property
    def unused_money(self) -> Money:
        return Money(self.unused, self.currency)

    @property
    def paid_money(self) -> Money:
        return Money(self.paid, self.currency)

    @property
    def before_money(self) -> Money:
        return Money(self.before, self.currency)

    @property
    def here_money(self) -> Money:
        """What of it was paid here, and can go back from here."""
        return Money(self.unused - self.before, self.currency)

    @property
    def is_elsewhere(self) -> bool:
        """Nothing of it was paid here: it is settled by hand."""
        return self.unused == self.before and (self.before > 0 or not self.paid)
