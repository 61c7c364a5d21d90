from community.billing.models.auto_renewals import AutoRenewal, CardCharge
from community.billing.models.bank_refunds import BankRefund, RefundBatch
from community.billing.models.coupons import Coupon
from community.billing.models.disputes import Dispute
from community.billing.models.fapiao import Fapiao
from community.billing.models.inbox import WebhookEvent
from community.billing.models.invoices import Attempt, Invoice, InvoiceNumber
from community.billing.models.leavings import Leaving
from community.billing.models.ledger import Journal, Line
from community.billing.models.openings import OpeningBalance
from community.billing.models.payments import Allocation, Channel, Payment, Refund
from community.billing.models.payouts import Arrival
from community.billing.models.prices import Price
from community.billing.models.reconciliation import ProviderEntry, ReconciliationItem, ReconciliationRun
from community.billing.models.transfers import (
    BankSlip,
    BankTransfer,
    ReceivingEntity,
    Statement,
    StatementRow,
    TransferCode,
)

__all__ = [
    "Allocation",
    "Arrival",
    "Attempt",
    "AutoRenewal",
    "BankRefund",
    "BankSlip",
    "BankTransfer",
    "CardCharge",
    "Channel",
    "Coupon",
    "Dispute",
    "Fapiao",
    "Invoice",
    "InvoiceNumber",
    "Journal",
    "Leaving",
    "Line",
    "OpeningBalance",
    "Payment",
    "Price",
    "ProviderEntry",
    "ReceivingEntity",
    "ReconciliationItem",
    "ReconciliationRun",
    "Refund",
    "RefundBatch",
    "Statement",
    "StatementRow",
    "TransferCode",
    "WebhookEvent",
]
