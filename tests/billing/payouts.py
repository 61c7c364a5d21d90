"""Payouts at the stand-in for the provider, and statements of the account they go to."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from community.billing.models import Arrival, Line, ProviderEntry, Statement, StatementRow
from community.billing.services import importing, ledger, reconciling
from community.kernel.days import day_of
from devtools.stripe_double import StripeDouble
from devtools.stripe_double.charges import book
from devtools.stripe_double.response_contract import build
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY


def send(double: StripeDouble, at: datetime, amount: int = 250_000, *, days: int = 3) -> str:
    """The provider sends a part of its balance to our bank; the payout's id."""
    id_ = f"po_{next(make.count)}"
    payout = build(
        "payout", id=id_, amount=amount, arrival_date=double.now, automatic=True, created=double.now,
        currency=double.account.settles_in, livemode=False, method="standard", reconciliation_status="not_applicable",
        source_type="card", status="paid", type="bank_account",
    )  # fmt: skip
    double.store.add(payout)
    _book(double, "payout", id_, -amount, at - days * DAY)
    return id_


def give_back(
    double: StripeDouble, at: datetime, payout: str, *, word: str = "payout_failure", amount: int = 250_000
) -> None:
    """The bank didn't take it, or somebody cancelled it: the money is at the provider again."""
    _book(double, word, payout, amount, at)


def _book(double: StripeDouble, word: str, source: str, amount: int, at: datetime) -> None:
    book(double, word, source, amount, double.account.settles_in)["created"] = int(at.timestamp())


def sent(double: StripeDouble, at: datetime, amount: int = 250_000, *, days: int = 3) -> ProviderEntry:
    """Sent, and seen by the nightly comparison."""
    id_ = send(double, at, amount, days=days)
    reconciling.run(at=at)
    return ProviderEntry.objects.get(source_id=id_)


@transaction.atomic
def booked(at: datetime, amount: int = 250_000, *, days: int = 3, currency: str = "HKD") -> ProviderEntry:
    """One in our books, without a provider."""
    serial = next(make.count)
    entry = ProviderEntry.objects.create(
        external_id=f"txn_{serial}", type="payout", source_id=f"po_{serial}", amount=-amount, fee=0, net=-amount,
        currency=currency, moved_at=at - days * DAY, settled_at=at,
    )  # fmt: skip
    entry.journal = ledger.provider_paid_out(entry, at=at)
    entry.save(update_fields=["journal"])
    return entry


def arrived(at: datetime, amount: int = 250_000) -> Arrival:
    """And found on a statement."""
    payout = booked(at, amount)
    statement(at, f"{amount / 100:.2f}")
    return Arrival.objects.get(payout=payout)


def hand_in(at: datetime, *amounts: str, days: int = 1, currency: str = "HKD", payer: str = "STRIPE PAYMENTS",
            serials: tuple[str, ...] = (), memo: str = "") -> Statement:  # fmt: skip
    """A file of the bank's with a row for each amount, not taken yet."""
    day, names = day_of(at - days * DAY).isoformat(), iter(serials)
    lines = "".join(f"{day},{next(names, f'P{next(make.count)}')},{payer},{one},{memo}\n" for one in amounts)
    file = SimpleUploadedFile("s.csv", f"date,serial,payer,credit,memo\n{lines}".encode())
    return importing.hand_in(file, currency=currency, by=billing.treasurer(), at=at)


def statement(at: datetime, *amounts: str, **how: Any) -> list[StatementRow]:
    """Its rows, taken."""
    found = hand_in(at, *amounts, **how)
    importing.take(found, by=billing.treasurer(), at=at)
    return list(StatementRow.objects.filter(statement=found).order_by("pk"))


def books(account: Line.Account, currency: str = "HKD") -> int:
    return ledger.balances().get((account, currency), 0)
