"""What a municipality words itself in its letters, and how each letter was delivered."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Municipality, User
from certification.models.cases import Letter
from certification.rules.letter_kinds import DeliveryWay, LetterKind, Wording, paragraphs_of


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def standing(self, *, municipality_id: int, kind: str) -> LetterTemplate | None:
        """The published version with which a letter is worded now; none means our own words."""
        published = self.filter(municipality=municipality_id, kind=kind, published_at__isnull=False)
        return published.order_by("-version").first()

    def draft(self, *, municipality_id: int, kind: str) -> LetterTemplate | None:
        return self.filter(municipality=municipality_id, kind=kind, published_at__isnull=True).first()


class LetterTemplate(models.Model):
    """文面: title and body of one kind of letter in one municipality, by version. A published one never changes.

    `body` has one paragraph per line, with placeholders in braces.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="letter_templates", verbose_name="自治体"
    )
    kind = models.CharField("通知文書の種類", max_length=24, choices=LetterKind)
    version = models.PositiveIntegerField("版")
    title = models.CharField("件名", max_length=80)
    body = models.TextField("本文")
    revision = models.PositiveIntegerField("更新回数", default=1)
    edited_at = models.DateTimeField("最後に直した日時")
    edited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="最後に直した人"
    )
    published_at = models.DateTimeField("公開日時", null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公開した人"
    )

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "通知文書の文面"
        verbose_name_plural = "通知文書の文面"
        ordering = ("municipality", "kind", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "kind", "version"), name="letter_template_version_once"
            ),
            models.UniqueConstraint(
                fields=("municipality", "kind"),
                condition=Q(published_at__isnull=True),
                name="letter_template_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="letter_template_published_paired",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} 第{self.version}版"

    @property
    def published_on(self) -> dt.date | None:
        return timezone.localdate(self.published_at) if self.published_at else None

    @property
    def wording(self) -> Wording:
        return Wording(title=self.title, body=paragraphs_of(self.body))


class LetterDelivery(models.Model):
    """交付の記録: one way in which a letter was handed on. Only ever added: a mistake is put right by another line."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, related_name="deliveries", verbose_name="通知文書"
    )
    way = models.CharField("通知の方法", max_length=8, choices=DeliveryWay)
    delivered_on = models.DateField("届けた日")
    note = models.CharField("控え", max_length=120, blank=True, help_text="簡易書留の番号など。")
    recorded_at = models.DateTimeField("記録した日時")
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="記録した人"
    )

    class Meta:
        verbose_name = "通知文書の交付"
        verbose_name_plural = "通知文書の交付"
        ordering = ("letter", "pk")

    def __str__(self) -> str:
        return f"{self.letter} {self.get_way_display()}"
