"""Support sees how many were asked, never what anybody said."""

from django.contrib import admin

from community.figures.models import Asking
from community.kernel.admin import ReadOnly


@admin.register(Asking)
class AskingAdmin(ReadOnly):
    list_display = ["quarter_on", "person", "asked_at", "answered"]
    list_filter = ["quarter_on", "answered"]
