"""What members asks of the floors above. Plugged in `community/wiring.py`; a missing plug fails at start."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from community.members.models import Term
    from community.members.rules import Chance


class EarliestAttendance(Protocol):
    def __call__(self, person_id: int, since: datetime, until: datetime) -> datetime | None:
        """The start of the first qualifying event in [since, until) the person was checked in at."""


class RosterOpen(Protocol):
    def __call__(self, person_id: int, until: datetime, at: datetime) -> bool:
        """Whether a check-in of a seat held at a qualifying event that began before `until` may still be recorded."""


class SeatChances(Protocol):
    def __call__(self, person_id: int, since: datetime, until: datetime) -> "list[Chance]":
        """R6: the qualifying events that began in [since, until), as this person met them, by what was known at `until`."""


class GiveBackSeats(Protocol):
    def __call__(self, person_id: int, *, by: Any, at: datetime, reason: str) -> int:
        """Withdraw the person from every event to come, in the same transaction; how many."""


class ClosePosts(Protocol):
    def __call__(self, person_id: int, *, by: Any, at: datetime, reason: str) -> int:
        """Close what the person has open among needs and offers, in the same transaction; how many."""


class LeaveProgrammes(Protocol):
    def __call__(self, person_id: int, *, by: Any, at: datetime, reason: str) -> int:
        """Give back the person's places in programmes that have not ended, in the same transaction; how many."""


class RedrawCard(Protocol):
    def __call__(self, person_id: int, *, at: datetime) -> None:
        """What the application says of a member has changed: what is found of their card is told anew."""


class ForgetWords(Protocol):
    def __call__(self, person_id: int) -> int:
        """Somebody is erased: their goals, check-ins and notes lose their words, in the same transaction; how many."""


class StopAutoRenewal(Protocol):
    def __call__(self, person_id: int, *, by: Any, at: datetime) -> int:
        """The membership is over: no saved card is charged for another year, in the same transaction; how many."""


class ForgetComplaints(Protocol):
    def __call__(self, person_id: int) -> int:
        """Somebody is erased: what they complained about loses its words, in the same transaction; how many."""


class SettleAccount(Protocol):
    def __call__(self, person_id: int, terms: "list[Term]", *, by: Any, at: datetime, reason: str) -> Any:
        """The membership has ended early: nothing is owed any more, and for paid days that are left (`terms`, as they were)
        the treasurer has a case, in the same transaction."""


class ForgetCards(Protocol):
    def __call__(self, person_id: int, *, at: datetime) -> int:
        """Somebody is erased: what names their saved cards goes, in the same transaction; how many."""


class ForgetExcuses(Protocol):
    def __call__(self, person_id: int, *, at: datetime) -> int:
        """Somebody is erased: what they wrote about their absences goes, and whom they brought; how many words."""


class ForgetSlips(Protocol):
    def __call__(self, person_id: int) -> int:
        """Somebody is erased: the bank slips they showed go, in the same transaction; how many."""


class ForgetFapiaos(Protocol):
    def __call__(self, person_id: int) -> int:
        """Somebody is erased: what their fapiao say of them goes, in the same transaction; how many."""


class ForgetAccounts(Protocol):
    def __call__(self, person_id: int) -> int:
        """Somebody is erased: the bank accounts they named for refunds go, in the same transaction; how many."""


class ForgetDocuments(Protocol):
    def __call__(self, person_id: int) -> int:
        """Somebody is erased: what could be found of theirs goes, in the same transaction; how many documents."""


class ForgetNames(Protocol):
    def __call__(self, words: Collection[str], *, at: datetime) -> int:
        """Somebody is erased: what others wrote is found by it no more under these names; how many documents."""


class VoidOpen(Protocol):
    def __call__(self, person_id: int, *, by: Any, at: datetime) -> int:
        """Somebody is erased: nothing is owed any more, in the same transaction; how many invoices."""


class MoneyUntil(Protocol):
    def __call__(self, person_id: int, at: datetime) -> date:
        """The day by which money that is under way should have arrived."""


class ForgetPosts(Protocol):
    def __call__(self, person_id: int, *, at: datetime) -> int:
        """R52: words and pictures of what an erased person posted and answered, in the same transaction; how many."""


class ForgetTies(Protocol):
    def __call__(self, person_id: int, *, at: datetime) -> int:
        """R52: that an erased person met others stays, the words and what waits go; how many things."""


class ForgetVoices(Protocol):
    def __call__(self, person_id: int) -> int:
        """R52: an answer to the quarter's question that an erased person put their name to keeps its number alone."""


class ForgetImports(Protocol):
    def __call__(self, emails: Iterable[str], person_id: int, *, at: datetime) -> int:
        """R52: imports that name an erased person lose their words, and exports their files; how many."""


class RefundFee(Protocol):
    def __call__(self, application_id: int, *, by: Any, at: datetime, reason: str) -> None:
        """Void open invoices of the application and request a refund of what was paid, in the same transaction."""


class DropRefund(Protocol):
    def __call__(self, application_id: int, *, by: Any, at: datetime) -> datetime | None:
        """Drop a requested refund that was not sent; the time of payment when the money counts again, else None."""


class QualifyingEvents(Protocol):
    def __call__(self, since: datetime, until: datetime, at: datetime) -> list[dict[str, Any]]:
        """Open qualifying events with seats left: topic, starts_at, seats_left, path; soonest first, at most five."""


class MoneyOpen(Protocol):
    def __call__(self, person_id: int) -> bool:
        """Whether a payment, a refund or an invoice of this person is still open, so that they can't be erased yet."""


earliest_attendance: EarliestAttendance
roster_open: RosterOpen
seat_chances: SeatChances
give_back_seats: GiveBackSeats
close_posts: ClosePosts
leave_programmes: LeaveProgrammes
redraw_card: RedrawCard
forget_words: ForgetWords
stop_auto_renewal: StopAutoRenewal
settle_account: SettleAccount
forget_cards: ForgetCards
forget_complaints: ForgetComplaints
forget_excuses: ForgetExcuses
forget_slips: ForgetSlips
forget_fapiaos: ForgetFapiaos
forget_accounts: ForgetAccounts
forget_documents: ForgetDocuments
forget_names: ForgetNames
forget_posts: ForgetPosts
forget_imports: ForgetImports
forget_voices: ForgetVoices
forget_ties: ForgetTies
refund_fee: RefundFee
drop_refund: DropRefund
qualifying_events: QualifyingEvents
money_open: MoneyOpen
money_until: MoneyUntil
void_open: VoidOpen
