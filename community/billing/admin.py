"""Support looks, the desk acts: nothing here changes money. Prices are added, never edited after their day."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from community.billing.models import (
    Allocation,
    Arrival,
    Attempt,
    BankRefund,
    BankTransfer,
    Coupon,
    Dispute,
    Fapiao,
    Invoice,
    InvoiceNumber,
    Journal,
    Leaving,
    Line,
    Payment,
    Price,
    ProviderEntry,
    ReceivingEntity,
    ReconciliationItem,
    ReconciliationRun,
    Refund,
    Statement,
    StatementRow,
    TransferCode,
    WebhookEvent,
)


class ReadOnlyAdmin(admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):
    list_display = ["tier", "valid_from_on", "amount", "currency"]
    list_select_related = ["tier"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "person", "purpose", "amount", "currency", "status", "issued_at"]
    list_filter = ["status", "purpose"]
    list_select_related = ["person"]
    search_fields = ["number", "person__email", "person__full_name"]


@admin.register(Coupon)
class CouponAdmin(ReadOnlyAdmin):
    list_display = ["code", "amount", "percent", "currency", "uses", "first_on", "last_on", "ended_at"]
    search_fields = ["code", "note"]


@admin.register(Fapiao)
class FapiaoAdmin(ReadOnlyAdmin):
    exclude = ["file"]  # private: opened through its gate alone
    list_display = ["number", "invoice", "status", "kind", "amount", "requested_at", "issued_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["invoice"]
    search_fields = ["number", "red_number", "invoice__number", "title", "tax_number"]


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "status", "started_at", "expires_at", "session_id"]
    list_select_related = ["invoice"]
    search_fields = ["invoice__number", "session_id", "key"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["external_id", "channel", "person", "amount", "currency", "status", "case", "received_at"]
    list_filter = ["status", "channel", "case"]
    list_select_related = ["person"]
    search_fields = ["external_id", "public_id", "person__email"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["public_id", "payment", "amount", "currency", "status", "origin", "requested_at", "error"]
    list_filter = ["status", "origin"]
    list_select_related = ["payment"]
    search_fields = ["public_id", "external_id", "payment__external_id"]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ["event_id", "type", "object_id", "status", "tries", "received_at", "error"]
    list_filter = ["status"]
    search_fields = ["event_id", "object_id"]


class LineInline(admin.TabularInline):
    model = Line
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    list_display = ["fact", "booked_at"]
    search_fields = ["fact"]
    inlines = [LineInline]


@admin.register(InvoiceNumber)
class InvoiceNumberAdmin(ReadOnlyAdmin):
    list_display = ["year", "last"]


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ["payment", "invoice", "amount", "allocated_at"]
    list_select_related = ["payment", "invoice"]
    search_fields = ["invoice__number", "payment__external_id"]


@admin.register(BankTransfer)
class BankTransferAdmin(ReadOnlyAdmin):
    list_display = ["serial", "payer", "amount", "currency", "value_on", "status", "recorded_by", "confirmed_by"]
    list_filter = ["status"]
    list_select_related = ["recorded_by", "confirmed_by"]
    search_fields = ["serial", "payer"]


@admin.register(TransferCode)
class TransferCodeAdmin(ReadOnlyAdmin):
    list_display = ["code", "invoice", "made_at"]
    list_select_related = ["invoice"]
    search_fields = ["code", "invoice__number"]


@admin.register(ReceivingEntity)
class ReceivingEntityAdmin(ReadOnlyAdmin):
    list_display = ["payee", "bank", "account", "currency", "is_current", "named_at"]


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ["name", "handed_in_at", "handed_in_by", "taken_at"]
    list_select_related = ["handed_in_by"]


@admin.register(StatementRow)
class StatementRowAdmin(ReadOnlyAdmin):
    list_display = ["serial", "payer", "amount", "value_on", "status"]
    list_filter = ["status"]
    search_fields = ["serial", "payer"]


@admin.register(BankRefund)
class BankRefundAdmin(ReadOnlyAdmin):
    exclude = ["holder", "bank", "account"]  # only treasurers read where somebody's money goes
    list_display = ["refund", "due_on", "told_at", "sent_on", "serial"]
    list_select_related = ["refund"]
    search_fields = ["refund__public_id", "serial"]


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ["external_id", "payment", "amount", "currency", "status", "due_at", "closed_at"]
    list_filter = ["status"]
    list_select_related = ["payment"]
    search_fields = ["external_id", "payment__external_id"]


@admin.register(Leaving)
class LeavingAdmin(ReadOnlyAdmin):
    list_display = ["person", "left_at", "paid", "unused", "decided_at", "decided_by"]
    list_select_related = ["person", "decided_by"]
    search_fields = ["person__email", "person__full_name"]


@admin.register(ProviderEntry)
class ProviderEntryAdmin(ReadOnlyAdmin):
    list_display = ["external_id", "type", "amount", "fee", "net", "currency", "moved_at"]
    list_filter = ["type"]
    search_fields = ["external_id", "source_id", "intent_id"]


@admin.register(Arrival)
class ArrivalAdmin(ReadOnlyAdmin):
    list_display = ["payout", "row", "found_at", "found_by", "undone_at", "undone_by"]
    list_select_related = ["payout", "row", "found_by", "undone_by"]
    search_fields = ["payout__source_id", "row__serial"]


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(ReadOnlyAdmin):
    list_display = ["since_at", "until_at", "finished_at", "movements", "error"]


@admin.register(ReconciliationItem)
class ReconciliationItemAdmin(ReadOnlyAdmin):
    list_display = ["kind", "subject", "amount", "currency", "found_at", "closed_at"]
    list_filter = ["kind"]
    search_fields = ["subject"]
