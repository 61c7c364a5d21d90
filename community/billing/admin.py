"""Support looks, the desk acts: nothing here changes money. Prices are added, never edited after their day."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from community.billing.models import (
    Attempt,
    Coupon,
    Fapiao,
    Invoice,
    Journal,
    Line,
    Payment,
    Price,
    Refund,
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
