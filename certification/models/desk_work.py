"""What people of the office keep for their own work: kept filters, deputies, internal notes with who is called."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Municipality, User
from certification.models.cases import Application


class SavedFilter(models.Model):
    """保存した絞り込み: conditions of the queue under a name; one's own, or shown to a department too."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="saved_filters", verbose_name="保存した人"
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="一緒に使う課",
    )
    name = models.CharField("名前", max_length=30)
    conditions = models.JSONField(
        "条件", default=dict, help_text="受付箱の条件の名前と値。さがすことばは残しません。"
    )
    is_default = models.BooleanField("はじめに開く", default=False)
    saved_at = models.DateTimeField("保存した日時")

    class Meta:
        verbose_name = "保存した絞り込み"
        verbose_name_plural = "保存した絞り込み"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="saved_filter_name_once"),
            models.UniqueConstraint(
                fields=("owner",), condition=Q(is_default=True), name="saved_filter_one_default"
            ),
        )

    def __str__(self) -> str:
        return self.name


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def covering(self, day: dt.date) -> DeputyQuerySet:
        """Those that hold on `day` (both ends included) and were not taken back."""
        return self.filter(from_on__lte=day, until__gte=day, ended_at__isnull=True)


class Deputy(models.Model):
    """代理: who looks after a reviewer's cases from one day until another. Gives no rights (決裁: `Absence`)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="休む人")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="代理の人")
    from_on = models.DateField("初日")
    until = models.DateField("末日")
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="決めた人")
    named_at = models.DateTimeField("決めた日時")
    ended_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = "代理"
        verbose_name_plural = "代理"
        ordering = ("-from_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("from_on")), name="deputy_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(deputy=F("user")), name="deputy_is_another"),
        )
        indexes = (
            models.Index(fields=("deputy", "until"), name="deputy_of_deputy"),
            models.Index(fields=("user", "until"), name="deputy_of_user"),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.from_on}"


class CaseNote(models.Model):
    """内部メモ: what staff tell each other about a case. Only ever added (trigger in the database).

    No selector, document or letter for applicants reads it.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="notes", verbose_name="申請"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="書いた人")
    author_post = models.CharField("書いたときの所属", max_length=200, blank=True)
    text = models.TextField("メモ")
    written_at = models.DateTimeField("日時")
    key = models.UUIDField("フォームの鍵", unique=True, help_text="二度押しても一つのメモにします。")

    class Meta:
        verbose_name = "内部メモ"
        verbose_name_plural = "内部メモ"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("application", "-id"), name="case_note_of_case"),)

    def __str__(self) -> str:
        return f"{self.application} メモ {self.pk}"


class NoteMention(models.Model):
    """Who is called in a note. Only ever added (trigger in the database)."""

    note = models.ForeignKey(CaseNote, on_delete=models.PROTECT, related_name="mentions", verbose_name="メモ")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="呼ばれた人")

    class Meta:
        verbose_name = "メモで呼ばれた人"
        verbose_name_plural = "メモで呼ばれた人"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("note", "user"), name="note_mention_once"),)

    def __str__(self) -> str:
        return f"{self.note} {self.user}"
