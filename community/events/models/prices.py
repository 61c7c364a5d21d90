"""What some events cost on top of the fee (R28): dated, like the prices of tiers (R13)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from community.events import rules
from community.events.models.events import Event
from community.kernel.money import CNY, Money


class EventPrice(models.Model):
    """The price of a seat from a community day on; a later row takes its place on its day."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="prices", db_index=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    valid_from_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-valid_from_on"]
        constraints = [
            models.UniqueConstraint(fields=["event", "valid_from_on"], name="event_price_once_per_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="event_price_positive"),
        ]
        # R12: what a tier includes is never charged again, whoever tries.
        triggers = [
            pgtrigger.Trigger(
                name="of_what_may_cost",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=f"""
                    IF (SELECT kind FROM events_event WHERE id = NEW.event_id)
                            NOT IN ({", ".join(f"'{kind}'" for kind in rules.MAY_COST)}) THEN
                        RAISE EXCEPTION 'an event of this kind is included in the fee'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_price_of_what_may_cost';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.amount} {self.currency} ≥ {self.valid_from_on}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
