"""The prefecture's table on its way in: the file as it came, and each row until somebody accepts it."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Municipality
from councils.models.councils import Council


class TableImport(models.Model):
    """One uploaded table. The file's bytes are kept: what was read can always be compared with what came."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    prefecture = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="table_imports", verbose_name="都道府県"
    )
    file_name = models.CharField("ファイル名", max_length=200)
    content = models.BinaryField("ファイル")
    sha256 = models.CharField("指紋", max_length=64)
    as_of = models.DateField("いつの時点の表か", null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="取り込んだ人"
    )
    uploaded_at = models.DateTimeField("取り込み日時")
    problems = models.JSONField("ファイル全体の指摘", default=list, blank=True)
    closed_at = models.DateTimeField("終えた日時", null=True, blank=True)

    class Meta:
        verbose_name = "一覧表の取り込み"
        verbose_name_plural = "一覧表の取り込み"
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return self.file_name


class TableImportRowQuerySet(models.QuerySet["TableImportRow"]):
    def waiting(self) -> Self:
        return self.filter(state=TableImportRow.State.WAITING)


class TableImportRow(models.Model):
    """One row: the cells as they came, what was read in them, and what a person mended."""

    class State(models.TextChoices):
        WAITING = "waiting", "確認待ち"
        ACCEPTED = "accepted", "取り込み済み"
        LEFT_OUT = "left_out", "取り込まない"

    table = models.ForeignKey(
        TableImport, on_delete=models.CASCADE, related_name="rows", verbose_name="一覧表"
    )
    position = models.PositiveIntegerField("行")
    name = models.CharField("協議会名", max_length=100)
    cells = models.JSONField("元のセル", default=list)
    reading = models.JSONField("読み取り", default=dict)
    problems = models.JSONField("指摘", default=list)
    mended = models.JSONField("直した内容", default=dict, blank=True)
    state = models.CharField("状態", max_length=10, choices=State, default=State.WAITING)
    council = models.ForeignKey(
        Council,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="import_rows",
        verbose_name="取り込み先の協議会",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="決めた人",
    )
    decided_at = models.DateTimeField("決めた日時", null=True, blank=True)

    objects = TableImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "一覧表の行"
        verbose_name_plural = "一覧表の行"
        ordering = ("table", "position")
        constraints = (
            models.UniqueConstraint(fields=("table", "position"), name="table_import_row_position_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="table_import_row_decision_has_person",
            ),
        )

    def __str__(self) -> str:
        return self.name
