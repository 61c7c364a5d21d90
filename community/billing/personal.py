"""What billing keeps of a person (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import BOOKS, DERIVED, SECRET, WORK, kept_back, told

RULES = (
    told(
        "billing.Invoice", "person", "money",
        "number purpose tier_name_zh amount discount currency status issued_at due_at paid_at voided_at refunded_at",
    ),
    told("billing.Payment", "person", "money", "channel method amount currency status received_at"),
    told("billing.Refund", "payment", "money", "amount currency status reason requested_at sent_at settled_at"),
    told("billing.BankRefund", "refund", "money", "holder bank account due_on sent_on", mine=False),
    told("billing.Dispute", "payment", "money", "amount currency status opened_at closed_at", mine=False),
    told(
        "billing.Fapiao", "person", "money",
        "status kind title tax_number address phone bank account email requested_at number amount issued_on red_number",
        file="file",
    ),
    told("billing.BankSlip", "invoice", "money", "name size uploaded_at", file="file", mine=False),
    told("billing.Leaving", "person", "membership", "reason left_at paid unused before currency decided_at"),
    told("billing.OpeningBalance", "person", "money", "amount currency starts_on ends_on recorded_at"),
    told(
        "billing.AutoRenewal", "person", "consents",
        "consent consent_version language consented_at status started_at stopped_at brand last4",
    ),
    told("billing.CardCharge", "auto_renewal", "money", "status charge_on announced_at ended_at", mine=False),
    *kept_back(SECRET, "billing.Attempt.invoice"),
    *kept_back(
        BOOKS,
        "billing.Allocation.payment", "billing.Allocation.invoice", "billing.Journal.invoice",
        "billing.Journal.payment", "billing.Journal.refund", "billing.TransferCode.invoice",
        "billing.BankTransfer_invoices.invoice", "billing.BankTransfer.invoices", "billing.BankTransfer.payment",
    ),
    *kept_back(
        DERIVED,
        "billing.CardCharge.invoice", "billing.Fapiao.invoice", "billing.Payment.invoice", "billing.Refund.invoice",
        "billing.Invoice.application", "billing.Invoice.renews", "billing.Invoice.term", "billing.Invoice.signup",
        "billing.Leaving.term",
    ),
    *kept_back(
        WORK,
        "billing.Coupon.created_by", "billing.Coupon.ended_by", "billing.AutoRenewal.stopped_by",
        "billing.Refund.requested_by", "billing.RefundBatch.made_by", "billing.BankRefund.told_by",
        "billing.Fapiao.issued_by", "billing.Fapiao.flushed_by", "billing.Leaving.decided_by",
        "billing.OpeningBalance.recorded_by",
        "billing.ReconciliationItem.closed_by", "billing.ReceivingEntity.named_by", "billing.BankTransfer.recorded_by",
        "billing.BankTransfer.confirmed_by", "billing.Statement.handed_in_by", "billing.Statement.taken_back_by", "billing.Arrival.found_by",
        "billing.Arrival.undone_by",
    ),
)  # fmt: skip
