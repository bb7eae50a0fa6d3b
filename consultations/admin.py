"""Windows for support: who works at which desk. Cases have none: they are read in their own pages, where it is recorded."""

from __future__ import annotations

from django.contrib import admin

from consultations.models import DeskPost, OpenDesk


@admin.register(DeskPost)
class DeskPostAdmin(admin.ModelAdmin):
    list_display = ("desk", "user", "role", "may_override", "since", "until")
    list_select_related = ("desk", "user")
    list_filter = ("role",)
    search_fields = ("user__name", "user__kana", "desk__name")
    autocomplete_fields = ("user",)
    raw_id_fields = ("desk",)


@admin.register(OpenDesk)
class OpenDeskAdmin(admin.ModelAdmin):
    list_display = ("desk", "since")
    list_select_related = ("desk",)
    raw_id_fields = ("desk",)
