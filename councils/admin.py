"""Windows for the ring's master data: categories, bodies with the ways they are written, councils, desks; shops mostly to look at.

What residents see follows at once: whatever is saved here is written into the public directory by its service, in the
same transaction. Every change leaves an event in the audit trail. Nothing is deleted but rows of a list.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from accounts import actions
from accounts.admin import ReadOnlyAdmin, RecordedAdmin
from accounts.audit import Subject, record
from accounts.models import User
from accounts.selectors import actor_of
from councils.forms.admin import AliasForm, DeskForm, SessionForm, ShopForm
from councils.models import (
    Category,
    Council,
    CouncilProfile,
    Desk,
    Organisation,
    OrganisationAlias,
    Seat,
    SecretariatOffice,
    Session,
    Shop,
)
from councils.services import directory

ADMIN_ROLE = "システム管理者"


class RingAdmin(RecordedAdmin):
    """Records a change, rows of inlines included, and has the directory of the councils it shows in written anew."""

    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    def municipality_code(self, obj: Any) -> str:
        """Whose trail the event belongs to; "" for nobody's."""
        municipality = getattr(obj, "municipality", None)
        return municipality.code if municipality else ""

    def refresh(self, obj: Any) -> None:
        """Have the directory say what the row says now."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        admin.ModelAdmin.save_model(self, request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        obj = form.instance
        assert isinstance(request.user, User)  # the admin's login let nobody else in
        now = timezone.now()
        record(
            action=actions.ADMIN_CHANGED,
            subject=Subject(obj._meta.label_lower, str(obj.pk), str(obj)),
            actor=actor_of(request.user, day=timezone.localdate(now)),
            now=now,
            municipality_code=self.municipality_code(obj),
            actor_role=ADMIN_ROLE,
            details={"new": not change, "fields": sorted(form.changed_data), "rows": _counted(formsets)},
        )
        self.refresh(obj)


def _counted(formsets: Any) -> dict[str, dict[str, int]]:
    """How many rows of each inline were added, changed, removed; untouched inlines are left out."""
    rows = {
        formset.model._meta.model_name: {
            "added": len(formset.new_objects),
            "changed": len(formset.changed_objects),
            "removed": len(formset.deleted_objects),
        }
        for formset in formsets
    }
    return {name: counts for name, counts in rows.items() if any(counts.values())}


@admin.register(Category)
class CategoryAdmin(RingAdmin):
    """A category that an amendment takes away gets an end; its code is never used again."""

    list_display = (
        "label", "plain", "code", "basis", "effective_from", "effective_until", "is_prominent", "position",
    )  # fmt: skip
    list_filter = ("is_prominent",)
    search_fields = ("code", "label", "plain", "kana")

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def refresh(self, obj: Category) -> None:
        directory.refresh_desks(obj.desks.values_list("pk", flat=True))
        directory.refresh_shops(obj.shops.values_list("pk", flat=True))


class AliasInline(admin.TabularInline):
    model = OrganisationAlias
    form = AliasForm
    fields = ("name",)
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(RingAdmin):
    list_display = ("name", "kana", "corporate_number", "is_support_corporation")
    list_filter = ("is_support_corporation",)
    search_fields = ("name", "kana", "corporate_number", "aliases__name")
    inlines = (AliasInline,)

    def refresh(self, obj: Organisation) -> None:
        directory.refresh_desks(obj.desks.values_list("pk", flat=True))


class SecretariatOfficeInline(admin.TabularInline):
    model = SecretariatOffice
    fields = ("position", "name", "phone")
    extra = 0


class SeatInline(admin.TabularInline):
    """A seat that is given up gets an end; who sat on a council stays known."""

    model = Seat
    fields = ("category", "position", "name", "organisation", "since", "until")
    autocomplete_fields = ("organisation",)
    extra = 0
    can_delete = False


@admin.register(Council)
class CouncilAdmin(RingAdmin):
    list_display = (
        "name", "prefecture", "consultation_status", "shop_count", "confirmed_on", "published_at", "is_sample",
    )  # fmt: skip
    list_select_related = ("prefecture",)
    list_filter = ("is_sample", "basis", "consultation_status", "prefecture")
    search_fields = ("name", "kana", "municipalities__name")
    autocomplete_fields = ("prefecture", "municipalities")
    readonly_fields = ("public_id", "updated_at")
    inlines = (SecretariatOfficeInline, SeatInline)

    def municipality_code(self, obj: Council) -> str:
        return obj.prefecture.code

    def refresh(self, obj: Council) -> None:
        directory.refresh_councils([obj.pk])


@admin.register(CouncilProfile)
class CouncilProfileAdmin(ReadOnlyAdmin):
    """To look at: a version that was approved is never rewritten."""

    list_display = ("council", "version", "as_of", "created_at", "approved_at", "approved_by")
    list_select_related = ("council", "approved_by")
    search_fields = ("council__name",)


class SessionInline(admin.StackedInline):
    model = Session
    form = SessionForm
    extra = 0
    fields = (
        ("position", "frequency", "holiday_policy"),
        ("weekdays", "nth"),
        ("start", "end", "slot_minutes", "places"),
        "slots",
        ("valid_from", "valid_until"),
        ("extra", "skipped"),
        ("count", "per"),
        ("venue", "address"),
        "raw",
    )


@admin.register(Desk)
class DeskAdmin(RingAdmin):
    form = DeskForm
    list_display = ("name", "council", "municipality", "booking", "confirmed_on", "published_at", "is_sample")
    list_select_related = ("council", "municipality")
    list_filter = ("is_sample", "booking", "operator_kind", "municipality")
    search_fields = ("name", "kana", "address", "council__name")
    autocomplete_fields = ("council", "municipality", "operator", "categories")
    readonly_fields = ("public_id", "updated_at")
    fields = (
        "council", "municipality", ("name", "kana"), "summary", ("operator_kind", "operator"), "operator_text", "venue",
        ("postal_code", "address"), "directions", ("latitude", "longitude"), ("phone", "extension", "fax"), "email",
        "other_contact", "website", "booking", "booking_how", "categories", "audience_note", "languages",
        "language_note", "features", "bring", "fee", "source", "is_sample", "confirmed_on", "published_at",
        "public_id", "updated_at",
    )  # fmt: skip
    inlines = (SessionInline,)

    def refresh(self, obj: Desk) -> None:
        directory.refresh_desks([obj.pk])


@admin.register(Shop)
class ShopAdmin(RingAdmin):
    """Registration goes its own way (申込→審査→登録); here a shop is looked at, and its contact kept true."""

    form = ShopForm
    list_display = (
        "name",
        "council",
        "municipality",
        "state",
        "licence",
        "licence_until",
        "confirmed_on",
        "is_sample",
    )
    list_select_related = ("council", "municipality")
    list_filter = ("is_sample", "state", "municipality")
    search_fields = ("name", "kana", "company", "address", "licence_number")
    show_full_result_count = False
    readonly_fields = (
        "council", "municipality", "state", "registered_on", "name", "kana", "company", "licence", "licence_until",
        "association", "postal_code", "address", "stations", "categories", "offers", "languages", "features",
        "sticker_number", "is_sample", "public_id", "updated_at",
    )  # fmt: skip
    fields = (
        *readonly_fields, "hours", "closed_days", "phone", "fax", "email", "website", "published_fields",
        "confirmed_on", "published_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def refresh(self, obj: Shop) -> None:
        directory.refresh_shops([obj.pk])

    @admin.display(description="宅建免許", ordering="licence_number")
    def licence(self, obj: Shop) -> str:
        return f"{obj.licensor}({obj.licence_renewals})第{obj.licence_number}号"
