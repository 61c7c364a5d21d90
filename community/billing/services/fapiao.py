"""Fapiao (R21): asked for, issued at the tax bureau and written down here, red-flushed after a refund. The number and the
amount of one that was issued are never edited; the file is for its buyer alone."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from community.billing import notifications, policies, states
from community.billing.models import Fapiao, Invoice
from community.billing.models.fapiao import BUYER
from community.billing.selectors import fapiao as lists
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.kernel.states import move
from community.members.services import documents, people

if TYPE_CHECKING:
    from community.members.models import Person

ONE_LIVE = {"fapiao_one_live_per_invoice": "fapiao.asked"}


# The buyer's side --------------------------------------------------------------------------------


@settled(ONE_LIVE)
def request(invoice: Invoice, buyer: Mapping[str, str], *, person: "Person", at: datetime) -> Fapiao:
    """Ask for the fapiao of a paid invoice, with what is to stand on it.

    Raises RuleBroken: what `may_ask_fapiao` says, "fapiao.asked" while one is under way or valid.
    """
    locked = people.lock_person(person.pk)
    found = Invoice.objects.select_for_update().get(pk=invoice.pk)
    policies.may_ask_fapiao(locked, found, stays=lists.stays(found)).insist()
    if Fapiao.objects.filter(invoice=found, status__in=states.FAPIAO_LIVE).exists():
        raise RuleBroken("fapiao.asked")
    fapiao = Fapiao.objects.create(
        invoice=found, person=locked, requested_at=at, **{name: buyer.get(name, "") for name in BUYER}
    )
    audit.record("fapiao.request", fapiao, by=person, at=at, new=fapiao.status, data={"invoice": found.number})
    return fapiao


@settled()
def withdraw(fapiao: Fapiao, *, by: "Person | None", at: datetime, reason: str = "") -> None:
    """Not wanted any more, while it isn't issued. Raises RuleBroken("fapiao.stale")."""
    move(states.FAPIAO, _locked(fapiao), "withdraw", by=by, at=at, reason=reason)


# The treasurer's side ----------------------------------------------------------------------------


@settled()
def send_back(fapiao: Fapiao, *, by: "Person", reason: str, at: datetime) -> None:
    """Something of what was typed can't be right: the buyer reads what, and asks again. Raises RuleBroken("fapiao.stale")."""
    locked = _locked(fapiao)
    move(states.FAPIAO, locked, "return", by=by, at=at, reason=reason, why=reason)
    notifications.fapiao(locked, at=at)


def issue(
    fapiao: Fapiao, *, number: str, issued_on: date, upload: "UploadedFile[bytes]", by: "Person", at: datetime
) -> Fapiao:
    """Write down what the tax bureau's system issued, for all that was paid and stays, with its file.

    Raises RuleBroken: "document.…" naming what is wrong with the file, "fapiao.future", "fapiao.number_known",
    "fapiao.nothing_stays", "fapiao.stale".
    """
    if issued_on > day_of(at):
        raise RuleBroken("fapiao.future")
    clean = documents.checked(upload)
    return _issue(fapiao, number, issued_on, clean.content, clean.content_type, by=by, at=at)


@settled({"fapiao_number_once": "fapiao.number_known"})
def _issue(
    fapiao: Fapiao, number: str, issued_on: date, content: bytes, content_type: str, *, by: "Person", at: datetime
) -> Fapiao:
    locked = _locked(fapiao)
    states.FAPIAO.after(locked.status, "issue")  # before the file is in the store
    amount = lists.stays(locked.invoice)
    if not amount:
        raise RuleBroken("fapiao.nothing_stays")
    locked.file.save(public_id(), ContentFile(content), save=False)
    move(
        states.FAPIAO, locked, "issue", by=by, at=at, data={"number": number, "amount": amount}, number=number,
        amount=amount, issued_on=issued_on, issued_at=at, issued_by=by, file=locked.file.name,
        content_type=content_type,
    )  # fmt: skip
    notifications.fapiao(locked, at=at)
    return locked


@settled({"fapiao_red_number_once": "fapiao.number_known"})
def flush(fapiao: Fapiao, *, red_number: str, reason: str, by: "Person", at: datetime) -> None:
    """The tax bureau has a red one against it; for what stays the buyer may ask for another.

    Raises RuleBroken("fapiao.number_known", "fapiao.stale").
    """
    locked = _locked(fapiao)
    move(
        states.FAPIAO, locked, "flush", by=by, at=at, reason=reason, data={"red_number": red_number},
        red_number=red_number, flushed_at=at, flushed_by=by, why=reason,
    )  # fmt: skip
    notifications.fapiao(locked, at=at)


@settled(ONE_LIVE)
def void(fapiao: Fapiao, *, reason: str, by: "Person", at: datetime) -> Fapiao:
    """It was written down wrongly: what is here doesn't count, its file goes, and the request stands afresh, which is
    returned. Raises RuleBroken("fapiao.stale")."""
    locked = _locked(fapiao)
    move(states.FAPIAO, locked, "void", by=by, at=at, reason=reason, why=reason)
    _drop_file(locked)
    again = Fapiao.objects.create(
        invoice=locked.invoice, person=locked.person, requested_at=locked.requested_at, **locked.buyer
    )
    audit.record("fapiao.request", again, by=by, at=at, new=again.status, reason="instead of one written down wrongly")
    return again


def open_file(fapiao: Fapiao, *, by: "Person", at: datetime) -> bytes:
    """The file's content, with the opening on record. Raises RuleBroken("file.missing")."""
    try:
        content: bytes = fapiao.file.read()
    except (FileNotFoundError, ValueError):
        raise RuleBroken("file.missing") from None
    audit.record("fapiao.open", fapiao, by=by, at=at)
    return content


# What happens elsewhere --------------------------------------------------------------------------


def nothing_stays(invoice: Invoice, *, at: datetime) -> None:
    """The money of an invoice is gone: nobody has to issue what was asked for. One that is issued waits to be flushed."""
    for waiting in Fapiao.objects.select_for_update().filter(invoice=invoice, status=states.REQUESTED):
        move(states.FAPIAO, waiting, "withdraw", by=None, at=at, reason="the money went back")


def forget(person_id: int) -> int:
    """Somebody is erased: number, amount and dates stay for the books, what names them goes, and so do the files (R52);
    how many."""
    rows = list(Fapiao.objects.select_for_update().filter(person_id=person_id))
    for fapiao in rows:
        Fapiao.objects.filter(pk=fapiao.pk).update(**{name: "" for name in BUYER if name != "kind"}, why="")
        _drop_file(fapiao)
    return len(rows)


def _locked(fapiao: Fapiao) -> Fapiao:
    """The one order: person, invoice, and then the fapiao of it."""
    people.lock_person(fapiao.person_id)
    Invoice.objects.select_for_update().get(pk=fapiao.invoice_id)
    return Fapiao.objects.select_for_update(of=("self",)).select_related("invoice", "person").get(pk=fapiao.pk)


def _drop_file(fapiao: Fapiao) -> None:
    if fapiao.file and fapiao.file.name:
        transaction.on_commit(partial(fapiao.file.storage.delete, fapiao.file.name))
        Fapiao.objects.filter(pk=fapiao.pk).update(file="")
