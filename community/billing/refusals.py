from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "fee.no_price": _("This tier has no price yet. Please write to the club; we will set it."),
    "opening.earned": _("Part of this fee has become income already; it can't be taken back."),
    "invoice.not_yours": _("This invoice belongs to somebody else."),
    "invoice.paid": _("This invoice is paid already; nothing more is due."),
    "invoice.void": _("This invoice was cancelled. Please choose your tier once more to get a current one."),
    "invoice.stale": _("This invoice has just changed. Please look at it again."),
    "attempt.stale": _("This payment has just changed. Please look at the invoice again."),
    "auto_renewal.stale": _("Auto-renewal has just changed. Please look at the billing page again."),
    "charge.stale": _("This charge has just changed. Please look at the invoice again."),
    "channel.unknown": _("Please pay online. Other ways are not open yet."),
    "payment.not_configured": _("Online payment isn't set up yet. Please write to the club; your invoice stays open."),
    "payment.unreachable": _(
        "The payment page can't be reached right now; nothing was charged. Please try again in a minute."
    ),
    "payment.stale": _("Somebody has dealt with this money already. Please look at the list again."),
    "refund.stale": _("This refund has just changed. Please look at the list again."),
    "refund.too_much": _("That is more than what is left of this payment."),
    "refund.serial": _("Please enter the bank serial and the day on which it was sent."),
    "refund.disputed": _("The payer's bank disputes this payment; it can't be refunded until that is decided."),
    "dispute.stale": _("This dispute is closed already."),
    "reconciliation.unreachable": _("The payment provider doesn't answer right now. Please try again in a minute."),
    "payout.stale": _("This payout has just changed: it has its row, or it went back. Please look at the list again."),
    "payout.currency": _("This row is in another currency than the payout."),
    "payout.before": _("The money was there before the payout left, so it is another."),
    "payout.more": _("This row is more than the payout, so it is another."),
    "payout.differs": _("Less arrived than was sent. Please write why: the bank's own fee, for example."),
    "payout.unknown_row": _("No statement has brought a row with the serial %(serial)s."),
    "arrival.stale": _("Somebody has taken this back already. Please look at the list again."),
    "reconciliation.stale": _("This difference is closed already."),
    "refund.none_due": _("No refund waits to be exported."),
    "refund.nothing_left": _("Nothing of this payment is left to refund: it is refunded, or a refund is under way."),
    "money.refund_running": _("A refund of this money is under way, so it can't be accepted any more."),
    "money.no_invoice": _(
        "This person has no open invoice of exactly this amount. Refund the money, or ask them to choose the tier it was meant for."
    ),
    "money.not_payable": _("The application is over, so the fee has nothing to pay for. Please refund the money."),
    "seat.price_changed": _("The price has changed since you looked. Here is the one of today."),
    "seat.paid": _("This seat is paid already. Say on the event's page that you take it."),
    "transfer.seat": _("A seat is kept for hours only, and a transfer takes longer. Please pay online."),
    "transfer.no_entity": _("The club has no account for transfers in this currency yet. Please pay online."),
    "transfer.serial_known": _("This bank serial is recorded already; the same money is never counted twice."),
    "transfer.future": _("The bank's value date lies ahead. Please enter the day on which the money arrived."),
    "transfer.own_record": _("You wrote this transfer down yourself; a second person has to confirm it."),
    "transfer.own_money": _("This transfer pays an invoice of yours; somebody else has to confirm it."),
    "transfer.stale": _("Somebody has dealt with this transfer already. Please look at the list again."),
    "transfer.counted_as_part": _(
        "This transfer paid an invoice together with other parts. Refund it instead, so that the parts stay right."
    ),
    "transfer.unknown_invoice": _("There is no invoice with the number or reference %(word)s."),
    "statement.size": _("This file is too large. Export a shorter period, at most 5 MB."),
    "statement.kind": _("This file can't be read. Please export the statement as CSV or XLSX."),
    "statement.columns": _(
        "No table with a date, a serial and an amount was found. Please export the statement with its heading row."
    ),
    "statement.rows": _("More than 5,000 rows. Please export a shorter period."),
    "statement.taken": _("This file was taken already."),
    "statement.not_taken": _("This file was never taken, so there is nothing to take back."),
    "statement.taken_back": _("This file has been taken back already. Hand it in again for the right account."),
    "statement.in_use": _(
        "Rows of this file are in use: %(serials)s. Take back what was done with them first; their page says where."
    ),
    "statement.was_payout": _(
        "Rows of this file were once found to be a payout, and the books keep that: %(serials)s. Set its rows aside instead."
    ),
    "statement_row.stale": _("Somebody has dealt with this row already. Please look at the list again."),
    "slip.count": _("Five slips are enough; the treasurer looks at the account itself."),
    "webhook.stale": _("This event was dealt with already."),
    "price.past": _("A price can begin today at the earliest: what was yesterday is on invoices already."),
    "price.same_day": _(
        "There is a price from this very day already. Take that one back first, or choose another day."
    ),
    "price.begun": _("This price has begun to count, so it stays. Set a new one from a later day."),
    "tier.not_up": _("Only a tier that costs more can be had at once. Any other begins with your next year."),
    "tier.quote_changed": _("The price of moving up has changed since you looked. Here is the one of today."),
    "tier.quote_over": _("This quote is over. Look at the tiers once more for the price of today."),
    "tier.paid_up": _(
        "Your next year is paid in its tier already. For a higher one, move up when it has begun; the price is by the day."
    ),
    "tier.asked": _("You have asked for another tier in your next year already; the treasurer decides."),
    "fapiao.not_paid": _("A fapiao is for what was paid. Please pay this invoice first."),
    "fapiao.currency": _("A fapiao is for payments in yuan only. The receipt is on the invoice's page."),
    "fapiao.nothing_stays": _("Nothing was paid on this invoice that stays here, so there is no fapiao for it."),
    "fapiao.asked": _("A fapiao for this invoice is asked for or issued already."),
    "fapiao.stale": _("This fapiao has just changed. Please look at it again."),
    "fapiao.future": _("The day on the fapiao lies ahead. Please enter the day that is printed on it."),
    "fapiao.number_known": _("This fapiao number is written down already."),
    "coupon.unknown": _("There is no such code. Please look at its spelling, or ask whoever gave it to you."),
    "coupon.early": _("This code isn't good yet. Please ask whoever gave it to you from which day on it is."),
    "coupon.over": _("This code is over. The invoice stays as it is."),
    "coupon.not_for_this": _("This code is for another kind of invoice."),
    "coupon.other_tier": _("This code is for another tier. You can choose your tier again and use it there."),
    "coupon.founders": _("This code is for members of the first days only."),
    "coupon.used_by_you": _("You have used this code already, as often as one person may."),
    "coupon.used_up": _("This code is used up: others were first. The invoice stays as it is."),
    "coupon.money_came": _(
        "A part of this invoice is paid already, so it stays as it is. Please write to the treasurer."
    ),
    "coupon.taken": _("There is a code of this name already. Please choose another."),
    "coupon.past": _("The last day lies in the past. Please choose a later one."),
    "coupon.stale": _("This code was ended already."),
    "leaving.not_covered": _(
        "Less than that is still here of what this person paid for the membership. Refund it at the payment instead."
    ),
    "leaving.paid_elsewhere": _(
        "Nothing of it was paid here, so nothing can be sent back from here. Settle it by hand, and close the case."
    ),
    "leaving.decided": _("Somebody has decided this already. Please look at the list again."),
}
