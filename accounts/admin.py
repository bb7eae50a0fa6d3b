"""Windows for support and master data. History and the trail can be looked at; nothing here deletes.

Whoever changes something here leaves an event in the audit trail, in the same transaction.
"""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from accounts import actions
from accounts.audit import Subject, record
from accounts.models import (
    Appointment,
    AuditEvent,
    AuditSeal,
    Department,
    Handover,
    Municipality,
    Notice,
    ScheduledJob,
    User,
)
from accounts.selectors import actor_of

admin.site.site_header = "住まいの輪 管理"
admin.site.site_title = "住まいの輪 管理"
admin.site.index_title = "基本データと記録"
# One way in: with the second factor, the lock-out and the record of logins. Django's own login page has none of them.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Rights come from appointments; groups would be a second, invisible way to give them.
admin.site.unregister(Group)


class RecordedAdmin(admin.ModelAdmin):
    """Writes an audit event with every change, and never deletes."""

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _record_change(request, obj, changed=form.changed_data, is_new=not change)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _record_change(request: HttpRequest, obj: Model, *, changed: list[str], is_new: bool) -> None:
    """Which fields, not what was typed into them."""
    now = timezone.now()
    user = request.user
    assert isinstance(user, User)  # the admin's login let nobody else in
    record(
        action=actions.ADMIN_CHANGED,
        subject=Subject(obj._meta.label_lower, str(obj.pk), str(obj)),
        actor=actor_of(user, day=timezone.localdate(now)),
        now=now,
        municipality_code=_code_of(obj),
        actor_role="システム管理者",
        details={"new": is_new, "fields": sorted(name for name in changed if "password" not in name)},
    )


def _code_of(obj: Model) -> str:
    if isinstance(obj, Municipality):
        return obj.code
    if isinstance(obj, Department):
        return obj.municipality.code
    return obj.department.municipality.code if isinstance(obj, Appointment) else ""


@admin.register(Municipality)
class MunicipalityAdmin(RecordedAdmin):
    list_display = ("code", "name", "kind", "has_welfare_office")
    search_fields = ("code", "name", "kana")
    list_filter = ("kind",)


@admin.register(Department)
class DepartmentAdmin(RecordedAdmin):
    list_display = ("name", "municipality", "side", "document_symbol", "is_active")
    list_select_related = ("municipality",)
    search_fields = ("name", "municipality__name")
    list_filter = ("side", "is_active")
    autocomplete_fields = ("municipality",)


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "kana")

    def clean_email(self) -> str:
        """Addresses are kept in small letters, as the login compares them."""
        return str(self.cleaned_data["email"]).lower()


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        """As above."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(RecordedAdmin, DjangoUserAdmin):
    """A new person may be given a password here, or none and the invitation from the municipality's own page."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name", "kana")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "public_id")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("氏名", {"fields": ("name", "kana", "public_id")}),
        ("管理画面", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("日時", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "kana", "usable_password", "password1", "password2"),
            },
        ),
    )


class AppointmentForm(forms.ModelForm):
    class Meta:
        model = Appointment
        fields = ("user", "department", "role", "from_on", "until", "note")

    def clean(self) -> dict[str, Any]:
        """A person serves one municipality at a time."""
        cleaned = super().clean() or {}
        user, department = cleaned.get("user"), cleaned.get("department")
        if user and department and _serves_elsewhere(user, department, self.instance):
            raise forms.ValidationError(
                "この人には、ほかの自治体の辞令があります。先に、その辞令を終えてください。"
            )
        return cleaned


def _serves_elsewhere(user: User, department: Department, instance: Appointment) -> bool:
    elsewhere = user.appointments.exclude(department__municipality_id=department.municipality_id)
    return elsewhere.in_force(timezone.localdate()).exclude(pk=instance.pk).exists()


@admin.register(Appointment)
class AppointmentAdmin(RecordedAdmin):
    """For the first administrator of a municipality, and for looking. What was written can only be ended."""

    form = AppointmentForm
    list_display = ("user", "department", "role", "from_on", "until")
    list_select_related = ("user", "department")
    list_filter = ("role",)
    search_fields = ("user__name", "user__email", "department__name")
    autocomplete_fields = ("user", "department")
    date_hierarchy = "from_on"

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        return ("user", "department", "role", "from_on") if obj else ()


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    list_display = ("from_user", "to_user", "department", "effective_on", "done_at", "case_count")
    list_select_related = ("from_user", "to_user", "department")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("pk", "recorded_at", "action", "subject_label", "actor_name", "actor_organisation")
    list_filter = ("action",)
    show_full_result_count = False


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    list_display = ("pk", "sealed_at", "first_id", "last_id", "hash")
    exclude = ("entries",)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("pk", "created_at", "recipient", "subject", "mail_state", "attempts", "send_after")
    list_select_related = ("recipient",)
    list_filter = ("mail_state",)
    show_full_result_count = False


@admin.register(ScheduledJob)
class ScheduledJobAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "next_run_at",
        "last_run_at",
        "last_result",
        "leased_until",
    )
