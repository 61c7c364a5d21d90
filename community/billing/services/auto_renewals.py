"""The consent to auto-renewal by card (R19): asked for when a year is paid, on when that payment counts, off in one tap.

The card is at the provider. Whatever ends the consent takes the card away there as well, after commit.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from community.billing import gateway, notifications, rules, states
from community.billing.models import Attempt, AutoRenewal
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.ring import ring
from community.kernel.states import move
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


def sentence() -> str:
    """What is agreed to, in the language of the moment. Another wording needs another `rules.CONSENT`."""
    return _(
        "Renew by this card from next year on: five days before a membership year ends, the club takes the next year's "
        "fee of that day from it. A letter names amount and day at least three days before. Switched off in one tap, any "
        "time; then nothing more is taken. Cards only."
    )


def ask(attempt: Attempt, *, at: datetime) -> AutoRenewal:
    """The payer agrees while starting to pay: kept word by word, with its time. In the caller's transaction."""
    with translation.override(attempt.language):
        words = sentence()
    asked = AutoRenewal.objects.create(
        person_id=attempt.invoice.person_id, attempt=attempt, consent=words, consent_version=rules.CONSENT,
        language=attempt.language, consented_at=at, look_at=at,
    )  # fmt: skip
    audit.record(
        "auto_renewal.ask", asked, by=attempt.invoice.person, at=at, person_id=asked.person_id, new=asked.status,
        data={"version": rules.CONSENT},
    )  # fmt: skip
    return asked


def drop(attempt: Attempt, *, at: datetime) -> None:
    """The page of a try closed unpaid: what was agreed to with it never begins. In the caller's transaction."""
    asked = AutoRenewal.objects.select_for_update(of=("self",)).filter(attempt=attempt, status=states.ASKED).first()
    if asked is not None:
        move(states.AUTO_RENEWAL, asked, "drop", by=None, at=at, why=rules.NOT_KEPT, stopped_at=at)


@settled()
def keep(attempt: Attempt, card: gateway.SavedCard, *, counts: bool, at: datetime) -> None:
    """The try was paid and the provider keeps the card: auto-renewal is on if the money counts, else the card goes.

    Once, however often told.
    """
    person = people.lock_person(attempt.invoice.person_id)
    found = AutoRenewal.objects.select_for_update(of=("self",)).filter(attempt_id=attempt.pk, method_id="").first()
    if found is None:
        return
    facts: dict[str, Any] = {
        "customer_id": card.customer_id, "method_id": card.method_id, "brand": card.brand, "last4": card.last4,
        "exp_month": card.exp_month, "exp_year": card.exp_year,
    }  # fmt: skip
    if found.status == states.ASKED and counts:
        for other in AutoRenewal.objects.filter(person=person, status=states.ON):
            _stop(other, why=rules.REPLACED, by=person, at=at)
        move(states.AUTO_RENEWAL, found, "start", by=person, at=at, started_at=at, **facts)
        notifications.auto_renewal_on(found, at=at)
        return
    AutoRenewal.objects.filter(pk=found.pk).update(**facts, look_at=at)
    drop(attempt, at=at)
    ring("billing.detach_card", found.pk)


@settled()
def stop(renewal: AutoRenewal, *, by: "Person | None", at: datetime) -> None:
    """Switched off by its owner, signed in or by the link in a letter (`by` None); the running year stays as it is.
    A second tap changes nothing."""
    people.lock_person(renewal.person_id)
    found = AutoRenewal.objects.select_for_update(of=("self",)).filter(pk=renewal.pk, status=states.ON).first()
    if found is not None:
        _stop(found, why=rules.CANCELLED, by=by, at=at)
        notifications.auto_renewal_off(found, at=at)


def stop_all(person_id: int, *, by: "Person | None", at: datetime) -> int:
    """The membership is over: no card is charged for another year. In the caller's transaction, with the person locked.

    What was agreed to with a payment that has just come and whose card is not on record yet never begins.
    """
    running = list(AutoRenewal.objects.filter(person_id=person_id, status=states.ON))
    for found in running:
        _stop(found, why=rules.GONE, by=by, at=at)
    asked = AutoRenewal.objects.filter(person_id=person_id, status=states.ASKED)
    for found in asked.exclude(attempt__invoice__status=states.OPEN):
        move(states.AUTO_RENEWAL, found, "drop", by=by, at=at, why=rules.GONE, stopped_at=at)
    return len(running)


def forget(person_id: int, *, at: datetime) -> int:
    """Somebody is erased: the consent stays as proof, what names their card goes; how many cards."""
    stop_all(person_id, by=None, at=at)
    cards = AutoRenewal.objects.filter(person_id=person_id).exclude(last4="")
    return cards.update(brand="", last4="")


def _stop(found: AutoRenewal, *, why: str, by: "Person | None", at: datetime) -> None:
    move(
        states.AUTO_RENEWAL, found, "stop", by=by, at=at, reason=why, why=why, stopped_at=at, stopped_by=by, look_at=at
    )
    ring("billing.detach_card", found.pk)


def detach(renewal_id: int, *, at: datetime) -> None:
    """Take the card of a consent that is over away from the provider; the sweeper comes again until it is gone.

    Raises gateway.Unreachable.
    """
    over = AutoRenewal.objects.filter(pk=renewal_id, status=states.OFF, detached_at=None, look_at__lte=at)
    found = over.exclude(method_id="").first()
    if found is None or not over.update(look_at=at + rules.LOOK_EVERY):
        return
    gateway.detach(found.method_id)
    AutoRenewal.objects.filter(pk=renewal_id).update(detached_at=at)
