"""The numbers and decisions of fees, payments and refunds (R8, R13, R18, R19) as pure functions of plain values."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.billing import states
from community.kernel.days import end_of, start_of
from community.kernel.money import Money, share

SESSION_LASTS = timedelta(hours=2)
SESSION_SHORTEST = timedelta(minutes=31)  # the provider's least is 30 minutes, counted by its own clock
SESSION_LONGEST = timedelta(hours=24)
SIGNATURE_WINDOW = timedelta(seconds=300)
LEASE = timedelta(minutes=5)
LOOK_EVERY = timedelta(minutes=2)  # an open payment page is looked at this often: paid leads to an effect in five
BANK = "bank"
NOT_THAT_WAY = ("charge_disputed", "InvalidRequestError")
REFUND_WINDOWS = {"alipay": 90, "wechat_pay": 180}  # days; the providers' own limits
LONGEST_PAUSE = timedelta(hours=1)
WITHIN_72_HOURS = "within_72_hours"  # why a refund was asked for: R18, the member's own
UPGRADE_LASTS = timedelta(days=7)  # so long a quoted way up can be paid
COUPON_PURPOSES = ("admission", "renewal")  # a way up is quoted to the fen; a code takes nothing off it
COUPON_TRIES = "10/h"  # wrong codes a person may type
PAYOUT, PAYOUT_BACK = "payout", ("payout_failure", "payout_cancel")  # the provider's own words for a movement
PAYOUT_TAKES = timedelta(days=10)  # a row up to so many days later can be a payout without anybody saying so
PAYOUT_EXPECTED = timedelta(days=5)  # after so long somebody asks where it is
PROVIDER = re.compile(r"(?<![a-z0-9])stripe(?![a-z0-9])", re.IGNORECASE)
BATCH = 500  # rows of one transaction of a yearly run

# Why money fits nothing: the named cases of the treasurer's list.
MISMATCH, AMOUNT_DIFFERS, CURRENCY_DIFFERS = "mismatch", "amount_differs", "currency_differs"
INVOICE_VOID, TOO_LATE, NOT_PAYABLE = "invoice_void", "too_late", "not_payable"
ALREADY_PAID, REFUND_FAILED = "already_paid", "refund_failed"
FOREIGN, DIFFERS, MISSING = "foreign", "differs", "missing"  # how the provider's record can differ
OF_PAYOUTS = LATE, CAME_BACK, STRAY = "late", "came_back", "stray"  # and its payouts from what the bank says
BY_REFERENCE, BY_REFERENCE_PART, BY_REFERENCE_DIFFERS = "reference", "reference_part", "reference_differs"
BY_NAME = "name"
PART, UNNAMED = "part", "unnamed"
SEAT_GONE, AUTO_OFF = "seat_gone", "auto_off"

# Auto-renewal by a saved card (R15, R16, R19).
CONSENT = "2026-11"  # the version of the sentence people agree to; another wording is another version
AUTO_PURPOSES = ("admission", "renewal")  # paying for a membership year, a card can be kept for the next ones
CHARGE_DAYS = 5  # so many days before the end of the term the card is charged
NOTICE_DAYS = 3  # and never sooner than so many days after the letter that says so
CHARGE_HOUR = 10  # community time: nobody's bank rings at night
CHARGE_TRIES = 2
CHARGE_AGAIN = timedelta(days=2)
KEY_LIVES = timedelta(hours=23)  # the provider remembers a key for a day; after that nothing is asked again
# What another try of the same card can't mend: the payer has to come, or the card is gone.
FINAL = (
    "authentication_required", "expired_card", "lost_card", "stolen_card", "pickup_card", "restricted_card",
    "card_not_supported", "currency_not_supported", "incorrect_number", "invalid_account", "revocation_of_authorization",
    "revocation_of_all_authorizations", "stop_payment_order", "fraudulent", "InvalidRequestError", "resource_missing",
)  # fmt: skip
CANCELLED, REPLACED, NOT_KEPT, GONE = "cancelled", "replaced", "not_kept", "membership_over"  # why one is off
BY_HAND, WITHDRAWN, TOO_OLD = "by_hand", "withdrawn", "too_old"  # why a charge is not tried (any more)


@dataclass(frozen=True)
class Offered:
    """A price from a community day on. `joined_before_on`: only for members since before that day."""

    valid_from_on: date
    money: Money
    joined_before_on: date | None = None


def price_of_day(prices: Iterable[Offered], on: date, joined_on: date | None = None) -> Money | None:
    """R13: the price on a community day; None before the first.

    The newest one open to somebody who became a member on `joined_on` (None: a newcomer of that day), of those for
    everybody and of those for founders; the lower of the two, so that a founding price is never a burden.
    """
    joined_on = joined_on or on
    valid = [offer for offer in prices if offer.valid_from_on <= on]
    everybody = [offer for offer in valid if offer.joined_before_on is None]
    founders = [offer for offer in valid if offer.joined_before_on is not None and joined_on < offer.joined_before_on]
    newest = [max(some, key=lambda offer: offer.valid_from_on) for some in (everybody, founders) if some]
    return min((offer.money for offer in newest), key=lambda money: money.amount, default=None)


UNLIKELY = str.maketrans("", "", " -_\u2010\u2011\u2013\u2014")


def coupon_code(typed: str) -> str:
    """A code as it is kept, however it was typed: capitals, half width, without spaces and dashes."""
    return unicodedata.normalize("NFKC", typed).translate(UNLIKELY).upper()


def discount(price: int, *, amount: int | None = None, percent: int | None = None) -> int:
    """What a code takes off a price, in minor units: a fixed amount, or so many per cent with one rounding half up;
    never more than the price, so that nobody is owed anything by a code."""
    return min(amount, price) if amount is not None else share(price, percent or 0, 100)


@dataclass(frozen=True)
class Limits:
    """For whom, what and when a code is good. No tiers: for all; no `currency`: a share of any."""

    first_on: date
    last_on: date | None = None
    ended: bool = False
    purpose: str = ""
    tiers: frozenset[int] = frozenset()
    currency: str = ""
    joined_before_on: date | None = None
    uses: int | None = None
    uses_each: int = 1


RUNNING, EARLY, OVER = "running", "early", "over"


def coupon_state(limits: Limits, on: date) -> str:
    """Whether a code can be used on a community day; its last day still counts."""
    if limits.ended or (limits.last_on is not None and on > limits.last_on):
        return OVER
    return EARLY if on < limits.first_on else RUNNING


def coupon_refusal(
    limits: Limits, *, on: date, purpose: str, tier_id: int | None, currency: str, joined_on: date | None, used: int,
    used_by_person: int,
) -> str:  # fmt: skip
    """Why a code is not good for an invoice of this purpose, tier and currency on a community day; "" when it is.

    `joined_on`: since when the person is a member (None: a newcomer of that day). `used`: by how many invoices that
    are owed or paid.
    """
    if (state := coupon_state(limits, on)) != RUNNING:
        return "coupon.early" if state == EARLY else "coupon.over"
    if purpose not in COUPON_PURPOSES or limits.purpose not in ("", purpose) or limits.currency not in ("", currency):
        return "coupon.not_for_this"
    if limits.tiers and tier_id not in limits.tiers:
        return "coupon.other_tier"
    if limits.joined_before_on is not None and (joined_on or on) >= limits.joined_before_on:
        return "coupon.founders"
    if used_by_person >= limits.uses_each:
        return "coupon.used_by_you"
    return "coupon.used_up" if limits.uses is not None and used >= limits.uses else ""


def session_expiry(at: datetime, due_at: datetime | None) -> datetime:
    """When a payment page opened at `at` closes: after two hours, or at the invoice's deadline if that is sooner.

    Never under 30 minutes nor over 24 hours from now (the provider's limits).
    """
    wanted = at + SESSION_LASTS if due_at is None else min(at + SESSION_LASTS, due_at)
    return min(max(wanted, at + SESSION_SHORTEST), at + SESSION_LONGEST)


@dataclass(frozen=True)
class Decision:
    """What becomes of money that came in: a payment's status, and the named case when it fits nothing."""

    status: str
    case: str = ""


def decide(
    *,
    received: Money,
    asked: Money,
    invoice_status: str,
    received_at: datetime,
    due_at: datetime | None,
    ours: bool = True,
    payable: bool = True,
) -> Decision:
    """R19: what came in through the provider is always booked; this says as what.

    `ours`: owner and purpose are those of our own record. `payable`: what the invoice is for can still take the
    money (the application runs). A deadline is over at its very instant.
    """
    if not ours:
        return Decision(states.HELD, MISMATCH)
    if received.currency != asked.currency:
        return Decision(states.HELD, CURRENCY_DIFFERS)
    if received.amount != asked.amount:
        return Decision(states.HELD, AMOUNT_DIFFERS)
    if invoice_status in states.WAS_PAID:
        return Decision(states.SURPLUS, ALREADY_PAID)
    if invoice_status == states.VOID:
        return Decision(states.HELD, INVOICE_VOID)
    if due_at is not None and received_at >= due_at:
        return Decision(states.HELD, TOO_LATE)
    if not payable:
        return Decision(states.HELD, NOT_PAYABLE)
    return Decision(states.APPLIED)


def for_a_seat(decision: Decision) -> Decision:
    """R28: money for a seat that was given up, offered on or cancelled meanwhile has nothing to wait for: it goes back."""
    return Decision(states.SURPLUS, SEAT_GONE) if decision.case in (INVOICE_VOID, NOT_PAYABLE) else decision


def for_a_saved_card(decision: Decision, *, on: bool) -> Decision:
    """R19: money taken from a saved card. Once auto-renewal is off none of it counts, and what its invoice can't take has
    nothing to wait for, since nobody pressed pay: it goes back by itself."""
    if decision.case == MISMATCH:
        return decision
    if not on:
        return Decision(states.SURPLUS, AUTO_OFF)
    return Decision(states.SURPLUS, AUTO_OFF) if decision.case in (INVOICE_VOID, TOO_LATE, NOT_PAYABLE) else decision


def charge_on(ends_on: date, grace_ends_on: date, told_on: date) -> date | None:
    """R15: the day on which a saved card is charged for the next year, if the letter that says so is of `told_on`: five
    days before the end, three days after the letter at the soonest; None when that is past the grace."""
    day = max(ends_on - timedelta(days=CHARGE_DAYS), told_on + timedelta(days=NOTICE_DAYS))
    return day if day < grace_ends_on else None


def charge_at(on: date) -> datetime:
    """From when on that day: ten in the morning."""
    return start_of(on) + timedelta(hours=CHARGE_HOUR)


def charge_again_on(code: str, tries: int, on: date) -> date | None:
    """R16: after a card was declined: once more two days later, unless only its owner can help; None: no more."""
    return on + CHARGE_AGAIN if tries < CHARGE_TRIES and code not in FINAL else None


def card_lasts(year: int, month: int, on: date) -> bool:
    """Whether a card can still be charged on a day: it is good to the end of its month."""
    return (on.year, on.month) <= (year, month)


@dataclass(frozen=True)
class Asked:
    """An invoice that a transfer names: what is asked, and what parts of it have come already."""

    money: Money
    status: str
    due_at: datetime | None
    parts: int = 0

    @property
    def missing(self) -> int:
        return self.money.amount - self.parts


def paid_at(value_on: date, at: datetime) -> datetime:
    """R19: when a transfer counts as paid: the last second of the bank's value date, and never later than now."""
    return min(end_of(value_on) - timedelta(seconds=1), at)


def decide_transfer(received: Money, asked: Sequence[Asked], received_at: datetime) -> Decision:
    """R19: what becomes of a confirmed transfer. It completes one invoice or several by their exact sum; for a single
    one less than what is missing is a part, which waits for the rest. One that can't take its share holds it all."""
    if not asked:
        return Decision(states.HELD, UNNAMED)
    for invoice in asked:
        decision = decide(
            received=Money(invoice.money.amount, received.currency), asked=invoice.money,
            invoice_status=invoice.status, received_at=received_at, due_at=invoice.due_at,
        )  # fmt: skip
        if decision.status != states.APPLIED:
            return decision if len(asked) == 1 else Decision(states.HELD, decision.case)
    missing = sum(invoice.missing for invoice in asked)
    if received.amount == missing:
        return Decision(states.APPLIED)
    return Decision(states.HELD, PART if len(asked) == 1 and received.amount < missing else AMOUNT_DIFFERS)


def earned(net: int, starts_on: date, ends_on: date, until: date) -> int:
    """What of a fee is income before the day `until`: its share by day of the period it pays for."""
    days = (ends_on - starts_on).days
    return share(net, min(max((until - starts_on).days, 0), days), days)


def match(amount: int, named: Sequence[int], alike: int) -> str:
    """Why a bank's row is probably for the invoices its remark names (their amounts), or for the one open invoice of
    the same amount and name (`alike` of them); "" when nothing speaks for any."""
    if named:
        if sum(named) == amount:
            return BY_REFERENCE
        return BY_REFERENCE_PART if len(named) == 1 and amount < named[0] else BY_REFERENCE_DIFFERS
    return BY_NAME if alike == 1 else ""


@dataclass(frozen=True)
class Moved:
    """Money on a day: what a payout sent, or what a bank's row brought."""

    money: Money
    on: date


def payout_pairs(sent: Sequence[Moved], rows: Sequence[Moved]) -> list[tuple[int, int]]:
    """R20: which payout is which row, by position: the same amount and currency, up to ten days later, and neither
    could be another. What is ambiguous belongs to nobody yet."""
    fits = [
        (one, other)
        for one, payout in enumerate(sent)
        for other, row in enumerate(rows)
        if payout.money == row.money and payout.on <= row.on <= payout.on + PAYOUT_TAKES
    ]
    payouts, found = Counter(one for one, _ in fits), Counter(other for _, other in fits)
    return [(one, other) for one, other in fits if payouts[one] == found[other] == 1]


def why_not_this_row(sent: Moved, row: Moved, reason: str) -> str:
    """R20: why a payout can't have arrived as this row, as a code; "" when it can. Less may arrive, with a reason."""
    if row.money.currency != sent.money.currency:
        return "payout.currency"
    if row.on < sent.on:
        return "payout.before"
    if sent.money < row.money:
        return "payout.more"
    return "payout.differs" if row.money != sent.money and not reason else ""


def names_provider(payer: str, memo: str) -> bool:
    """Whether a bank's row says that it comes from the payment provider."""
    return bool(PROVIDER.search(unicodedata.normalize("NFKC", f"{payer} {memo}")))


def refund_channel(channel: str, method: str, received_at: datetime, at: datetime, *, refused: str = "") -> str:
    """R18: the way money goes back: the way it came, unless the wallet's window has passed or the provider said it never
    will (`refused`: its word for the try before): then by bank transfer."""
    days = REFUND_WINDOWS.get(method)
    late = days is not None and at > received_at + timedelta(days=days)
    return BANK if channel == BANK or late or refused in NOT_THAT_WAY else channel


def refundable(paid: int, refunds: Iterable[tuple[str, int]]) -> int:
    """R18: what may still be refunded of a payment, in minor units, from its refunds (status, amount)."""
    return paid - sum(amount for status, amount in refunds if status not in states.REFUND_GONE)


def fully_refunded(paid: int, refunds: Iterable[tuple[str, int]]) -> bool:
    """Whether refunds that arrived have reached the payment."""
    return sum(amount for status, amount in refunds if status == states.SUCCEEDED) >= paid


def pause(tries: int) -> timedelta:
    """How long to wait before the next try: a minute, two, four … an hour."""
    return min(timedelta(minutes=2 ** min(tries, 10)), LONGEST_PAUSE)


def inside_signature_window(signed_at: datetime, at: datetime) -> bool:
    """Whether a signature's time is within 300 s of now, in both directions."""
    return abs(at - signed_at) <= SIGNATURE_WINDOW


def percent(part: int, whole: int) -> int:
    """`part` as a percentage of `whole`, whole numbers, half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else 0


def unused_share(paid: int, starts_on: date, ends_on: date, left_on: date) -> int:
    """R18: what the days of a half-open term from `left_on` on come to, pro rata by day, half up, in minor units."""
    days = (ends_on - starts_on).days
    return share(paid, min(max((ends_on - left_on).days, 0), days), days)


def upgrade(old: Money, new: Money, starts_on: date, ends_on: date, on: date) -> Money:
    """R17: what moving up costs on a day of a half-open term: the yearly difference × days left / days of the term,
    the day itself counted, half up, in minor units; nothing when the other tier costs no more."""
    return Money(unused_share(max((new - old).amount, 0), starts_on, ends_on, on), new.currency)


def upgrade_due(at: datetime, ends_at: datetime) -> datetime:
    """R17: until when a way up quoted at `at` can be paid: seven days, never past `ends_at`."""
    return min(at + UPGRADE_LASTS, ends_at)
