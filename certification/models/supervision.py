"""監督: what came in about a certified plan, the measures taken, and everything that happened in them.

Who told the office something is in `Tip.informant` and nowhere else.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Municipality, User
from certification.models.plans import Plan
from certification.rules.supervision import Act as SupervisionAct
from certification.rules.supervision import (
    Consent,
    Finding,
    GuidanceWay,
    Letter,
    MeasureKind,
    Outcome,
    Step,
    TipKind,
    TipWay,
)


class Tip(models.Model):
    """苦情・通報, and what fire and building offices tell. `informant` is confidential."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="tips", verbose_name="計画"
    )
    about = models.CharField("何についてか", max_length=200, blank=True)
    kind = models.CharField("種別", max_length=16, choices=TipKind)
    way = models.CharField("方法", max_length=8, choices=TipWay)
    received_on = models.DateField("受けた日")
    informant = models.CharField("通報した方", max_length=200, blank=True)
    content = models.TextField("内容")
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="受けた人")
    recorded_at = models.DateTimeField("記録日時")
    closed_on = models.DateField("対応を終えた日", null=True, blank=True)
    answer = models.TextField("対応の結果", blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)

    class Meta:
        verbose_name = "苦情・通報"
        verbose_name_plural = "苦情・通報"
        ordering = ("-received_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | ~Q(about=""), name="tip_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(answer=""), name="tip_closed_has_answer"
            ),
        )
        indexes = (
            models.Index(
                fields=("municipality", "-received_on"),
                condition=Q(closed_on__isnull=True),
                name="tip_open",
            ),
        )

    def __str__(self) -> str:
        return f"通報 {self.pk}"


class Measure(models.Model):
    """措置: one 報告徴収, 立入検査, 指導, 改善命令 or 取消し. What was decided never changes: the database refuses it."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="measures", verbose_name="計画")
    tip = models.ForeignKey(
        Tip,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name="きっかけの通報",
    )
    kind = models.CharField("種別", max_length=12, choices=MeasureKind)
    step = models.CharField("状態", max_length=14, choices=Step, default=Step.DRAFT)
    basis = models.CharField("根拠条項", max_length=60)
    grounds = models.JSONField("根拠", default=list, blank=True)
    facts = models.TextField("原因となる事実")
    demand = models.TextField("求めること")
    reasons = models.TextField("決裁を求める理由", blank=True)
    way = models.CharField("指導の方法", max_length=8, choices=GuidanceWay, blank=True)
    place = models.CharField("場所・提出先", max_length=200, blank=True)
    inspectors = models.JSONField("検査する職員", default=list, blank=True)
    due_on = models.DateField("期限・期日", null=True, blank=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="起案者")
    drafted_at = models.DateTimeField("起案日時")
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="決裁に回した人"
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="決裁者"
    )
    decided_at = models.DateTimeField("決裁日時", null=True, blank=True)
    outcome = models.CharField("結果", max_length=8, choices=Outcome, blank=True)
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)

    DECIDED_COLUMNS = (
        *("plan_id", "kind", "basis", "grounds", "facts", "demand", "reasons", "due_on"),
        *("drafted_by_id", "drafted_at", "proposed_by_id", "decided_by_id", "decided_at"),
    )
    """What a trigger keeps from the decision on."""

    class Meta:
        verbose_name = "監督の措置"
        verbose_name_plural = "監督の措置"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="measure_decided_paired",
            ),
            models.CheckConstraint(
                condition=Q(step="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(step="closed") & Q(closed_at__isnull=True, outcome=""),
                name="measure_closed_has_outcome",
            ),
        )
        indexes = (
            models.Index(
                fields=("plan", "due_on"), condition=Q(closed_at__isnull=True), name="measure_open_by_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class MeasureEvent(models.Model):
    """What happened in a measure. Only ever added. What the operator was told stands in `told`, nothing else is theirs."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="events", verbose_name="措置")
    key = models.UUIDField("フォームの鍵", unique=True, editable=False)
    act = models.CharField("したこと", max_length=20, choices=SupervisionAct, blank=True)
    at = models.DateTimeField("記録日時")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="記録した人")
    happened_on = models.DateField("行った日", null=True, blank=True)
    text = models.TextField("内容", blank=True)
    is_told = models.BooleanField("事業者に知らせた", default=False)
    told = models.TextField("事業者に知らせた内容", blank=True)
    due_on = models.DateField("知らせた期限", null=True, blank=True)
    letter = models.CharField("文書", max_length=20, choices=Letter, blank=True)
    letter_fields = models.JSONField("文書に載せる事項", default=dict, blank=True)

    class Meta:
        verbose_name = "措置の経過"
        verbose_name_plural = "措置の経過"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.measure} {self.get_act_display()}"


class InspectionFinding(models.Model):
    """One row of the checklist of an inspection. Rows of a dwelling say whether who lives there let the office in."""

    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="findings", verbose_name="立入検査"
    )
    number = models.PositiveSmallIntegerField("番号")
    basis = models.CharField("根拠条項", max_length=20)
    subject = models.CharField("確かめること", max_length=120)
    unit = models.CharField("部屋", max_length=40, blank=True)
    consent = models.CharField("入居者の承諾", max_length=10, choices=Consent, blank=True)
    finding = models.CharField("結果", max_length=6, choices=Finding, blank=True)
    note = models.TextField("所見", blank=True)
    confirmed_at = models.DateTimeField("確定日時", null=True, blank=True)

    class Meta:
        verbose_name = "立入検査の結果"
        verbose_name_plural = "立入検査の結果"
        ordering = ("measure", "number")
        constraints = (
            models.UniqueConstraint(fields=("measure", "number"), name="finding_number_once"),
            models.CheckConstraint(
                condition=~Q(consent__in=("refused", "absent")) | Q(finding__in=("", "unseen")),
                name="finding_only_with_consent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class MeasureFile(models.Model):
    """A photo or paper of a measure. The file itself lies outside the web root under a random name."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="files", verbose_name="措置")
    label = models.CharField("何の写真・書類か", max_length=120)
    original_name = models.CharField("元のファイル名", max_length=255)
    stored_name = models.CharField("保管名", max_length=80)
    content_type = models.CharField("形式", max_length=80)
    size = models.PositiveIntegerField("大きさ(バイト)")
    pages = models.PositiveSmallIntegerField("ページ数", null=True, blank=True)
    sha256 = models.CharField("指紋", max_length=64)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="添付した人"
    )
    uploaded_at = models.DateTimeField("添付日時")

    class Meta:
        verbose_name = "措置の写真・書類"
        verbose_name_plural = "措置の写真・書類"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("measure", "sha256"), name="measure_file_once"),)

    def __str__(self) -> str:
        return f"{self.measure} {self.label}"
