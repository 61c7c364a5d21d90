"""Support looks; nothing here writes. Who declined what is nobody's business: the state of what waits is not listed."""

from django.contrib import admin

from community.kernel.admin import ReadOnly
from community.ties.models import OneToOne, Project


@admin.register(OneToOne)
class OneToOneAdmin(ReadOnly):
    list_display = ["asker", "asked", "met_on", "logged_at"]
    search_fields = ["public_id"]
    fields = ["public_id", "asker", "asked", "met_on", "logged_at", "expires_at"]


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    list_display = ["title", "declared_by", "since_on", "declared_at"]
    search_fields = ["public_id"]
