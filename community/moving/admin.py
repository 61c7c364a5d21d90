"""Support looks; the desk acts. The files themselves open at the desk alone."""

from django.contrib import admin

from community.kernel.admin import ReadOnly
from community.moving.models import Batch, Export


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    list_display = ["public_id", "status", "handed_in_at", "handed_in_by", "carried_at", "undone_at"]
    list_filter = ["status"]
    search_fields = ["public_id"]
    list_select_related = ["handed_in_by"]
    exclude = ["file"]


@admin.register(Export)
class ExportAdmin(ReadOnly):
    list_display = ["public_id", "form", "status", "asked_at", "asked_by"]
    list_filter = ["status"]
    search_fields = ["public_id"]
    list_select_related = ["asked_by"]
    exclude = ["file"]
