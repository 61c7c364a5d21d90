"""Support looks; the desk acts. Nothing here writes, because every change goes through a service."""

from django.contrib import admin

from community.kernel.admin import ReadOnly
from community.programmes.models import Challenge, Place, Programme


@admin.register(Programme)
class ProgrammeAdmin(ReadOnly):
    list_display = ["name_zh", "status", "starts_on", "last_on", "seats"]
    list_filter = ["status"]
    search_fields = ["name_zh", "name_en", "public_id"]


@admin.register(Place)
class PlaceAdmin(ReadOnly):
    list_display = ["programme", "person", "number", "status", "joined_at"]
    list_filter = ["status"]
    search_fields = ["public_id"]
    list_select_related = ["programme", "person"]


@admin.register(Challenge)
class ChallengeAdmin(ReadOnly):
    list_display = ["name", "status", "starts_on", "days"]
    list_filter = ["status"]
    search_fields = ["name", "public_id"]
