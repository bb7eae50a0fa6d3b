"""Windows for support and master data. Cases can be looked at and nothing else: every act on them goes through a service.

What is set here is what no page of a municipality sets: operators with their people, and the numbers of the criteria. The
settings and the draft of a 別表 can be mended here too; a version that was published never. Every change, and every opening
of a case, leaves an event in the audit trail.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import actions
from accounts.admin import ReadOnlyAdmin, RecordedAdmin
from accounts.audit import Subject, record
from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.models import (
    Application,
    CertificationSetting,
    DocumentType,
    HarmlessChange,
    Letter,
    NumberSeries,
    Operator,
    OperatorUser,
    Plan,
    PlanVersion,
    Proposal,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
    Threshold,
)
from certification.rules.criteria import ThresholdCode
from certification.selectors.master import check_label, grouped_places, place_groups
from certification.services.master import reckon_due_dates
from certification.services.trail import subject_of

ADMIN_ROLE = "システム管理者"


def _actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)  # the admin's login let nobody else in
    return actor_of(request.user, day=timezone.localdate())


# --- Master data ---


class MasterAdmin(RecordedAdmin):
    """Records a change under the municipality it belongs to, rows of inlines included."""

    def municipality_code(self, obj: Any) -> str:
        """Whose trail the event belongs to; "" for nobody's."""
        municipality = getattr(obj, "municipality", None)
        return municipality.code if municipality else ""

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        admin.ModelAdmin.save_model(self, request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        obj = form.instance
        rows = {
            formset.model._meta.model_name: {
                "added": len(formset.new_objects),
                "changed": len(formset.changed_objects),
                "removed": len(formset.deleted_objects),
            }
            for formset in formsets
        }
        record(
            action=actions.ADMIN_CHANGED,
            subject=Subject(obj._meta.label_lower, str(obj.pk), str(obj)),
            actor=_actor(request),
            now=timezone.now(),
            municipality_code=self.municipality_code(obj),
            actor_role=ADMIN_ROLE,
            details={
                "new": not change,
                "fields": sorted(form.changed_data),
                "rows": {name: counts for name, counts in rows.items() if any(counts.values())},
            },
        )


class OperatorUserInline(admin.TabularInline):
    model = OperatorUser
    extra = 0
    autocomplete_fields = ("user",)
    fields = ("user", "role")


@admin.register(Operator)
class OperatorAdmin(MasterAdmin):
    """Who may act for an operator is decided here; the operator itself is never deleted."""

    list_display = ("name", "kana", "is_sample")
    search_fields = ("name", "kana")
    list_filter = ("is_sample",)
    readonly_fields = ("public_id",)
    inlines = (OperatorUserInline,)


class SettingAdminForm(forms.ModelForm):
    class Meta:
        model = CertificationSetting
        fields = (
            "municipality",
            "lead_department",
            "order",
            "standard_days",
            "correction_days",
            "authority_title",
            "authority_name",
            "omits_seal",
            "appeal_text",
            "enquiry_text",
        )

    def clean(self) -> dict[str, Any]:
        """The lead department is one of the same municipality, in use."""
        cleaned = super().clean() or {}
        municipality = cleaned.get("municipality") or (
            self.instance.municipality if self.instance.pk else None
        )
        lead = cleaned.get("lead_department")
        if lead and municipality and (lead.municipality_id != municipality.pk or not lead.is_active):
            self.add_error("lead_department", "この自治体の、使用中の課を選んでください。")
        return cleaned


@admin.register(CertificationSetting)
class CertificationSettingAdmin(MasterAdmin):
    """For the first setting of a municipality, and for support; its administrator has a page of its own."""

    form = SettingAdminForm
    list_display = ("municipality", "lead_department", "order", "standard_days", "correction_days")
    list_select_related = ("municipality", "lead_department")
    list_filter = ("order",)
    autocomplete_fields = ("municipality", "lead_department")

    def get_readonly_fields(
        self, request: HttpRequest, obj: CertificationSetting | None = None
    ) -> tuple[str, ...]:
        return ("municipality",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        assert isinstance(obj, CertificationSetting)
        if change and "standard_days" in form.changed_data:
            reckon_due_dates(obj, today=timezone.localdate())


class ThresholdForm(forms.ModelForm):
    """A value that holds already only gets an end; what comes instead is a new row."""

    code = forms.ChoiceField(label="コード")

    class Meta:
        model = Threshold
        fields = (
            "municipality",
            "code",
            "label",
            "value",
            "unit",
            "basis",
            "effective_from",
            "effective_until",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields.get("code")
        if isinstance(code, forms.ChoiceField):
            labels = dict(Threshold.objects.filter(municipality=None).values_list("code", "label"))
            code.choices = [(one.value, labels.get(one.value, one.value)) for one in ThresholdCode]

    def clean(self) -> dict[str, Any]:
        """One national value a day (the database does not compare rows without a municipality), and no end in the past."""
        cleaned = super().clean() or {}
        today = timezone.localdate()
        if cleaned.get("effective_until") and cleaned["effective_until"] < today:
            self.add_error("effective_until", "終わりの日は、今日以後の日にしてください。")
        start = cleaned.get("effective_from")
        if "code" in cleaned and start and not cleaned.get("municipality"):
            same = Threshold.objects.filter(municipality=None, code=cleaned["code"], effective_from=start)
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error("effective_from", "同じ日から適用する国の値が、すでにあります。")
        return cleaned


@admin.register(Threshold)
class ThresholdAdmin(MasterAdmin):
    """Numbers of the criteria with their dates. What already held is history: it can only be ended."""

    form = ThresholdForm
    list_display = ("label", "municipality", "value", "unit", "effective_from", "effective_until")
    list_select_related = ("municipality",)
    list_filter = ("municipality",)
    search_fields = ("label", "code")
    autocomplete_fields = ("municipality",)
    date_hierarchy = "effective_from"

    def get_readonly_fields(self, request: HttpRequest, obj: Threshold | None = None) -> tuple[str, ...]:
        if obj is None or obj.effective_from > timezone.localdate():
            return ()
        return ("municipality", "code", "label", "value", "unit", "basis", "effective_from")


@admin.register(HarmlessChange)
class HarmlessChangeAdmin(MasterAdmin):
    """Where a municipality finds changes of a certified plan harmless (共管省令21条1項8号)."""

    list_display = ("place", "municipality", "reason", "effective_from", "effective_until")
    list_select_related = ("municipality",)
    list_filter = ("municipality",)
    search_fields = ("place", "reason")
    autocomplete_fields = ("municipality",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "place":
            return forms.ChoiceField(  # the places as the pages of the 別表 call them
                label=db_field.verbose_name,
                choices=[(group.label, list(group.places)) for group in place_groups()],
                help_text="計画の箇所です。選んだ箇所とその中の変更は、申請も届出も要らなくなります。",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


# --- The 別表 ---


def _is_published(table: ReviewTable | None) -> bool:
    return table is not None and table.published_at is not None


def _table_of(obj: ReviewTable | ReviewItem | None) -> ReviewTable | None:
    return obj.table if isinstance(obj, ReviewItem) else obj


class DraftOnly:
    """Rows can be written as long as the version they belong to is a draft; they are taken out on the page only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and not _is_published(_table_of(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(_table_of(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DocumentTypeInline(DraftOnly, admin.TabularInline):
    model = DocumentType
    extra = 0
    fields = ("position", "code", "label", "requirement", "condition", "hint", "basis")


class ReviewItemInline(DraftOnly, admin.TabularInline):
    model = ReviewItem
    extra = 0
    fields = ("number", "label", "document_label", "requirement", "condition", "basis")
    show_change_link = True


@admin.register(ReviewTable)
class ReviewTableAdmin(MasterAdmin):
    """Versions of the 別表. A draft begins and is published on the administrator's page, where it is checked."""

    list_display = ("municipality", "version", "effective_from", "published_at", "source")
    list_select_related = ("municipality",)
    list_filter = ("municipality",)
    readonly_fields = ("municipality", "version", "effective_from", "published_at")
    inlines = (DocumentTypeInline, ReviewItemInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReviewTable | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_published(obj)


class ReviewItemDepartmentInline(DraftOnly, admin.TabularInline):
    model = ReviewItemDepartment
    extra = 0

    def get_formset(self, request: HttpRequest, obj: ReviewItem | None = None, **kwargs: Any) -> Any:
        """Departments of the item's own municipality."""
        self.parent = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "department" and field is not None and self.parent is not None:
            field.queryset = self.parent.table.municipality.departments.filter(is_active=True)
        return field


@admin.register(ReviewItem)
class ReviewItemAdmin(MasterAdmin):
    """One row with its departments. What it refers to (documents, places, checks) is chosen on the administrator's page."""

    list_display = ("number", "label", "table", "requirement")
    list_display_links = ("label",)
    list_select_related = ("table__municipality",)
    list_filter = ("table",)
    search_fields = ("label", "document_label")
    fields = (
        "table",
        "number",
        "label",
        "document_label",
        "requirement",
        "condition",
        "basis",
        "documents",
        "places",
        "automatic_checks",
    )
    readonly_fields = ("table", "documents", "places", "automatic_checks")
    inlines = (ReviewItemDepartmentInline,)

    def municipality_code(self, obj: Any) -> str:
        return str(obj.table.municipality.code)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReviewItem | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_published(_table_of(obj))

    @admin.display(description="添付書類")
    def documents(self, obj: ReviewItem) -> str:
        labels = dict(obj.table.document_types.values_list("code", "label"))
        return "、".join(labels.get(code, code) for code in obj.document_codes) or "なし"

    @admin.display(description="計画の箇所")
    def places(self, obj: ReviewItem) -> str:
        return "、".join(grouped_places(obj.sections)) or "なし"

    @admin.display(description="自動確認")
    def automatic_checks(self, obj: ReviewItem) -> str:
        return "、".join(check_label(code) for code in obj.checks) or "なし"


# --- Cases: windows only ---


class CaseWindow(ReadOnlyAdmin):
    """To look at one row of a case. Who opened it is recorded, as on the pages of the office."""

    def application_of(self, obj: Any) -> Application | None:
        """The case a row belongs to; none for a plan that was never filed."""
        found: Application | None = obj.application
        return found

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        obj = self.get_object(request, object_id) if response.status_code == 200 else None
        application = self.application_of(obj) if obj is not None else None
        if application is not None:
            _record_opening(request, application, opened=obj)
        return response


def _record_opening(request: HttpRequest, application: Application, *, opened: Any) -> None:
    record(
        action="certification.viewed",
        subject=subject_of(application),
        actor=_actor(request),
        now=timezone.now(),
        municipality_code=application.municipality.code,
        actor_role=ADMIN_ROLE,
        details={"window": opened._meta.model_name, "id": str(opened.pk)},
    )


@admin.register(Application)
class ApplicationAdmin(CaseWindow):
    list_display = ("pk", "receipt_number", "municipality", "state", "turn", "due_on", "submitted_at")
    list_select_related = ("municipality",)
    list_filter = ("state", "municipality")
    search_fields = ("receipt_number",)
    exclude = ("search_text", "progress")
    show_full_result_count = False

    def application_of(self, obj: Any) -> Application | None:
        found: Application = obj
        return found


@admin.register(Plan)
class PlanAdmin(CaseWindow):
    list_display = ("pk", "operator", "municipality", "status", "certified_number", "certified_on")
    list_select_related = ("operator", "municipality")
    list_filter = ("status", "municipality")
    search_fields = ("certified_number", "operator__name")
    show_full_result_count = False

    def application_of(self, obj: Any) -> Application | None:
        found: Application | None = obj.applications.order_by("-pk").first()
        return found


@admin.register(PlanVersion)
class PlanVersionAdmin(CaseWindow):
    """That a version exists and when it was frozen. What it says is read on the pages of the case."""

    list_display = ("pk", "plan", "number", "edited_at", "frozen_at")
    list_select_related = ("plan",)
    exclude = ("content",)
    show_full_result_count = False

    def application_of(self, obj: Any) -> Application | None:
        found: Application | None = obj.plan.applications.order_by("-pk").first()
        return found


@admin.register(Proposal)
class ProposalAdmin(CaseWindow):
    list_display = ("pk", "application", "kind", "status", "drafted_by", "drafted_at", "closed_at")
    list_select_related = ("application", "drafted_by")
    list_filter = ("status", "kind")
    show_full_result_count = False


@admin.register(Letter)
class LetterAdmin(CaseWindow):
    """The register of letters. The letter itself is opened on the pages of the case."""

    list_display = ("document_number", "kind", "department", "issued_on", "issued_by")
    list_select_related = ("department", "issued_by")
    list_filter = ("kind", "department")
    search_fields = ("document_number",)
    exclude = ("content",)
    show_full_result_count = False

    def application_of(self, obj: Any) -> Application | None:
        found: Application | None = obj.application
        if found is None:
            found = obj.plan.applications.order_by("-pk").first()
        return found


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("owner", "series", "fiscal_year", "last_number")
    list_filter = ("fiscal_year", "series")
    search_fields = ("owner",)
