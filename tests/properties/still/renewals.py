"""Renewals, with and without a card."""

from community.billing.models import Invoice
from community.billing.services import auto_renewals, receiving, renewals
from community.kernel.money import Money
from community.members.services import leaving
from tests.billing import make as billing
from tests.properties.still.story import NOON, Story, story


def _paid(invoice: Invoice, at) -> None:
    receiving.receive(invoice.pk, receiving.Receipt("stripe", "pi_still", Money(invoice.amount), at), at=at)


@story("billing/renewal", "paid", "no more reminders", "left")
def twenty_days_left() -> Story:
    who = billing.ending(20, NOON)
    renewals.issue_all_due(at=NOON)
    renewals.remind_all_due(at=NOON)
    invoice = Invoice.objects.get(person=who)
    return Story(
        who,
        NOON,
        {
            "paid": lambda at: _paid(invoice, at),
            "no more reminders": lambda at: renewals.stop_reminders(invoice, at=at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
        },
    )


@story("billing/renewal_by_card", "paid", "switched off", "left")
def card_will_pay() -> Story:
    who, double = billing.ending(20, NOON), billing.new_double()
    renewals.issue_all_due(at=NOON)
    invoice = Invoice.objects.get(person=who)
    card = billing.with_card(invoice, double, NOON)
    renewals.remind_all_due(at=NOON)
    return Story(
        who,
        NOON,
        {
            "paid": lambda at: _paid(invoice, at),
            "switched off": lambda at: auto_renewals.stop(card, by=who, at=at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
        },
    )
