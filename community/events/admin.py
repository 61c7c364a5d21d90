"""Support looks; the desk acts. Nothing here writes, because every change goes through a service."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from community.events.models import Event, SeatHold, Signup


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["topic", "kind", "status", "starts_at", "city", "host"]
    list_filter = ["status", "kind", "city"]
    search_fields = ["topic", "public_id"]
    date_hierarchy = "starts_at"
    list_select_related = ["city", "host"]


@admin.register(Signup)
class SignupAdmin(ReadOnly):
    list_display = [
        "person",
        "event",
        "status",
        "seat",
        "confirmed_at",
        "attended_at",
        "withdrawn_at",
        "withdrawn_late",
    ]
    list_filter = ["status"]
    search_fields = ["person__email", "person__full_name", "event__topic"]
    list_select_related = ["person", "event", "seat__table"]


@admin.register(SeatHold)
class SeatHoldAdmin(ReadOnly):
    list_display = ["seat", "signup", "staff_hold", "taken_at", "freed_at"]
    list_select_related = ["seat__table", "signup__person", "signup__event", "staff_hold__event"]
