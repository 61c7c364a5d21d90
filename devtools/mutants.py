"""Deliberate bugs: `python -m devtools.mutants [word …]` puts each into a copy of the tree and watches its test fail.

The list stands in tests/README.md, too; a test compares the two.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BILLING = "community/billing"
EVENTS = "community/events"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "screens", "*.pyc", "__pycache__", ".*_cache")


class Mutant(NamedTuple):
    """`old` is found exactly once in the file and becomes `new`; `test` must then fail."""

    bug: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = [
    Mutant("no lock on the person", f"{BILLING}/services/receiving.py",
           "person = people.lock_person(Invoice.objects.values_list(\"person_id\", flat=True).get(pk=invoice_id))",
           "person = Invoice.objects.get(pk=invoice_id).person",
           "tests/concurrency/test_money.py::test_webhook_and_return_page_at_once"),
    Mutant("a code takes more than there is", f"{BILLING}/rules.py", "return min(amount, price) if amount", "return amount if amount",
           "tests/properties/test_coupons.py"),
    Mutant("a code's last day is over", f"{BILLING}/rules.py", "on > limits.last_on", "on >= limits.last_on",
           "tests/billing/test_coupons.py::TestLimits::test_its_last_day_still_counts"),
    Mutant("a code is good for anybody", f"{BILLING}/services/coupons.py", "    if refusal:\n", "    if False:\n",
           "tests/billing/test_coupons.py::TestLimits::test_each_says_why"),
    Mutant("a fapiao for what went back", f"{BILLING}/selectors/fapiao.py",
           "Coalesce(Subquery(paid), 0) - Coalesce(Subquery(back), 0)", "Coalesce(Subquery(paid), 0)",
           "tests/billing/test_fapiao.py::TestAfterARefund::test_a_part_went_back_it_is_flushed_and_issued_for_what_stays"),
    Mutant("anybody opens a fapiao", f"{BILLING}/views/fapiao.py", ", public_id=public_id, person=request.user)",
           ", public_id=public_id)", "tests/billing/test_fapiao.py::TestIssuing::test_from_the_desk_to_the_buyer_alone"),
    Mutant("who has left still owes the next year", f"{BILLING}/services/leaving.py",
           "    _void_open(person, by=by, at=at)\n    paid = ", "    paid = ",
           "tests/concurrency/test_leaving.py::test_leaving_against_paying_the_next_year"),
    Mutant("too much completes a transfer's invoices", f"{BILLING}/rules.py", "if received.amount == missing:",
           "if received.amount >= missing:", "tests/properties/test_allocations.py"),
    Mutant("no amount check", f"{BILLING}/rules.py", "if received.amount != asked.amount:", "if False:",
           "tests/billing/test_receiving.py::test_what_does_not_match_is_held"),
    Mutant("no currency check", f"{BILLING}/rules.py", "if received.currency != asked.currency:", "if False:",
           "tests/billing/test_receiving.py::test_what_does_not_match_is_held"),
    Mutant("no owner check", f"{BILLING}/rules.py", "if not ours:", "if False:",
           "tests/billing/test_receiving.py::test_metadata_that_lies_about_the_owner_is_held"),
    Mutant("a deadline that includes its instant", f"{BILLING}/rules.py",
           "if due_at is not None and received_at >= due_at:", "if due_at is not None and received_at > due_at:",
           "tests/billing/test_rules.py"),
    Mutant("no idempotency key for a payment page", f"{BILLING}/gateway/__init__.py",
           "options={\"idempotency_key\": key},\n        )\n    missing", "options={},\n        )\n    missing",
           "tests/billing/test_paying.py"),
    Mutant("a lost refund is sent anew", f"{BILLING}/services/refunds.py",
           "record(_sent_before(refund) or _send(refund), at=at)", "record(_send(refund), at=at)",
           "tests/billing/test_refunds.py"),
    Mutant("refunded twice", f"{BILLING}/rules.py",
           "return paid - sum(amount for status, amount in refunds if status not in states.REFUND_GONE)", "return paid",
           "tests/billing/test_refunds.py"),
    Mutant("a bell without a sweeper", f"{BILLING}/services/sweeping.py", "(pages, _tend), ", "",
           "tests/billing/test_paying.py::TestConverging::test_neither_then_the_sweeper_within_five_minutes"),
    Mutant("a complete page counts as paid", f"{BILLING}/services/converging.py", "if not intent.succeeded:", "if False:",
           "tests/billing/test_paying.py::TestConverging::test_a_wallet_that_answers_later"),
    Mutant("signatures from the future", f"{BILLING}/rules.py", "return abs(at - signed_at) <= SIGNATURE_WINDOW",
           "return at - signed_at <= SIGNATURE_WINDOW", "tests/billing/test_webhooks.py::test_old_and_future_signatures"),
    Mutant("< for <= at the edge of the window", f"{BILLING}/rules.py",
           "return abs(at - signed_at) <= SIGNATURE_WINDOW", "return abs(at - signed_at) < SIGNATURE_WINDOW",
           "tests/billing/test_rules.py::test_signatures_live_five_minutes_both_ways"),
    Mutant("only the first webhook secret", f"{BILLING}/gateway/__init__.py", "for secret in settings.STRIPE_WEBHOOK_SECRETS):",
           "for secret in settings.STRIPE_WEBHOOK_SECRETS[:1]):", "tests/billing/test_webhooks.py::test_rotated_secrets"),
    Mutant("live events in test mode", f"{BILLING}/gateway/__init__.py", "if bool(livemode) != live():", "if False:",
           "tests/billing/test_webhooks.py::test_live_and_test_do_not_mix"),
    Mutant("float", "community/kernel/money.py", "return (2 * amount * part + whole) // (2 * whole)",
           "return round(amount * (part / whole))", "tests/kernel/test_money.py"),
    Mutant("one's own money confirmed", f"{BILLING}/policies.py",
           "if any(invoice.person_id == person.pk for invoice in invoices):", "if False:",
           "tests/billing/test_transfers.py::TestFourEyes::test_nobody_confirms_their_own_money"),
    Mutant("a part too much counts as a part", f"{BILLING}/rules.py",
           "PART if len(asked) == 1 and received.amount < missing else AMOUNT_DIFFERS", "PART if len(asked) == 1 else AMOUNT_DIFFERS",
           "tests/billing/test_transfers.py::TestFitting::test_a_part_too_much_is_held"),
    Mutant("paid when the last was typed", f"{BILLING}/services/transfers.py",
           "max([receipt.received_at, *(part.received_at for part in came[invoice.pk])])", "receipt.received_at",
           "tests/billing/test_transfers.py::TestFitting::test_parts_count_together_when_the_last_has_come"),
    Mutant("a wallet's window too long", f"{BILLING}/rules.py", "\"alipay\": 90", "\"alipay\": 180",
           "tests/billing/test_paying_back.py::TestWindowsAndParts::test_the_way_back"),
    Mutant("exported without an account", f"{BILLING}/services/paying_back.py", ", case__told_at__isnull=False)", ")",
           "tests/billing/test_paying_back.py::TestTheCase::test_from_the_lapse_to_the_bank"),
    Mutant("a dispute is closed twice", f"{BILLING}/services/disputes.py",
           "    if dispute.status != states.OPEN:\n        return\n", "",
           "tests/billing/test_disputes.py::test_closed_twice_changes_nothing"),
    Mutant("a dispute before its payment is lost", f"{BILLING}/services/converging.py",
           "if not disputes.known(fact.intent_id):", "if False:",
           "tests/billing/test_disputes.py::test_told_before_its_payment"),
    Mutant("events of a long night are forgotten", f"{BILLING}/services/backfilling.py",
           "min(at - ALWAYS, newest - rules.LEASE if newest else at - KEPT)", "at - ALWAYS",
           "tests/billing/test_reconciling.py::TestBackfill::test_the_endpoint_was_down_for_four_days"),
    Mutant("income a day early", f"{BILLING}/rules.py", "max((until - starts_on).days, 0)", "max((until - starts_on).days + 1, 0)",
           "tests/billing/test_reconciling.py::test_shares_of_months_add_up_whatever_the_days"),
    Mutant("a typed transfer comes again with the statement", f"{BILLING}/services/importing.py",
           "            if row[\"serial\"] not in known\n", "",
           "tests/billing/test_statements.py::TestTaking::test_the_same_days_again_bring_nothing_twice"),
    Mutant("a payout is at the bank at once", f"{BILLING}/services/ledger.py",
           "Account.TRANSIT if sent else Account.BANK", "Account.BANK",
           "tests/billing/test_payouts.py::TestByItself::test_the_row_finds_its_payout_when_the_statement_is_taken"),
    Mutant("a member's transfer is taken for a payout", f"{BILLING}/selectors/payouts.py",
           "if row.pk not in known and row.pk not in undone", "if row.pk not in undone",
           "tests/billing/test_payouts.py::TestByItself::test_a_members_transfer_of_the_same_amount_is_never_taken_for_one"),
    Mutant("a wrong match comes again by itself", f"{BILLING}/selectors/payouts.py",
           "if row.pk not in known and row.pk not in undone", "if row.pk not in known",
           "tests/billing/test_payouts.py::TestByHand::test_a_wrong_one_is_booked_back_and_not_put_together_again"),
    Mutant("a full-width formula", "community/kernel/sheets.py", "\"\\uff1d\", ", "",
           "tests/billing/test_paying_back.py::test_no_cell_is_a_formula"),
    Mutant("numbers without a lock", f"{BILLING}/services/invoicing.py",
           "counter = InvoiceNumber.objects.select_for_update().get(pk=year)", "counter = InvoiceNumber.objects.get(pk=year)",
           "tests/concurrency/test_money.py::test_numbers_have_no_gaps"),
    Mutant("anybody opens a slip", f"{BILLING}/views/transfers.py", ", invoice__person=request.user", "",
           "tests/billing/test_transfers.py::TestThePayer::test_the_way_with_reference_and_slip"),
    Mutant("no lock on the event", f"{EVENTS}/services/seating.py",
           "event = LOCKED.first(event=event_id)", "event = Event.objects.select_related(\"city\").filter(pk=event_id).first()",
           "tests/concurrency/test_mixed.py::test_everything_crosses_at_one_event"),
    Mutant("an offer's last instant still holds", f"{EVENTS}/policies.py",
           "YES if at < signup.offer_ends_at else", "YES if at <= signup.offer_ends_at else",
           "tests/properties/test_weeks.py::test_weeks_follow_the_model"),
    Mutant("an offer ends a moment late", f"{EVENTS}/services/offering.py",
           "offer_ends_at__lte=at", "offer_ends_at__lt=at",
           "tests/properties/test_weeks.py::test_weeks_follow_the_model"),
    Mutant("everybody is of one class", f"{EVENTS}/rules/__init__.py",
           "rank = ranks[class_of(asker, at)]", "rank = 0",
           "tests/properties/test_weeks.py::test_weeks_follow_the_model"),
    Mutant("a walk-in before a late allotment", f"{EVENTS}/services/walking_in.py",
           "    allotting.run_if_due(event_id, at=at)\n", "",
           "tests/events/test_allotment.py::TestTheRun::test_at_the_door_the_seats_are_given_before_a_walk_in_gets_one"),
    Mutant("a guest sits on a free chair", f"{EVENTS}/selectors/lists.py",
           "Q(staff_hold__isnull=False) | Q(for_guest=True)", "Q(staff_hold__isnull=False)",
           "tests/events/test_guests.py::TestTwoChairs"),
    Mutant("a pair is asked about one chair", f"{EVENTS}/services/offering.py",
           "seating.side_by_side(free) if signup.with_guest else free[:1]", "free[:1]",
           "tests/events/test_guests.py::TestTheLine"),
    Mutant("a seat is not held while it is paid", f"{BILLING}/selectors/seats.py",
           "return {pk for pk in pages.values_list(\"invoice__signup_id\", flat=True) if pk is not None}", "return set()",
           "tests/billing/test_seats.py::TestTheHold"),
    Mutant("money for a seat that is gone waits for ever", f"{BILLING}/rules.py",
           "if decision.case in (INVOICE_VOID, NOT_PAYABLE) else decision", "if False else decision",
           "tests/billing/test_seats.py::TestGivenUp::test_money_that_comes_after_goes_back_by_itself"),
    Mutant("a seat given back too late is refunded", f"{EVENTS}/services/booking.py",
           "refund=not rules.is_late(event.starts_at, at))", "refund=True)",
           "tests/billing/test_seats.py::TestGivenUp::test_too_late_it_stays_and_counts_when_they_come_after_all"),
    Mutant("a cancelled event keeps the money", f"{BILLING}/services/seats.py", "    if refund:\n", "    if False:\n",
           "tests/billing/test_seats.py::TestGivenUp::test_the_club_cancels_and_everything_goes_back"),
    Mutant("another price than the page said", f"{BILLING}/services/seats.py",
           "if shown != (unpaid.amount if unpaid else money.amount):", "if False:",
           "tests/billing/test_seats.py::TestPaying::test_the_price_on_the_page_is_the_price"),
    Mutant("taken from a card after it was off", f"{BILLING}/rules.py",
           "    if not on:\n        return Decision(states.SURPLUS, AUTO_OFF)\n", "",
           "tests/billing/test_auto_renewal_off.py::TestSwitchingOff::test_off_before_the_money_was_booked_all_of_it_goes_back"),
    Mutant("no idempotency key for a saved card", f"{BILLING}/gateway/__init__.py",
           "                options={\"idempotency_key\": key},\n            )\n            intent_id", "                options={},\n            )\n            intent_id",
           "tests/billing/test_auto_renewals.py::TestCharging::test_the_same_key_charges_once"),
    Mutant("a card is tried again where only its owner can help", f"{BILLING}/rules.py",
           "if tries < CHARGE_TRIES and code not in FINAL else None", "if tries < CHARGE_TRIES else None",
           "tests/properties/test_auto_renewals.py"),
    Mutant("charged without a letter in time", f"{BILLING}/rules.py",
           "max(ends_on - timedelta(days=CHARGE_DAYS), told_on + timedelta(days=NOTICE_DAYS))", "ends_on - timedelta(days=CHARGE_DAYS)",
           "tests/properties/test_auto_renewals.py"),
    Mutant("a card that is off is kept", f"{BILLING}/services/sweeping.py", "(gone, auto_renewals.detach), ", "",
           "tests/billing/test_auto_renewal_off.py::TestSwitchingOff::test_a_silent_provider_is_asked_again_to_let_the_card_go"),
]  # fmt: skip


def main(words: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.bug for word in words)]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT, symlinks=True)
        for mutant in chosen:
            caught = tried(mutant, tree)
            survived += not caught
            print(f"{'caught  ' if caught else 'SURVIVED'}  {mutant.bug}  ({mutant.test})", flush=True)
    return 1 if survived else 0


def tried(mutant: Mutant, tree: Path) -> bool:
    """Whether the test fails with the bug in the tree. Raises ValueError when the code has moved on."""
    path = tree / mutant.file
    right = path.read_text(encoding="utf-8")
    if right.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file} holds {mutant.old!r} {right.count(mutant.old)} times")
    path.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", mutant.test]
        ran = subprocess.run(command, cwd=tree, capture_output=True, check=False, env=os.environ)
    finally:
        path.write_text(right, encoding="utf-8")
    return ran.returncode == 1  # 1: tests failed; anything else is no verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
