"""Read-mostly support views; changes go through the desk and its services."""

from django.contrib import admin
from django.http import HttpRequest

from community.kernel.admin import ReadOnly
from community.members.models import Application, City, Company, Industry, Person, Term, Tier


@admin.register(Person)
class PersonAdmin(ReadOnly):
    list_display = ["name", "email", "joined_at", "is_active"]
    search_fields = ["full_name", "email", "name_key"]
    exclude = ["password"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ["full_name", "status", "submitted_at", "clock_ends_at"]
    list_filter = ["status"]
    search_fields = ["full_name", "person__email"]


@admin.register(Company)
class CompanyAdmin(ReadOnly):
    list_display = ["legal_name", "credit_code", "verified_at"]
    search_fields = ["legal_name", "credit_code"]


@admin.register(Term)
class TermAdmin(ReadOnly):
    list_display = ["person", "tier", "starts_on", "ends_on", "voided_at"]
    list_select_related = ["person", "tier"]


@admin.register(Tier, Industry, City)
class ListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # of several models, and no generic while it runs
    list_display = ["name_zh", "name_en", "active", "position"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
