"""Support looks; the desk acts. Nothing here writes, because every change goes through a service."""

from django.contrib import admin

from community.kernel.admin import ReadOnly
from community.posts.models import Answer, Post, Report


@admin.register(Post)
class PostAdmin(ReadOnly):
    list_display = ["title", "kind", "status", "author", "opened_at", "expires_at"]
    list_filter = ["status", "kind", "lack", "topic"]
    search_fields = ["title", "public_id"]
    list_select_related = ["author"]


@admin.register(Answer)
class AnswerAdmin(ReadOnly):
    list_display = ["post", "author", "written_at", "removed_at"]
    search_fields = ["public_id", "post__title"]
    list_select_related = ["post", "author"]


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ["post", "why", "made_at", "settled_at"]
    list_filter = ["why"]
    search_fields = ["public_id", "post__title"]
    list_select_related = ["post"]
