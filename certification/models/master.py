"""Master data of a certifying municipality: its settings, its 別表 and the thresholds of the criteria."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Municipality
from certification.rules.conditions import ConditionCode
from certification.rules.procedures import Procedure
from certification.rules.workflow import Order


class CertificationSetting(models.Model):
    """How one municipality certifies: which department leads, in which order, in how many days, in whose name."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, related_name="certification_setting", verbose_name="自治体"
    )
    lead_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name="主管課"
    )
    order = models.CharField("審査の順", max_length=8, choices=Order, default=Order.SERIAL)
    standard_days = models.PositiveSmallIntegerField(
        "標準処理期間(営業日)", default=30, validators=[MinValueValidator(1), MaxValueValidator(250)]
    )
    correction_days = models.PositiveSmallIntegerField(
        "補正の期限(営業日)", default=14, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    authority_title = models.CharField("認定する者の職名", max_length=40, help_text="例: 見本市長")
    authority_name = models.CharField("認定する者の氏名", max_length=60)
    omits_seal = models.BooleanField("公印省略", default=True)
    appeal_text = models.TextField("教示文", help_text="不認定の通知に載せる、審査請求と取消訴訟の案内です。")
    enquiry_text = models.CharField("問合せ先", max_length=200)

    class Meta:
        verbose_name = "認定の設定"
        verbose_name_plural = "認定の設定"

    def __str__(self) -> str:
        return f"{self.municipality} 認定の設定"


class ReviewTableQuerySet(models.QuerySet["ReviewTable"]):
    def current(
        self, *, municipality_id: int, day: dt.date, procedure: str = Procedure.CERTIFICATION
    ) -> ReviewTable | None:
        """The published table of a procedure in force on `day`; the newest version wins.

        A change goes by the table of the certification where the municipality keeps none for it: 41条 applies to it
        mutatis mutandis (44条2項).
        """
        published = self.filter(
            municipality_id=municipality_id, published_at__isnull=False, effective_from__lte=day
        ).order_by("-version")
        own = published.filter(procedure=procedure).first()
        if own is None and procedure == Procedure.CHANGE:
            return published.filter(procedure=Procedure.CERTIFICATION).first()
        return own


class ReviewTable(models.Model):
    """別表: one version of a municipality's review items and document list. Published versions do not change."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="review_tables", verbose_name="自治体"
    )
    procedure = models.CharField("手続", max_length=20, choices=Procedure, default=Procedure.CERTIFICATION)
    version = models.PositiveIntegerField("版")
    effective_from = models.DateField("適用する日")
    source = models.CharField("出典", max_length=300)
    published_at = models.DateTimeField("公開日時", null=True, blank=True)

    objects = ReviewTableQuerySet.as_manager()

    class Meta:
        verbose_name = "審査事項の表(別表)"
        verbose_name_plural = "審査事項の表(別表)"
        ordering = ("municipality", "procedure", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "procedure", "version"), name="review_table_version_once"
            ),
            models.UniqueConstraint(
                fields=("municipality", "procedure"),
                condition=Q(published_at__isnull=True),
                name="review_table_one_draft",
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality} 別表 第{self.version}版"


class Requirement(models.TextChoices):
    REQUIRED = "required", "必須"
    AS_NEEDED = "as_needed", "適宜"


class DocumentType(models.Model):
    """A kind of attachment a table asks for, and when (共管省令8条 and local lists)."""

    table = models.ForeignKey(
        ReviewTable, on_delete=models.CASCADE, related_name="document_types", verbose_name="別表"
    )
    code = models.SlugField("コード", max_length=40)
    label = models.CharField("書類の名称", max_length=120)
    requirement = models.CharField("必須・適宜", max_length=10, choices=Requirement)
    condition = models.CharField(
        "必要になる条件", max_length=40, choices=ConditionCode, default=ConditionCode.ALWAYS
    )
    hint = models.CharField("説明", max_length=300, blank=True)
    basis = models.CharField("根拠", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        verbose_name = "添付書類の種類"
        verbose_name_plural = "添付書類の種類"
        ordering = ("table", "position")
        constraints = (models.UniqueConstraint(fields=("table", "code"), name="document_type_code_once"),)

    def __str__(self) -> str:
        return self.label


class ReviewItem(models.Model):
    """One row of the 別表. `sections` are plan paths, `checks` codes of automatic checks shown beside the item.

    `condition` advises only: a row that does not apply to a plan is still judged (該当なし), so that a person has said so.
    """

    table = models.ForeignKey(
        ReviewTable, on_delete=models.CASCADE, related_name="items", verbose_name="別表"
    )
    number = models.PositiveSmallIntegerField("番号")
    label = models.CharField("主な審査事項", max_length=200)
    document_label = models.CharField("審査書類", max_length=200)
    requirement = models.CharField("必須・適宜", max_length=10, choices=Requirement)
    condition = models.CharField(
        "項目の条件", max_length=40, choices=ConditionCode, default=ConditionCode.ALWAYS
    )
    document_codes = models.JSONField("書類のコード", default=list, blank=True)
    sections = models.JSONField("計画の箇所", default=list, blank=True)
    checks = models.JSONField("自動確認", default=list, blank=True)
    basis = models.CharField("根拠", max_length=120, blank=True)

    class Meta:
        verbose_name = "審査事項"
        verbose_name_plural = "審査事項"
        ordering = ("table", "number")
        constraints = (models.UniqueConstraint(fields=("table", "number"), name="review_item_number_once"),)

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class ReviewItemDepartment(models.Model):
    """Which department reviews an item, and under which condition."""

    item = models.ForeignKey(
        ReviewItem, on_delete=models.CASCADE, related_name="departments", verbose_name="審査事項"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="課")
    condition = models.CharField(
        "審査する条件", max_length=40, choices=ConditionCode, default=ConditionCode.ALWAYS
    )
    is_inferred = models.BooleanField(
        "担当課は推定",
        default=False,
        help_text="原本で担当課の列が読み取れず、内容から当てたもの。確かめたら外してください。",
    )

    class Meta:
        verbose_name = "審査する課"
        verbose_name_plural = "審査する課"
        ordering = ("item", "pk")
        constraints = (models.UniqueConstraint(fields=("item", "department"), name="item_department_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.department}"


class HarmlessChangeQuerySet(models.QuerySet["HarmlessChange"]):
    def in_force(self, *, municipality_id: int, day: dt.date) -> dict[str, str]:
        """Place of the plan → why a change there is harmless, for one municipality on one day."""
        held = Q(effective_until__isnull=True) | Q(effective_until__gte=day)
        rows = self.filter(held, municipality_id=municipality_id, effective_from__lte=day)
        return dict(rows.order_by("effective_from").values_list("place", "reason"))


class HarmlessChange(models.Model):
    """A place of the plan where this municipality finds changes harmless: neither certified nor notified (共管省令21条1項8号)."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="harmless_changes", verbose_name="自治体"
    )
    place = models.CharField("計画の箇所", max_length=80)
    reason = models.CharField("支障がないと認める理由", max_length=200)
    effective_from = models.DateField("適用する日")
    effective_until = models.DateField("終わりの日", null=True, blank=True)

    objects = HarmlessChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "届出の要らない変更"
        verbose_name_plural = "届出の要らない変更"
        ordering = ("municipality", "place", "effective_from")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "place", "effective_from"), name="harmless_change_once_per_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.reason}"


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    def in_force(self, *, municipality_id: int, day: dt.date) -> ThresholdQuerySet:
        """National values and the municipality's own ones that hold on `day`; own ones come last and win."""
        mine = Q(municipality__isnull=True) | Q(municipality_id=municipality_id)
        held = Q(effective_until__isnull=True) | Q(effective_until__gte=day)
        return self.filter(mine, held, effective_from__lte=day).order_by(
            F("municipality").asc(nulls_first=True), "effective_from"
        )


class Threshold(models.Model):
    """A number of the criteria. A local plan may change it from a date on (共管省令16条・17条)."""

    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="自治体",
        help_text="空なら国の基準です。",
    )
    code = models.CharField("コード", max_length=40)
    label = models.CharField("名称", max_length=100)
    value = models.DecimalField("値", max_digits=10, decimal_places=2)
    unit = models.CharField("単位", max_length=10)
    basis = models.CharField("根拠", max_length=120)
    effective_from = models.DateField("適用する日")
    effective_until = models.DateField("終わりの日", null=True, blank=True)

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = "基準の数値"
        verbose_name_plural = "基準の数値"
        ordering = ("code", "effective_from")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "code", "effective_from"), name="threshold_once_per_day"
            ),
            models.UniqueConstraint(
                fields=("code", "effective_from"),
                condition=Q(municipality__isnull=True),
                name="threshold_national_once_per_day",
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="threshold_ends_after_it_begins",
                violation_error_message="終わりの日は、適用する日以後にしてください。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.value}{self.unit}"

    @property
    def plain_value(self) -> str:
        """25 for 25.00, 12.5 for 12.50."""
        return f"{self.value.normalize():f}"
