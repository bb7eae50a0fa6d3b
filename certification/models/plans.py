"""What applicants send in: operators, plans, frozen versions and their documents."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Municipality, User
from certification.rules.operators import OperatorRole
from certification.rules.plan import Plan as PlanContent
from certification.rules.plan import Section, content_hash, from_content


class Operator(models.Model):
    """事業者: who files plans. People of the operator see and write its plans."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("名称", max_length=120)
    kana = models.CharField("名称(カナ)", max_length=200, blank=True)
    is_sample = models.BooleanField("見本データ", default=False)

    class Meta:
        verbose_name = "事業者"
        verbose_name_plural = "事業者"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class OperatorUser(models.Model):
    """A person who may act for an operator."""

    operator = models.ForeignKey(
        Operator, on_delete=models.CASCADE, related_name="members", verbose_name="事業者"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="operator_memberships", verbose_name="利用者"
    )
    role = models.CharField("役割", max_length=8, choices=OperatorRole, default=OperatorRole.MANAGER)

    class Meta:
        verbose_name = "事業者の担当者"
        verbose_name_plural = "事業者の担当者"
        constraints = (models.UniqueConstraint(fields=("operator", "user"), name="operator_user_once"),)

    def __str__(self) -> str:
        return f"{self.operator} {self.user}"


class Plan(models.Model):
    """居住安定援助計画. What is certified is the plan, not a building; it has no expiry (法40条–58条)."""

    class Status(models.TextChoices):
        NOT_CERTIFIED = "not_certified", "認定前"
        CERTIFIED = "certified", "認定中"
        ABOLISHED = "abolished", "廃止"
        REVOKED = "revoked", "取消し"

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    operator = models.ForeignKey(
        Operator, on_delete=models.PROTECT, related_name="plans", verbose_name="事業者"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="plans", verbose_name="自治体"
    )
    status = models.CharField("計画の状態", max_length=14, choices=Status, default=Status.NOT_CERTIFIED)
    certified_number = models.CharField("認定番号", max_length=40, blank=True)
    certified_on = models.DateField("認定日", null=True, blank=True)
    national_id = models.CharField("国のシステムの計画番号", max_length=40, blank=True)
    created_at = models.DateTimeField("作成日時")

    class Meta:
        verbose_name = "居住安定援助計画"
        verbose_name_plural = "居住安定援助計画"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status="not_certified", certified_on__isnull=True, certified_number="")
                | (~Q(status="not_certified") & Q(certified_on__isnull=False) & ~Q(certified_number="")),
                name="plan_certified_has_number_and_date",
            ),
            models.UniqueConstraint(
                fields=("municipality", "certified_number"),
                condition=~Q(certified_number=""),
                name="plan_certified_number_once",
            ),
            models.UniqueConstraint(
                fields=("municipality", "national_id"),
                condition=~Q(national_id=""),
                name="plan_national_id_once",
            ),
        )
        indexes = (models.Index(fields=("operator", "-id"), name="plan_of_operator"),)

    def __str__(self) -> str:
        return self.certified_number or f"計画 {self.pk}"


class PlanVersion(models.Model):
    """One version of a plan. Frozen at submission: a database trigger refuses any later change of the row."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", verbose_name="計画")
    number = models.PositiveIntegerField("版")
    content = models.JSONField("内容", default=dict)
    statement = models.JSONField(
        "手続に固有の事項",
        default=dict,
        blank=True,
        help_text="変更の理由、承継の原因、目的外使用の期間など、計画の外で申請することがらです。",
    )
    edited_at = models.DateTimeField("編集日時")
    revision = models.PositiveIntegerField("編集回数", default=0)
    frozen_at = models.DateTimeField("確定日時", null=True, blank=True)
    content_hash = models.CharField("内容の指紋", max_length=64, blank=True)

    class Meta:
        verbose_name = "計画の版"
        verbose_name_plural = "計画の版"
        ordering = ("plan", "number")
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="plan_version_once"),
            models.UniqueConstraint(
                fields=("plan",), condition=Q(frozen_at__isnull=True), name="plan_one_open_version"
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, content_hash="")
                | (Q(frozen_at__isnull=False) & ~Q(content_hash="")),
                name="plan_version_frozen_has_hash",
            ),
        )

    def __str__(self) -> str:
        return f"第{self.number}版"

    @property
    def value(self) -> PlanContent:
        """The content as a typed plan."""
        return from_content(self.content)

    @property
    def fingerprint(self) -> str:
        """The hash of what is filed: the plan, and what the procedure states beside it."""
        if not self.statement:
            return content_hash(self.content)
        return content_hash({"plan": self.content, "statement": self.statement})


class SectionDraft(models.Model):
    """What somebody has typed on the page of a section and not saved yet, right or wrong, as it was posted.

    Beside the plan and never part of it: only its writer sees it. It goes with the save, the filing or the withdrawal.
    """

    version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, related_name="section_drafts", verbose_name="版"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name="書いた人")
    section = models.CharField("計画の部分", max_length=20, choices=Section)
    row = models.CharField("行", max_length=40, blank=True)
    fields = models.JSONField("書きかけの内容", default=dict)
    saved_at = models.DateTimeField("保存日時")

    class Meta:
        verbose_name = "書きかけ"
        verbose_name_plural = "書きかけ"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("version", "user", "section", "row"), name="section_draft_once_per_writer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_section_display()}の書きかけ"


class Document(models.Model):
    """An attachment of a version. The file itself lies outside the web root under a random name."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="documents", verbose_name="版"
    )
    code = models.SlugField("書類のコード", max_length=40)
    label = models.CharField("書類の名称", max_length=120)
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
        verbose_name = "添付書類"
        verbose_name_plural = "添付書類"
        ordering = ("version", "code", "pk")
        constraints = (
            models.UniqueConstraint(fields=("version", "code", "sha256"), name="document_once_per_version"),
        )

    def __str__(self) -> str:
        return self.original_name
