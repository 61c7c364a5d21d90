"""Support looks at how many and how old, never at the words: a complaint is private."""

from django.contrib import admin

from community.complaints.models import Complaint
from community.kernel.admin import ReadOnly


@admin.register(Complaint)
class ComplaintAdmin(ReadOnly):
    list_display = ["public_id", "about", "status", "filed_at", "answered_at", "closed_at", "satisfied"]
    list_filter = ["status", "about"]
    fields = ["public_id", "about", "status", "filed_at", "answered_at", "closed_at", "satisfied"]
