from django.contrib import admin
from django.http import HttpRequest

from community.kernel.models import AuditEntry, Message


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "actor", "action", "person", "subject_type", "old", "new"]
    list_select_related = ["actor", "person"]
    list_filter = ["action"]


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["created_at", "kind", "person", "status", "tries"]
    list_select_related = ["person"]
    list_filter = ["status", "kind"]
    exclude = ["context"]
