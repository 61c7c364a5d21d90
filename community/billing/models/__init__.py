from community.billing.models.inbox import WebhookEvent
from community.billing.models.invoices import Attempt, Invoice, InvoiceNumber
from community.billing.models.ledger import Journal, Line
from community.billing.models.payments import Allocation, Channel, Payment, Refund
from community.billing.models.prices import Price

__all__ = [
    "Allocation",
    "Attempt",
    "Channel",
    "Invoice",
    "InvoiceNumber",
    "Journal",
    "Line",
    "Payment",
    "Price",
    "Refund",
    "WebhookEvent",
]
