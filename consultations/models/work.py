"""The work on a case: what was done, and what is to be done."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.rules.words import Method


class Contact(models.Model):
    """対応の記録. Only ever added (trigger in the database): a mistake is corrected by one more."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts", verbose_name="相談")
    happened_at = models.DateTimeField("日時")
    method = models.CharField("方法", max_length=8, choices=Method)
    other_side = models.CharField("相手", max_length=100, blank=True)
    text = models.TextField("内容")
    minutes = models.PositiveSmallIntegerField("かかった時間(分)", null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="書いた人")
    written_at = models.DateTimeField("書いた日時")

    class Meta:
        verbose_name = "対応の記録"
        verbose_name_plural = "対応の記録"
        ordering = ("-happened_at", "-pk")
        indexes = (models.Index(fields=("case", "-happened_at"), name="contact_of_case"),)

    def __str__(self) -> str:
        return f"{self.case} {self.happened_at:%Y-%m-%d}"


class CaseTask(models.Model):
    """することと期限."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks", verbose_name="相談")
    title = models.CharField("すること", max_length=100)
    due_on = models.DateField("期限")
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="だれが"
    )
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="加えた人")
    added_at = models.DateTimeField("加えた日時")
    done_at = models.DateTimeField("済んだ日時", null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="済ませた人"
    )

    class Meta:
        verbose_name = "すること"
        verbose_name_plural = "すること"
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="case_task_done_facts_together",
            ),
        )
        indexes = (
            models.Index(
                fields=("case", "due_on"), condition=Q(done_at__isnull=True), name="open_task_of_case"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.due_on}"
