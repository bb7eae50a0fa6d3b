"""Beside the national system: which column of its export is which, and what was read from one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Municipality, User
from certification.models.plans import Plan


class NationalMapping(models.Model):
    """列の割り当て: what a municipality decided for one header. A changed decision is a new version; rows never change."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="national_mappings", verbose_name="自治体"
    )
    header_hash = models.CharField("見出しの指紋", max_length=64)
    version = models.PositiveIntegerField("版")
    header = models.JSONField("見出し")
    columns = models.JSONField("列の割り当て")
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="確かめた人"
    )
    confirmed_at = models.DateTimeField("確かめた日時")

    class Meta:
        verbose_name = "国のシステムの列の割り当て"
        verbose_name_plural = "国のシステムの列の割り当て"
        ordering = ("municipality", "header_hash", "version")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "header_hash", "version"), name="national_mapping_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality} 第{self.version}版"


class NationalImport(models.Model):
    """One export that was read. The file is not kept; of its rows only the mapped columns, once these are decided."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="national_imports", verbose_name="自治体"
    )
    file_name = models.CharField("ファイルの名前", max_length=255)
    header = models.JSONField("見出し")
    header_hash = models.CharField("見出しの指紋", max_length=64)
    mapping = models.ForeignKey(
        NationalMapping, on_delete=models.PROTECT, null=True, blank=True, verbose_name="列の割り当て"
    )
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="取り込んだ人"
    )
    uploaded_at = models.DateTimeField("取り込んだ日時")
    revision = models.PositiveIntegerField("更新回数", default=0)

    class Meta:
        verbose_name = "国のシステムからの取り込み"
        verbose_name_plural = "国のシステムからの取り込み"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("municipality", "-id"), name="national_import_of_city"),)

    def __str__(self) -> str:
        return self.file_name


class NationalRow(models.Model):
    """One row of an export: `cells` until the columns are decided, `values` (our field → text) from then on."""

    national_import = models.ForeignKey(
        NationalImport, on_delete=models.CASCADE, related_name="rows", verbose_name="取り込み"
    )
    line = models.PositiveIntegerField("行")
    cells = models.JSONField("セル", default=list, blank=True)
    values = models.JSONField("読み取った値", default=dict, blank=True)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="計画"
    )
    national_id = models.CharField("入れた計画番号", max_length=40, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="反映した人"
    )
    accepted_at = models.DateTimeField("反映日時", null=True, blank=True)

    class Meta:
        verbose_name = "国のシステムから取り込んだ行"
        verbose_name_plural = "国のシステムから取り込んだ行"
        ordering = ("national_import", "line")
        constraints = (
            models.UniqueConstraint(fields=("national_import", "line"), name="national_row_once"),
            models.CheckConstraint(
                condition=Q(
                    plan__isnull=True, accepted_by__isnull=True, accepted_at__isnull=True, national_id=""
                )
                | (
                    Q(plan__isnull=False, accepted_by__isnull=False, accepted_at__isnull=False)
                    & ~Q(national_id="")
                ),
                name="national_row_accepted_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line}行目"
